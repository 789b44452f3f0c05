import type { JsonValue } from '../../contract/json.ts';
import type { ParameterType } from '../../contract/parameter.ts';
import { trackLimit, type Keyframe, type PromptTrack, type Timeline } from '../../contract/timeline.ts';
import { isNumeric, lastAt, valueAt } from './evaluate.ts';
import type { Gesture, Lane, Take } from './recorder.ts';

/** Straight pieces that stand for what is left of an eased one: of its height, they are off by a five-hundredth at most. */
const pieces = 16;

/**
 * The timeline with what was recorded in place of what lay under it: of each value from its first move to the keyframe that took
 * it back, or to the end of the pass. Everything else plays as before.
 */
export function punchIn(timeline: Timeline, take: Take): Timeline {
  const tracks = new Map(timeline.tracks.map((track) => [track.address, track.keyframes]));
  for (const lane of take.lanes) {
    const before = tracks.get(lane.address);
    if (before === undefined && tracks.size >= trackLimit) continue;
    tracks.set(lane.address, punchedLane(before ?? [], lane, take));
  }
  return {
    ...timeline,
    tracks: Array.from(tracks, ([address, keyframes]) => ({ address, keyframes })),
    prompts: withClips(timeline.prompts, take),
    marks: [...timeline.marks, ...take.marks],
  };
}

function punchedLane(before: Keyframe[], { spec, base, gestures }: Lane, take: Take): Keyframe[] {
  const glides = !spec.ui.load && (isNumeric(spec.type) || spec.type === 'color');
  let keyframes = before;
  let reach = 0;
  for (const [index, gesture] of gestures.entries()) {
    const next = gestures[index + 1]?.from ?? take.to;
    // A ramp goes on after the hand that asked for it, and nothing of one that was interrupted may stay.
    reach = Math.max(reach, next, gesture.keyframes.at(-1)?.at ?? 0);
    keyframes = punched(keyframes, gesture, reach, spec.type, glides);
  }
  const [first] = keyframes;
  if (before.length > 0 || first === undefined || first.at <= take.from || !isKept(base)) return keyframes;
  // Where nothing lay, the value was what it was until the hand came.
  return [{ at: take.from, value: base, curve: 'hold' }, ...keyframes];
}

/** `end` counts where no keyframe took the value back. */
export function punched(
  before: readonly Keyframe[],
  { from, keyframes, until }: Gesture,
  end: number,
  type: ParameterType,
  glides: boolean,
): Keyframe[] {
  const left = before.slice(0, lastAt(before, from) + 1).filter(({ at }) => at < from);
  const right = before.filter(({ at }) => (until === null ? at > end && at >= from : at >= until));
  return [...upTo(before, left, from, type, glides), ...keyframes, ...right];
}

/** The keyframes on the left, so that they go on to `from` as they did. */
function upTo(
  before: readonly Keyframe[],
  left: readonly Keyframe[],
  from: number,
  type: ParameterType,
  glides: boolean,
): Keyframe[] {
  const [first] = before;
  const last = left.at(-1);
  if (last === undefined)
    return first === undefined || from <= 0 ? [] : [{ at: 0, value: first.value, curve: 'hold' }];
  const next = before[left.length];
  if (next === undefined || !glides || last.curve === 'hold')
    return [...left.slice(0, -1), { ...last, curve: 'hold' }];
  const count = last.curve === 'linear' ? 1 : pieces;
  const cut = Array.from({ length: count }, (_, index): Keyframe => {
    const at = last.at + ((from - last.at) * (index + 1)) / count;
    const value = valueAt(type, before, at);
    return { at, value: isKept(value) ? value : last.value, curve: 'linear' };
  });
  return [...left.slice(0, -1), { ...last, curve: 'linear' }, ...cut];
}

function withClips(tracks: readonly PromptTrack[], { clips }: Take): PromptTrack[] {
  const byNode = new Map(tracks.map((track) => [track.node, track.clips]));
  for (const { node, clip } of clips) {
    const others = (byNode.get(node) ?? []).filter(({ at }) => at !== clip.at);
    byNode.set(node, [...others, clip]);
  }
  return Array.from(byNode, ([node, list]) => ({ node, clips: list }));
}

/** What a keyframe can have. */
export function isKept(value: JsonValue): value is Keyframe['value'] {
  return value !== null && (typeof value !== 'object' || Array.isArray(value));
}
