import { graphSchema, type Graph } from '../contract/graph.ts';
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
  const graph = await graphAt(daemon.url);
  for (const line of greeting(options, daemon.url, graph, terminal)) terminal.print(line);
}

/** One line per fact. */
export function greeting(options: Options, url: string, graph: Graph | null, terminal: Terminal): string[] {
  const osc =
    options.oscPort === 0 ? `${options.oscHost}, a free port` : `${options.oscHost}:${options.oscPort}`;
  return [
    `page  ${terminal.strong(url)}`,
    `osc   ${osc}`,
    ...(graph === null ? [] : [`plays ${chain(graph)}`]),
    ...warnings(options).map((warning) => `note  ${warning}`),
    terminal.faint('stop  Ctrl-C'),
  ];
}

function warnings({ host, oscHost, oscAllow }: Options): string[] {
  const open = isLoopback(host)
    ? []
    : [`anybody who reaches ${host} can play this show: HTTP asks for no password`];
  const heard = isLoopback(oscHost) || oscAllow.length > 0;
  return [...open, ...(heard ? [] : ['OSC from other machines is refused until --osc-allow lets them in'])];
}

/** `test-pattern → dream → stills`, in the order of the graph. */
function chain(graph: Graph): string {
  return graph.nodes.map((node) => (node.type === 'stage' ? node.pipeline : node.adapter)).join(' → ');
}

/** Asked of the daemon like any other view would, since the show is the daemon's. */
async function graphAt(url: string): Promise<Graph | null> {
  try {
    const response = await fetch(new URL('/api/v1/graph', url), { signal: AbortSignal.timeout(3000) });
    return graphSchema.parse(await response.json());
  } catch {
    return null;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
