import { graphOf, pause, sourceNode, stageNode, fixture, type Reverie } from './reverie.ts';

/** When a new frame was shown, milliseconds since 1970; the counter that its source painted, where it can be read. */
export interface NotedFrame {
  readonly atMs: number;
  readonly counter: number | null;
  readonly width: number;
  /** First byte of its middle row. */
  readonly mark: number;
}

/** Brings in the sink, and pipelines of fixtures/pipelines/slow.js by their names. */
export const notesFlags = (...slow: readonly string[]): string[] => [
  '--adapter-import',
  fixture('adapters/notes.js'),
  ...slow.flatMap((name) => ['--pipeline-import', `${fixture('pipelines/slow.js')}#${name}`]),
];

const sink = { id: 'out', type: 'sink', adapter: 'notes', rateHz: 120 };

/** `in` → `main` → `out`, which notes every new frame. */
export const notedChain = (pipeline: string, source: object = {}) =>
  graphOf(
    [sourceNode('in', source), stageNode('main', pipeline), sink],
    [
      ['in', 'main'],
      ['main', 'out'],
    ],
  );

/** A stage without input whose frames are noted. */
export const notedStage = (pipeline: string, rateHz: number) =>
  graphOf([stageNode('main', pipeline, { rateHz }), sink], [['main', 'out']]);

/** New frames since `fromMs`; the sink tells them four times a second. */
export async function notedFrames(reverie: Reverie, fromMs: number): Promise<NotedFrame[]> {
  await pause(600);
  const { info } = await reverie.node('out');
  const notes = (info['frames'] ?? []) as unknown as readonly (readonly [
    number,
    number | null,
    number,
    number,
  ])[];
  return notes
    .map(([atMs, counter, width, mark]) => ({ atMs, counter, width, mark }))
    .filter(({ atMs }) => atMs >= fromMs);
}

/** Milliseconds from each frame to the next. */
export const gapsMs = (frames: readonly NotedFrame[]): number[] =>
  frames.slice(1).map(({ atMs }, index) => atMs - (frames[index]?.atMs ?? atMs));
