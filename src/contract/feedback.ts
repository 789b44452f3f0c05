import type { JsonValue } from './json.ts';
import type { ParameterType } from './parameter.ts';

/**
 * How a control adapter's controllers follow the show. The adapter says by the event `feedback` what it wants; the daemon then
 * tells it by the request `values`, without waiting. Nothing crosses while nobody follows.
 */
export type FeedbackWish = {
  /** Whether changes are wanted from now on. */
  readonly changes: boolean;
  /** Whether all values are wanted now, once, for those who asked. */
  readonly all: boolean;
};

/** Sender as in `ValueChange`, so that nobody hears back what it moved. A list of three texts at `/NODE/status` is how a node is. */
export type ToldValue = [address: string, type: ParameterType, value: JsonValue, setBy: string | null];

export type FeedbackValues = {
  /** Null: what changed. `asked`: all values, for those who asked. `everybody`: all values, as after another graph. */
  readonly all: 'asked' | 'everybody' | null;
  readonly values: ToldValue[];
};

/**
 * Numbers that changed, of which a show with moving faders has hundreds sixty times a second: told by the request `numbers`.
 * Each run is of one sender. Packed, a number is its place in the list of all values that was told last (two bytes) and its value
 * as OSC has it (a float, four bytes), big-endian, in base64.
 */
export type FeedbackNumbers = { readonly runs: [setBy: string | null, packed: string][] };

const RECORD_BYTES = 6;
/** A place that fits into its two bytes. */
export const MAX_PLACES = 65_536;

/** Gathers numbers to be told. Keeps its memory. */
export class NumberRuns {
  #bytes = Buffer.allocUnsafe(512 * RECORD_BYTES);
  #runs: FeedbackNumbers['runs'] = [];
  #setBy: string | null = null;
  #from = 0;
  #to = 0;

  add(place: number, value: number, setBy: string | null): void {
    if (setBy !== this.#setBy) this.#close(setBy);
    if (this.#to + RECORD_BYTES > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.allocUnsafe(this.#bytes.length)]);
    this.#bytes.writeUInt16BE(place, this.#to);
    this.#bytes.writeFloatBE(value, this.#to + 2);
    this.#to += RECORD_BYTES;
  }

  /** What was gathered since the last time. */
  take(): FeedbackNumbers {
    this.#close(null);
    const runs = this.#runs;
    this.#runs = [];
    this.#from = this.#to = 0;
    return { runs };
  }

  #close(next: string | null): void {
    if (this.#to > this.#from)
      this.#runs.push([this.#setBy, this.#bytes.toString('base64', this.#from, this.#to)]);
    this.#from = this.#to;
    this.#setBy = next;
  }
}

/** Reads a packed run; half a record at its end is left out. */
export function readNumbers(packed: string, each: (place: number, value: number) => void): void {
  const bytes = Buffer.from(packed, 'base64');
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES)
    each(bytes.readUInt16BE(at), bytes.readFloatBE(at + 2));
}
