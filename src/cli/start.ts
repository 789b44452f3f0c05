import type { Options } from '../options.ts';
import { checkIds } from './known-ids.ts';
import { endOnSignal } from './signals.ts';
import type { Terminal } from './terminal.ts';

/** `reverie start`: plays until a signal ends it. Resolves once it plays. */
export async function start(options: Options, terminal: Terminal): Promise<void> {
  const ending = endOnSignal(process, terminal, () => performance.now());
  const [{ startDaemon }, { adapters, pipelines }] = await Promise.all([
    import('../daemon.ts'),
    import('../installed.generated.ts'),
  ]);
  checkIds(options, {
    sources: adapters.filter(({ roles }) => roles.includes('source')).map(({ id }) => id),
    sinks: adapters.filter(({ roles }) => roles.includes('sink')).map(({ id }) => id),
    pipelines: pipelines.map(({ id }) => id),
  });
  const daemon = await startDaemon(options);
  ending.closes(() => daemon.close());
  for (const line of greeting(options, daemon.url, terminal)) terminal.print(line);
}

/** One line per fact. */
export function greeting(options: Options, url: string, terminal: Terminal): string[] {
  const plays = [options.in, options.pipeline, options.out].filter((part) => part !== null);
  return [
    `page  ${terminal.strong(url)}`,
    `osc   ${options.oscHost}${options.oscPort === 0 ? ', a free port that the page names' : `:${options.oscPort}`}`,
    `show  ${options.show ?? `saved in ${options.home}`}${plays.length > 0 ? `, now with ${plays.join(' → ')}` : ''}`,
    ...(isLoopback(options.host) ? [] : [`open  anybody who reaches ${options.host} can play this show`]),
    ...(isLoopback(options.oscHost)
      ? []
      : [`open  OSC is taken from ${['this machine', ...options.oscAllow].join(', ')}; others: --osc-allow`]),
    terminal.faint('stop  Ctrl-C'),
  ];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
