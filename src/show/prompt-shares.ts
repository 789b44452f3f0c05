import type { WeightedText } from '../contract/prompt.ts';

/** Texts in one mix at most; what interrupted transitions pile up beyond that is the quietest. */
export const mixLimit = 32;
/** A share below this is not seen and not kept. */
export const quietest = 1e-4;

/**
 * A mix in which every text appears once, every weight is above 0 and the weights total 1. The empty text carries the share
 * of silence: without it, a transition from nothing would be at full strength with its first frame.
 */
export type Shares = readonly WeightedText[];

const silence: Shares = [{ text: '', weight: 1 }];

/** What of a list is heard: empty texts and weights of 0 are silent. */
export function sharesOf(list: readonly WeightedText[]): Shares {
  const merged = merge(list.filter((entry) => entry.text.trim() !== '' && entry.weight > 0));
  // A weight that is nothing beside the others can come out as 0.
  return merged.length === 0 ? silence : scaled(merged).filter((entry) => entry.weight > 0);
}

/** The mix at `t` between two: weights go in a straight line. Keeps the total, and never holds more than `mixLimit` texts. */
export function flatten(from: Shares, to: Shares, t: number): Shares {
  if (t <= 0) return from;
  if (t >= 1) return to;
  const both = from.map((entry) => ({ text: entry.text, weight: entry.weight * (1 - t) }));
  for (const entry of to) both.push({ text: entry.text, weight: entry.weight * t });
  const audible = merge(both).filter((entry) => entry.weight >= quietest);
  return scaled(loudest(audible));
}

function merge(list: readonly WeightedText[]): WeightedText[] {
  const weights = new Map<string, number>();
  for (const { text, weight } of list) weights.set(text, (weights.get(text) ?? 0) + weight);
  return Array.from(weights, ([text, weight]) => ({ text, weight }));
}

function loudest(list: readonly WeightedText[]): readonly WeightedText[] {
  if (list.length <= mixLimit) return list;
  const kept = new Set([...list].sort((a, b) => b.weight - a.weight).slice(0, mixLimit));
  return list.filter((entry) => kept.has(entry));
}

function scaled(list: readonly WeightedText[]): Shares {
  const total = list.reduce((sum, entry) => sum + entry.weight, 0);
  return list.map((entry) => ({ text: entry.text, weight: entry.weight / total }));
}
