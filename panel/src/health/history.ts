import type { EngineStats, NodeStats } from '../../../src/contract/engine-api.ts';

const SAMPLES = 60;

/** One second of a node. Times in milliseconds, null while there was nothing to measure. */
export interface Sample {
  readonly rateHz: number;
  /** Frames dropped in this second. */
  readonly drops: number;
  readonly hopMs: number | null;
  readonly callMs: number | null;
  readonly ageMs: number | null;
}

interface Track {
  readonly samples: readonly Sample[];
  readonly drops: number;
}

/** The last minute of every node, a sample a second. Immutable: adding makes another. */
export type History = ReadonlyMap<string, Track>;

export const emptyHistory: History = new Map();

/** Nodes that are gone are forgotten; a counter that fell was reset. */
export function remember(history: History, stats: EngineStats): History {
  return new Map(
    stats.nodes.map((node) => {
      const before = history.get(node.id);
      const sample = sampleOf(node, before === undefined ? 0 : Math.max(0, node.drops - before.drops));
      return [node.id, { drops: node.drops, samples: [...(before?.samples ?? []), sample].slice(-SAMPLES) }];
    }),
  );
}

export function samplesOf(history: History, node: string): readonly Sample[] {
  return history.get(node)?.samples ?? [];
}

function sampleOf(node: NodeStats, drops: number): Sample {
  const { hop, call, age } = node.recent;
  return {
    rateHz: Math.max(node.rateOutHz, node.rateInHz),
    drops,
    hopMs: hop.count > 0 ? hop.p50 : null,
    callMs: call.count > 0 ? call.p50 : null,
    ageMs: age.count > 0 ? age.p50 : null,
  };
}
