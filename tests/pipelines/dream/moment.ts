import type { PromptMix, WeightedText } from '../../../src/contract/prompt.ts';

/** Bounds of the difference of neighbouring frames at 30 frames/s, and of the two ends; percent of full scale. */
export const GLIDE = { low: 0.3, high: 6, ends: 15 };

/** A transition of 4 s with the default curve, at `t` 0..1, as the show sends it: flattened texts beside the blend. */
export function moment(
  from: string | readonly WeightedText[],
  to: string,
  t: number,
  interpolation: 'linear' | 'slerp',
): PromptMix {
  const eased = t * t * (3 - 2 * t);
  const list = typeof from === 'string' ? [{ text: from, weight: 1 }] : from;
  const texts = [...list.map(({ text, weight }) => ({ text, weight: weight * (1 - eased) })), { text: to, weight: eased }]; // prettier-ignore
  const blend = { from: list, to: [{ text: to, weight: 1 }], t: eased, interpolation };
  return { texts, interpolation: 'linear', blend };
}
