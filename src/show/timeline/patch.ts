import type { Timeline, TimelinePatch } from '../../contract/timeline.ts';

/** The timeline with what a patch names: tracks by address or node, of which those without points go; all else as a whole. */
export function patched(
  timeline: Timeline,
  { tracks = [], prompts = [], ...whole }: TimelinePatch,
): Timeline {
  return {
    ...timeline,
    ...defined(whole),
    tracks: merged(timeline.tracks, tracks, (track) => track.address).filter(
      ({ keyframes }) => keyframes.length > 0,
    ),
    prompts: merged(timeline.prompts, prompts, (track) => track.node).filter(({ clips }) => clips.length > 0),
  };
}

function merged<T, K>(before: readonly T[], changes: readonly T[], keyOf: (track: T) => K): T[] {
  const byKey = new Map(before.map((track) => [keyOf(track), track]));
  for (const change of changes) byKey.set(keyOf(change), change);
  return [...byKey.values()];
}

function defined(patch: Omit<TimelinePatch, 'tracks' | 'prompts'>): Partial<Timeline> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
