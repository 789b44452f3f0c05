import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failure } from '../../contract/error.ts';
import { flagOf, type OptionKey, type Options } from '../../options.ts';
import type { CommandLine } from '../command-line.ts';
import type { Terminal } from '../terminal.ts';
import { launchdPlan } from './launchd.ts';
import type { Command, ServiceFacts, ServicePlan } from './plan.ts';
import { systemdSystemPlan, systemdUserPlan } from './systemd.ts';
import { windowsTaskPlan } from './windows-task.ts';

/** What `reverie service` may ask of the system. */
export interface ServiceSystem {
  readonly platform: NodeJS.Platform;
  /** Whether the machine was started by systemd. */
  readonly hasSystemd: boolean;
  readonly isAdministrator: boolean;
  /** Runs a command to its end; answers what it printed and its code, null where it cannot be started. */
  run(command: Command): { readonly code: number | null; readonly output: string };
  write(path: string, content: string, encoding: 'utf8' | 'utf16le'): Promise<void>;
  exists(path: string): boolean;
  remove(path: string): Promise<void>;
}

const actions = ['install', 'remove', 'status'] as const;

export interface ServiceWish {
  readonly action: (typeof actions)[number];
  readonly dryRun: boolean;
  /** For the whole machine instead of one person. */
  readonly system: boolean;
}

/** `reverie service install|remove|status`: has the system start Reverie, and start it again whenever it ends. */
export async function runService(
  wish: ServiceWish,
  facts: ServiceFacts,
  system: ServiceSystem,
  terminal: Terminal,
): Promise<void> {
  const plan = planFor(wish, facts, system);
  if (wish.dryRun) return print(wish, plan, terminal);
  refuseWhereNothingFits(wish, facts, system);
  switch (wish.action) {
    case 'install':
      await system.write(plan.path, plan.content, plan.encoding);
      terminal.print(`wrote ${plan.path}`);
      // At a first install there is nothing to end, and these fail.
      for (const command of plan.before) system.run(command);
      for (const command of plan.install) demand(command, system);
      terminal.print('Reverie runs now, and again whenever it ends.');
      for (const note of plan.notes) terminal.print(note);
      return;
    case 'remove':
      if (!system.exists(plan.path)) return terminal.print(`There is no ${plan.what}; nothing to remove.`);
      // It may be stopped or half removed already: the file goes in any case.
      for (const command of plan.remove) system.run(command);
      await system.remove(plan.path);
      return terminal.print(`removed ${plan.path}`);
    case 'status': {
      if (!system.exists(plan.path))
        return terminal.print(`There is no ${plan.what}. \`reverie service install\` makes it.`);
      terminal.print(system.run(plan.status).output.trimEnd());
    }
  }
}

function planFor(
  { system: forMachine }: ServiceWish,
  facts: ServiceFacts,
  system: ServiceSystem,
): ServicePlan {
  if (system.platform === 'darwin') return launchdPlan(facts);
  if (system.platform === 'win32') return windowsTaskPlan(facts);
  return forMachine ? systemdSystemPlan(facts) : systemdUserPlan(facts);
}

function refuseWhereNothingFits(
  { system: forMachine, action }: ServiceWish,
  { user }: ServiceFacts,
  system: ServiceSystem,
): void {
  const { platform, hasSystemd, isAdministrator } = system;
  if (platform === 'darwin' || platform === 'win32') {
    if (forMachine) throw refusal('--system is for systemd only; leave it out', platform);
    return;
  }
  if (platform !== 'linux' || !hasSystemd)
    throw refusal(
      'This machine was not started by systemd, and Reverie knows no other way to be a service here',
      platform,
    );
  if (forMachine && !isAdministrator && action !== 'status')
    throw refusal('A unit of the machine is written by an administrator: put sudo before it', platform);
  if (forMachine && user === null && action === 'install')
    throw refusal(
      'Reverie does not run as root: call this by sudo from the user that it should run as',
      platform,
    );
}

function refusal(reason: string, platform: NodeJS.Platform): Error {
  return failure('E_SERVICE', reason, { platform });
}

function demand(command: Command, system: ServiceSystem): void {
  const { code, output } = system.run(command);
  if (code === 0) return;
  const said = output.trim() === '' ? 'it said nothing' : output.trim();
  throw failure('E_SERVICE', `\`${lineOf(command)}\` failed: ${said}`, { code });
}

function print(wish: ServiceWish, plan: ServicePlan, terminal: Terminal): void {
  const commands =
    wish.action === 'install'
      ? [...plan.before, ...plan.install]
      : wish.action === 'remove'
        ? plan.remove
        : [plan.status];
  if (wish.action === 'install') {
    terminal.print(`# would write ${plan.path}`);
    terminal.print(plan.content.trimEnd());
  }
  for (const command of commands) terminal.print(`# would run ${lineOf(command)}`);
  if (wish.action === 'remove') terminal.print(`# would remove ${plan.path}`);
  for (const note of plan.notes) terminal.print(`# ${note}`);
}

function lineOf({ file, words }: Command): string {
  return [file, ...words].join(' ');
}

/** Called by the command line. */
export async function service(
  { subject, own, flags }: Pick<CommandLine, 'subject' | 'own' | 'flags'>,
  options: Options,
  terminal: Terminal,
): Promise<void> {
  const action = actions.find((name) => name === subject) ?? 'status';
  const given = [...flags.keys()];
  const wish = { action, dryRun: own.has('dry-run'), system: own.has('system') };
  if (wish.system && !given.includes('home'))
    throw failure('E_SERVICE', 'With --system say where its folder is: --home /var/lib/reverie', null);
  const facts: ServiceFacts = {
    node: process.execPath,
    cli: builtCli(),
    home: options.home,
    flags: given.filter((key) => key !== 'home').flatMap((key) => flagsOf(key, options)),
    userHome: homedir(),
    configHome: process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
    user: process.env['SUDO_USER'] ?? null,
    uid: userInfo().uid,
  };
  await runService(wish, facts, realSystem(), terminal);
}

/** As they were read, so that paths no longer depend on the folder in which the service was installed. */
function flagsOf(key: OptionKey, options: Options): string[] {
  const value = options[key];
  const texts = Array.isArray(value) ? value.map(String) : [String(value)];
  return texts.flatMap((text) => [flagOf(key), text]);
}

/** `dist/src/cli.js`, also where this file runs from source. */
function builtCli(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const isBuilt = import.meta.url.endsWith('.js');
  return isBuilt ? resolve(here, '../../cli.js') : resolve(here, '../../../dist/src/cli.js');
}

function realSystem(): ServiceSystem {
  return {
    platform: process.platform,
    hasSystemd: existsSync('/run/systemd/system'),
    isAdministrator: process.getuid?.() === 0,
    run({ file, words }) {
      const { status, stdout, stderr } = spawnSync(file, words, { encoding: 'utf8' });
      return { code: status, output: `${stdout}${stderr}` };
    },
    async write(path, content, encoding) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, encoding === 'utf16le' ? `\ufeff${content}` : content, encoding);
    },
    exists: existsSync,
    remove: (path) => rm(path, { force: true }),
  };
}
