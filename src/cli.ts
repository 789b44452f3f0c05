#!/usr/bin/env node
import { homedir } from 'node:os';
import { readCommandLine, type CommandLine } from './cli/command-line.ts';
import type { CommandName } from './cli/command-table.ts';
import { complain } from './cli/complain.ts';
import { helpText } from './cli/help.ts';
import { loadOptions, readTextFile } from './cli/load-options.ts';
import { terminalOf, type Terminal } from './cli/terminal.ts';
import { packageVersion } from './cli/version.ts';
import { variablesForChildren, type Options } from './options.ts';

// Composition root of the command line. Each command's code is imported only when it is asked for, so that help is instant and
// `start` reaches its first frame without loading what it does not use.
let terminal = terminalOf('auto', process.env);
let options: Options | null = null;
try {
  const line = readCommandLine(process.argv.slice(2));
  if (line.command === 'help') terminal.print(helpText(line.about));
  else if (line.command === 'version') terminal.print(packageVersion());
  else {
    options = loadOptions({
      flags: line.flags,
      environment: process.env,
      readText: readTextFile,
      workingFolder: process.cwd(),
      userHome: homedir(),
    });
    terminal = terminalOf(options.color, process.env);
    Object.assign(process.env, variablesForChildren(options));
    await run({ ...line, command: line.command }, options, terminal);
  }
} catch (error) {
  complain(error, terminal, options?.logLevel === 'debug');
  process.exitCode = 1;
  // The log file may still be opening; what a failed start left open must not keep the process for longer than that.
  setTimeout(() => process.exit(), 500).unref();
}

async function run(line: CommandLine & { command: CommandName }, options: Options, terminal: Terminal) {
  switch (line.command) {
    case 'start':
      return (await import('./cli/start.ts')).start(options, terminal);
    case 'doctor':
      return (await import('./cli/doctor.ts')).doctor(options, terminal);
    case 'pipelines':
      return (await import('./cli/list-pipelines.ts')).listPipelines(options, terminal);
    case 'adapters':
      return (await import('./cli/list-adapters.ts')).listAdapters(options, terminal);
    case 'install': {
      const from = line.own.get('from') ?? null;
      if (line.subject === 'pipeline')
        return (await import('./cli/install-pipeline.ts')).installPipeline(from, options, terminal);
      return (await import('./cli/install.ts')).install(from, options, terminal);
    }
    case 'new':
      return (await import('./cli/new-pipeline.ts')).newPipeline(
        line.argument ?? '',
        process.cwd(),
        terminal,
      );
    case 'token':
      return (await import('./cli/token.ts')).token(options, terminal);
    case 'touchdesigner':
      return (await import('./cli/touchdesigner.ts')).touchDesigner(options, terminal);
    case 'obs':
      return (await import('./cli/obs.ts')).obs(line, options, terminal);
    case 'service':
      return (await import('./cli/service/service.ts')).service(line, options, terminal);
    case 'logs':
      return (await import('./cli/logs.ts')).logs(line.own, options, terminal);
  }
}
