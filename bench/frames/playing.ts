import { fileURLToPath } from 'node:url';
import type { EngineStats, LinkStats, NodeStats } from '../../src/contract/engine-api.ts';
import { graphOf, startReverie, type Reverie } from '../../tests/integration/reverie.ts';

export { pause } from '../../tests/integration/reverie.ts';

const checkSink = fileURLToPath(new URL('../fixtures/check-sink/index.js', import.meta.url));

export interface PlayOptions {
  readonly width: number;
  readonly height: number;
  readonly rateHz: number;
  readonly lockstep?: boolean;
  readonly pipeline?: string;
  /** Further nodes, linked to nothing. */
  readonly nodes?: readonly object[];
  readonly flags?: readonly string[];
}

/** Test pattern → pipeline → a sink that checks every frame, each in its own runner, started by the command line. */
export function play({
  width,
  height,
  rateHz,
  lockstep = false,
  pipeline = 'passthrough',
  nodes = [],
  flags = [],
}: PlayOptions): Promise<Reverie> {
  const graph = graphOf(
    [
      {
        id: 'in',
        type: 'source',
        adapter: 'test-pattern',
        config: { pattern: 'black', width, height, rateHz },
        pacing: lockstep ? 'lockstep' : 'live',
      },
      { id: 'main', type: 'stage', pipeline },
      { id: 'out', type: 'sink', adapter: 'check-sink', rateHz: lockstep ? 10_000 : 240 },
      ...nodes,
    ],
    [
      ['in', 'main'],
      ['main', 'out'],
    ],
  );
  return startReverie({ graph, flags: ['--adapter-import', checkSink, ...flags] });
}

export interface Sample {
  readonly stats: EngineStats;
  readonly in: NodeStats;
  readonly main: NodeStats;
  readonly out: NodeStats;
  readonly atMs: number;
}

export async function sample(reverie: Reverie): Promise<Sample> {
  const stats = await reverie.get<EngineStats>('stats');
  const of = (id: string): NodeStats => {
    const found = stats.nodes.find((node) => node.id === id);
    if (found === undefined) throw new Error(`No node ${id}`);
    return found;
  };
  return { stats, in: of('in'), main: of('main'), out: of('out'), atMs: performance.now() };
}

/** Frames a second that `node` published between two samples, by the hub's own books: what runners count comes in once a second. */
export function rateBetween(start: Sample, end: Sample, node: string): number {
  return ((publishedBy(end, node) - publishedBy(start, node)) * 1000) / (end.atMs - start.atMs);
}

function publishedBy({ stats }: Sample, node: string): number {
  return stats.links
    .filter(({ id }) => id.startsWith(`${node}.`))
    .reduce((sum, { published }) => sum + published, 0);
}

export const dropsOf = (links: readonly LinkStats[]): number =>
  links.reduce((sum, link) => sum + link.drops, 0);

export interface Checked {
  readonly seen: number;
  readonly torn: number;
  readonly backwards: number;
  readonly silences: readonly (readonly [atMs: number, lengthMs: number])[];
}

export async function checked(reverie: Reverie): Promise<Checked> {
  return (await reverie.node('out')).info as unknown as Checked;
}

/** Ticks that the source's clock came late for or left out, since it was opened. */
export async function lateTicks(reverie: Reverie): Promise<number> {
  const { info } = await reverie.node('in');
  return Number(info['late']) + Number(info['skipped']);
}

/** More than this in the hands of others, and times say nothing of us. */
const MAX_STOLEN_PERCENT = 0.2;

/** A run whose source clock was late on more than 0.2 % of its ticks says nothing. */
export const wasHeldUp = (late: number, ticks: number): boolean => late > 0.002 * (ticks + late);

export interface Outcome {
  readonly passed: boolean;
  /** By the bounds as they stand, where `passed` goes by bounds that travelled with the machine. */
  readonly passedAsWritten?: boolean;
  readonly isVoid?: boolean;
  /** What the hypervisor took: a bound that is missed meanwhile says nothing, one that is kept is kept all the more. */
  readonly stolenPercent?: number;
  readonly figures: Readonly<Record<string, unknown>>;
}

/** One JSON line, numbers to three digits behind the point. A failure makes the process exit with 1. */
export function report(bench: string, outcome: Outcome): void {
  const { passed, passedAsWritten, stolenPercent } = outcome;
  const isVoid = outcome.isVoid === true || (!passed && (stolenPercent ?? 0) > MAX_STOLEN_PERCENT);
  const word = (good: boolean): string => (isVoid ? 'void' : good ? 'pass' : 'fail');
  const asWritten = passedAsWritten === undefined ? {} : { asWritten: word(passedAsWritten) };
  const line = JSON.stringify(
    { bench, verdict: word(passed), ...asWritten, ...outcome.figures, stolenPercent },
    (_key, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(3)) : value),
  );
  process.stdout.write(`${line}\n`);
  if (!isVoid && !passed) process.exitCode = 1;
}
