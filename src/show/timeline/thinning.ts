import type { JsonValue } from '../../contract/json.ts';
import type { ParameterSpec } from '../../contract/parameter.ts';
import type { Keyframe } from '../../contract/timeline.ts';
import { isColor, isNumeric } from './evaluate.ts';

/** A hand that sends nothing for so long holds still; what it sends next is a jump. */
export const stillUs = 150_000;
/** Of the range. What a thinned line may be off, which is less than a seven-bit fader can say. */
const tolerance = 0.005;

interface Sample {
  readonly at: number;
  readonly value: Keyframe['value'];
  readonly channels: readonly number[];
}

/**
 * Makes keyframes of moves while they come, as few as lie within half a percent of the range ("swinging door": a straight line
 * goes on while one slope passes all samples within the tolerance; E. H. Bristol, ISA 1990). Costs and keeps the same however
 * long a move lasts. What cannot glide holds from sample to sample.
 */
export class Thinning {
  readonly keyframes: Keyframe[] = [];
  readonly #spec: ParameterSpec;
  #start: Sample | null = null;
  #last: Sample | null = null;
  #lastUs = -Infinity;
  #lowest: readonly number[] = [];
  #highest: readonly number[] = [];

  constructor(spec: ParameterSpec) {
    this.#spec = spec;
  }

  add(at: number, value: Keyframe['value'], timeUs: number): void {
    const sample = { at, value, channels: channelsOf(this.#spec, value) };
    const isStill = timeUs - this.#lastUs > stillUs;
    this.#lastUs = timeUs;
    const { length } = sample.channels;
    if (length === 0 || isStill || this.#start?.channels.length !== length) return this.#begin(sample);
    const span = at - this.#start.at;
    const slopes = sample.channels.map((channel, index) => rise(channel, this.#start, index) / span);
    const passes =
      span > 0 &&
      slopes.every(
        (slope, index) =>
          slope >= (this.#lowest[index] ?? -Infinity) && slope <= (this.#highest[index] ?? Infinity),
      );
    if (passes) return this.#swing(sample);
    // A second value at one instant is a jump.
    if (span <= 0) return this.#begin(sample);
    this.#emit('linear');
    this.#start = this.#last;
    this.#open();
    if (this.#last !== null && at > this.#last.at) this.#swing(sample);
    else this.#begin(sample);
  }

  /** No more will come: the last value holds. */
  end(): readonly Keyframe[] {
    this.#emit('hold');
    this.#start = this.#last = null;
    return this.keyframes;
  }

  #begin(sample: Sample): void {
    if (this.#last !== null) this.#emit('hold');
    this.#start = this.#last = sample;
    this.#open();
    this.#keep(sample, sample.channels.length === 0 ? 'hold' : 'linear');
  }

  #swing(sample: Sample): void {
    const span = sample.at - (this.#start?.at ?? 0);
    const slack = slackOf(this.#spec, sample.value);
    const slope = (channel: number, index: number, by: number): number =>
      (rise(channel, this.#start, index) + by) / span;
    this.#lowest = sample.channels.map((channel, index) =>
      Math.max(this.#lowest[index] ?? -Infinity, slope(channel, index, -slack)),
    );
    this.#highest = sample.channels.map((channel, index) =>
      Math.min(this.#highest[index] ?? Infinity, slope(channel, index, slack)),
    );
    this.#last = sample;
  }

  #open(): void {
    this.#lowest = [];
    this.#highest = [];
  }

  // The first sample of a line was kept when it came.
  #emit(curve: 'hold' | 'linear'): void {
    if (this.#last === null) return;
    if (this.#last !== this.#start) return this.#keep(this.#last, curve);
    const kept = this.keyframes.at(-1);
    if (kept !== undefined) this.keyframes.splice(-1, 1, { ...kept, curve });
  }

  #keep({ at, value }: Sample, curve: 'hold' | 'linear'): void {
    const before = this.keyframes.at(-1);
    const repeats = before?.curve === 'hold' && curve === 'hold' && before.value === value;
    if (!repeats) this.keyframes.push({ at, value, curve });
  }
}

function rise(channel: number, from: Sample | null, index: number): number {
  return channel - (from?.channels[index] ?? 0);
}

/** What glides of a value: the number itself, or red, green and blue; nothing of what holds. */
function channelsOf({ type, ui }: ParameterSpec, value: JsonValue): readonly number[] {
  if (ui.load) return [];
  if (typeof value === 'number' && isNumeric(type)) return [value];
  if (type !== 'color' || !isColor(value)) return [];
  const rgb = Number.parseInt(value.slice(1), 16);
  return [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255];
}

export function slackOf({ type, minimum, maximum }: ParameterSpec, value: JsonValue): number {
  if (type === 'color') return tolerance * 255;
  const range =
    minimum !== null && maximum !== null
      ? maximum - minimum
      : Math.max(1, Math.abs(typeof value === 'number' ? value : 0));
  return type === 'integer' ? Math.max(0.25, tolerance * range) : tolerance * range;
}
