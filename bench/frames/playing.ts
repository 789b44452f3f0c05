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
  readonly flags?: readonly string[];
}

/** Test pattern → pipeline → a sink that checks every frame, each in its own runner, started by the command line. */
export function play({
  width,
  height,
  rateHz,
  lockstep = false,
  pipeline = 'passthrough',
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

/** Ticks that the source's clock was late for, and all its ticks. */
export async function sourceTicks(reverie: Reverie): Promise<{ late: number; ticks: number }> {
  const { info } = await reverie.node('in');
  return {
    late: Number(info['late']) + Number(info['skipped']),
    ticks: Number(info['ticks']) + Number(info['skipped']),
  };
}

export type Verdict = 'pass' | 'fail' | 'void';
let failed = false;

/** One JSON line; numbers to three digits behind the point. */
export function report(bench: string, verdict: Verdict, figures: Readonly<Record<string, unknown>>): void {
  const rounded = JSON.stringify({ bench, verdict, ...figures }, (_key, value: unknown) =>
    typeof value === 'number' ? Number(value.toFixed(3)) : value,
  );
  process.stdout.write(`${rounded}\n`);
  if (verdict === 'fail') {
    failed = true;
    process.exitCode = 1;
  }
}

export const anyFailed = (): boolean => failed;

/** A run whose source clock was late on more than 0.2 % of ticks says nothing. */
export const verdictOf = (passed: boolean, late: number, ticks: number): Verdict =>
  late > 0.002 * ticks ? 'void' : passed ? 'pass' : 'fail';
