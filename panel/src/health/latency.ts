import type { Place } from '../preview/path.ts';
import { samplesOf, type History } from './history.ts';

export interface Leg {
  readonly label: string;
  readonly kind: 'hop' | 'call';
  readonly ms: number;
}

/** Where the time of a picture goes: the way to each node and the work in it, medians of the last seconds, in order. */
export function legsOf(places: readonly Place[], history: History): Leg[] {
  return places.flatMap(({ node }, index): Leg[] => {
    const last = samplesOf(history, node).at(-1);
    const before = places[index - 1]?.node;
    const hop = last?.hopMs ?? null;
    const call = last?.callMs ?? null;
    return [
      ...(hop === null || before === undefined
        ? []
        : [{ label: `${before} to ${node}`, kind: 'hop' as const, ms: hop }]),
      ...(call === null ? [] : [{ label: node, kind: 'call' as const, ms: call }]),
    ];
  });
}

/** Short times with more digits, as they matter more there. */
export function milliseconds(ms: number): string {
  return `${ms < 1 ? ms.toFixed(2) : ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
