import type { AdapterDefinition, AdapterRole } from '../contract/adapter.ts';
import type { Graph } from '../contract/graph.ts';
import type { OscStart } from '../controls.ts';
import type { Options } from '../options.ts';
import { checkIds } from './known-ids.ts';
import { linkLines } from './links.ts';
import { raisePriority } from '../runner/priority.ts';
import { endOnSignal } from './signals.ts';
import type { Terminal } from './terminal.ts';

/** `reverie start`: plays until a signal ends it. Resolves once it plays. */
export async function start(options: Options, terminal: Terminal): Promise<void> {
  const ending = endOnSignal(process, terminal, () => performance.now());
  raisePriority();
  const [{ startDaemon }, { adapters }] = await Promise.all([
    import('../daemon.ts'),
    import('../installed.generated.ts'),
  ]);
  checkIds(options, {
    sources: wordsFor('source', adapters),
    sinks: wordsFor('sink', adapters),
  });
  const daemon = await startDaemon(options);
  ending.closes(() => daemon.close());
  const { url, access, addresses } = daemon;
  // A token is made where somebody sees it: what a service prints ends up in a log.
  const seen = process.stdout.isTTY && addresses.length > 0;
  const token = seen ? await access.makeFirstToken() : null;
  const door = { addresses, token, hasToken: access.hasToken };
  for (const line of pageLines(url, door, terminal)) terminal.print(line);
  // Whether OSC got its port is known once its runner is there, which the page does not wait for.
  for (const line of playLines(await daemon.oscStart(), daemon.graph(), terminal)) terminal.print(line);
}

/** How other machines come in; no addresses where they do not. */
export interface Door {
  readonly addresses: readonly string[];
  /** Only where it was made just now: it cannot be shown again. */
  readonly token: string | null;
  readonly hasToken: boolean;
}

/** Where the page is, and how others get to it. One line per fact. */
export function pageLines(url: string, door: Door, terminal: Terminal): string[] {
  return [`page  ${terminal.strong(url)}`, ...doorLines(door, terminal)];
}

/** What is played and by what. */
export function playLines(osc: OscStart, graph: Graph, terminal: Terminal): string[] {
  return [
    `osc   ${osc.address ?? `does not listen yet${osc.problem === null ? '; the page says why' : `: ${osc.problem}`}`}`,
    `plays ${chain(graph)}`,
    terminal.faint('stop  Ctrl-C'),
  ];
}

function doorLines({ addresses, token, hasToken }: Door, terminal: Terminal): string[] {
  if (addresses.length === 0) return [];
  if (token !== null)
    return [
      ...linkLines(addresses, token, terminal),
      'note  the link signs another device in and is shown this once; `reverie token` makes a new one',
    ];
  const how = hasToken
    ? 'other devices sign in with the token that was shown once; `reverie token` makes a new one'
    : 'no other device gets in yet; `reverie token` makes the link that lets them';
  return [...addresses.map((address) => `also  ${terminal.strong(address)}`), `note  ${how}`];
}

/** `test-pattern → dream → stills`, in the order of the graph. */
function chain(graph: Graph): string {
  return graph.nodes.map((node) => (node.type === 'stage' ? node.pipeline : node.adapter)).join(' → ');
}

/** What the URL of an endpoint may begin with. */
function wordsFor(role: AdapterRole, adapters: readonly AdapterDefinition[]): string[] {
  return adapters
    .filter(({ roles }) => roles.includes(role))
    .flatMap(({ id, schemes = [] }) => [id, ...schemes]);
}
