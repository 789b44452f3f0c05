import type { RelativeEncoding } from '../../contract/binding.ts';
import { eventAddress, type ControlSource } from '../../contract/control-event.ts';
import { highestRaw, positionOf } from './raw.ts';

/** A fader that trembles moves less than this. */
const LEAST_WAY = 4 / 127;
/** Once something is clear, what else may be meant is waited for: a 14-bit fader speaks in several kinds at once. */
export const SETTLE_US = 150_000;
/** Sources heard at a time; a lighting desk sends hundreds of channels. */
const MOST_TRACES = 1024;

/** The more specific kind is meant where one move of a hand is heard as several. Pressure comes with the note it presses. */
const specificity: Readonly<Record<string, number>> = {
  nrpn: 5,
  rpn: 5,
  cc14: 4,
  note: 3,
  program: 3,
  pitch: 2,
  cc: 2,
  dmx16: 2,
  dmx: 2,
  poly: 1,
  pressure: 1,
};

/** Control changes that carry other messages (MIDI 1.0, tables III and IIIa): bank select, data entry, NRPN and RPN numbers. */
const carriers = new Set([0, 6, 32, 38, 96, 97, 98, 99, 100, 101]);

/** What kind of control it is. */
export type Gesture =
  | { readonly kind: 'fader' }
  /** A key, pad or button. `only` is the program, where it is one of many. */
  | { readonly kind: 'press'; readonly only: number | null }
  | { readonly kind: 'encoder'; readonly encoding: RelativeEncoding };

export interface Heard {
  readonly source: ControlSource;
  readonly gesture: Gesture;
}

interface Trace {
  readonly source: ControlSource;
  lowest: number;
  highest: number;
  last: number;
  count: number;
  /** How often a number came twice in a row. */
  repeats: number;
  readonly values: Set<number>;
}

/**
 * Finds out which control a person moves, among others that tremble or run by themselves. `wantsPress` says that the target is
 * a button or switch, for which a single press is clear.
 */
export class LearnEar {
  readonly #traces = new Map<string, Trace>();
  readonly #wantsPress: boolean;
  #clearAtUs: number | null = null;
  last: ControlSource | null = null;

  constructor(wantsPress: boolean) {
    this.#wantsPress = wantsPress;
  }

  /** When to ask `verdict`, or null while nothing is clear. */
  get dueUs(): number | null {
    return this.#clearAtUs === null ? null : this.#clearAtUs + SETTLE_US;
  }

  hear(source: ControlSource, raw: number, atUs: number): void {
    if (specificity[source.kind] === undefined) return;
    const key = eventAddress(source);
    const trace = this.#traces.get(key);
    if (trace === undefined) {
      if (raw === 0 && source.kind === 'note') return;
      if (this.#traces.size >= MOST_TRACES) return;
      this.#traces.set(key, {
        source,
        lowest: raw,
        highest: raw,
        last: raw,
        count: 1,
        repeats: 0,
        values: new Set([raw]),
      });
    } else {
      trace.lowest = Math.min(trace.lowest, raw);
      trace.highest = Math.max(trace.highest, raw);
      if (raw === trace.last) trace.repeats += 1;
      trace.last = raw;
      trace.count += 1;
      if (trace.values.size < 16) trace.values.add(raw);
    }
    this.last = source;
    const heard = this.#traces.get(key);
    if (this.#clearAtUs === null && heard !== undefined && this.#gesture(heard) !== null)
      this.#clearAtUs = atUs;
  }

  /** The control that is meant: the most specific kind, then the one that moved furthest. */
  verdict(): Heard | null {
    let best: { readonly heard: Heard; readonly rank: number } | null = null;
    for (const trace of this.#traces.values()) {
      const gesture = this.#gesture(trace);
      if (gesture === null) continue;
      const rank = rankOf(trace);
      if (best === null || rank > best.rank) best = { heard: { source: trace.source, gesture }, rank };
    }
    return best?.heard ?? null;
  }

  #gesture(trace: Trace): Gesture | null {
    const { source, values, count } = trace;
    if (source.kind === 'note') return { kind: 'press', only: null };
    if (source.kind === 'program') return { kind: 'press', only: this.#wantsPress ? trace.last : null };
    const top = highestRaw(source.kind);
    const isSwitch =
      source.protocol === 'midi' && values.has(top) && [...values].every((raw) => raw === 0 || raw === top);
    if (isSwitch && (values.size === 2 || this.#wantsPress)) return { kind: 'press', only: null };
    const encoding = source.kind === 'cc' && count >= 3 && trace.repeats > 0 ? encodingOf([...values]) : null;
    if (encoding !== null) return { kind: 'encoder', encoding };
    const way = positionOf(source.kind, trace.highest) - positionOf(source.kind, trace.lowest);
    return way >= LEAST_WAY && !isNear(values) ? { kind: 'fader' } : null;
  }
}

function rankOf({ source, highest, lowest }: Trace): number {
  const isCarrier = source.kind === 'cc' && carriers.has(source.number);
  const kind = isCarrier ? 0 : (specificity[source.kind] ?? 0);
  return kind + (positionOf(source.kind, highest) - positionOf(source.kind, lowest)) / 2;
}

/** 1 and 127 are both ends of a fader, too, but none jumps from one to the other without passing anything between. */
function isNear(values: ReadonlySet<number>): boolean {
  return values.size <= 6 && encodingOf([...values]) !== null;
}

/** Plain only where all numbers lie next to the one that would mean "no click". */
function encodingOf(values: readonly number[]): RelativeEncoding | null {
  const forward = (raw: number): boolean => raw >= 1 && raw <= 3;
  const within = (test: (raw: number) => boolean): boolean => values.every(test);
  if (within((raw) => forward(raw) || (raw >= 125 && raw <= 127))) return 'twos-complement';
  if (within((raw) => raw >= 61 && raw <= 67 && raw !== 64)) return 'binary-offset';
  return within((raw) => forward(raw) || (raw >= 65 && raw <= 67)) ? 'sign-magnitude' : null;
}
