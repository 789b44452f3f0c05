import { sendToDaemon } from './runner/channel.ts';
import { RunnerHost } from './runner/host.ts';
import { dieWithParent } from './runner/mapping.ts';
import { normalPriority } from './runner/priority.ts';
import type { ToRunner } from './contract/protocol.ts';

/** Composition root of every child: a runner, or with arguments a throw-away child that looks at a module and ends. */
const [task, module = ''] = process.argv.slice(2);

process.on('disconnect', () => process.exit(0));
dieWithParent();

if (task === undefined) {
  normalPriority();
  // The terminal's Ctrl-C reaches the whole group; runners end when the daemon says so.
  process.on('SIGINT', () => undefined);
  const host = new RunnerHost(sendToDaemon, () => process.exit(0));
  process.on('message', (line) => {
    for (const message of Array.isArray(line) ? (line as ToRunner[]) : [line as ToRunner])
      host.receive(message);
  });
  host.start();
} else {
  const { describeExport, findEndpoints, probeAdapter } = await import('./runner/inspect.ts');
  if (task === 'probe') process.send?.(await probeAdapter(module));
  else process.send?.(task === 'find' ? await findEndpoints(module) : await describeExport(module));
}
