import type { JsonValue } from '../../contract/json.ts';
import type { Entry, Ramp, Signals } from '../entry.ts';
import { progressOf, type Progress } from '../glide.ts';
import type { Glider } from '../glides.ts';

/** Values that cannot glide and wait for their point of a morph: a mode, a switch of the show itself. */
export class Switches {
  readonly #waiting = new Map<Entry, Switch>();
  readonly #signals: Pick<Signals, 'glides' | 'tempo'>;

  constructor(signals: Pick<Signals, 'glides' | 'tempo'>) {
    this.#signals = signals;
  }

  add(entry: Entry, value: JsonValue, sender: string, ramp: Ramp, atUs: number): void {
    const progress = progressOf(ramp, atUs, this.#signals.tempo);
    const waiting = new Switch(entry, value, sender, progress, ramp.switchAt ?? 1, atUs, () =>
      this.#waiting.delete(entry),
    );
    if (waiting.settle(atUs)) return;
    this.#waiting.set(entry, waiting);
    this.#signals.glides.start(waiting);
  }

  /** Another recall has it now. */
  drop(entry: Entry): void {
    const waiting = this.#waiting.get(entry);
    if (waiting === undefined) return;
    this.#waiting.delete(entry);
    this.#signals.glides.stop(waiting);
  }

  clear(): void {
    for (const entry of this.#waiting.keys()) this.drop(entry);
  }
}

class Switch implements Glider {
  readonly #entry: Entry;
  readonly #value: JsonValue;
  readonly #sender: string;
  readonly #progress: Progress;
  readonly #point: number;
  readonly #before: string;
  readonly #done: () => void;

  constructor(
    entry: Entry,
    value: JsonValue,
    sender: string,
    progress: Progress,
    point: number,
    atUs: number,
    done: () => void,
  ) {
    this.#entry = entry;
    this.#value = value;
    this.#sender = sender;
    this.#progress = progress;
    this.#point = point;
    this.#before = this.#stateAt(atUs);
    this.#done = done;
  }

  settle(atUs: number): boolean {
    if (this.#progress(atUs) < this.#point) return false;
    this.#done();
    // A hand that moved it in the meantime keeps it.
    if (this.#stateAt(atUs) === this.#before)
      this.#entry.apply(this.#value, { sender: this.#sender, atUs, ramp: null });
    return true;
  }

  moved(): void {
    // The entry itself tells when it switches.
  }

  #stateAt(atUs: number): string {
    return JSON.stringify([this.#entry.read(atUs), this.#entry.setBy]);
  }
}
