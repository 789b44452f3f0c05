import type { JsonValue } from '../../contract/json.ts';
import type { ValueTrack } from '../../contract/timeline.ts';
import { unknownAddress } from '../directory.ts';
import { isTrigger, type Entry } from '../entry.ts';
import { Misfit } from '../misfit.ts';
import { lastAt, valueAt } from './evaluate.ts';

/** Who plays the timeline's values, prompts and commands. */
export const timelineSender = { id: 'timeline', strictness: 'coerce' } as const;

/** A hand that rests so long lets go: the track plays on from its next keyframe. */
const restUs = 500_000;

/** Plays one track of values, and gives way to hands. */
export class TrackPlayer {
  readonly track: ValueTrack;
  #entry: Entry | null = null;
  #written: JsonValue = null;
  #misfit: Misfit | null = null;
  /** When a hand moved it last; null while nobody has taken it over. */
  #touchedUs: number | null = null;
  #passed = -1;

  constructor(track: ValueTrack) {
    this.track = track;
  }

  get isTouched(): boolean {
    return this.#touchedUs !== null;
  }

  touch(atUs: number): void {
    this.#touchedUs = atUs;
  }

  /** The timeline has the value again from now on. */
  release(): void {
    this.#touchedUs = null;
    this.#written = null;
  }

  /** Same address, other keyframes: a hand that has it keeps it. */
  succeed(before: TrackPlayer | undefined): this {
    if (before !== undefined) this.#touchedUs = before.#touchedUs;
    this.#passed = -1;
    return this;
  }

  /** The keyframe at which the track took its value back, or null. `timeOf` tells when the position was at a place. */
  takeBack(position: number, timeOf: (place: number) => number): number | null {
    const { keyframes } = this.track;
    const index = lastAt(keyframes, position);
    const keyframe = keyframes[index];
    const isNew = index > this.#passed && this.#passed >= 0;
    this.#passed = Math.max(index, 0);
    if (this.#touchedUs === null || !isNew || keyframe === undefined) return null;
    if (timeOf(keyframe.at) - this.#touchedUs < restUs) return null;
    this.release();
    return keyframe.at;
  }

  /** Writes what the position has, where that is another value than before. Answers what it could not play, once. */
  play(position: number, find: (address: string) => Entry | null, atUs: number): Misfit | null {
    const entry = find(this.track.address);
    if (entry === null || isTrigger(entry)) return this.#fails(entry, unplayable(this.track.address, entry));
    if (entry !== this.#entry) this.#written = null;
    else if (this.#isTakenOver(entry)) this.touch(atUs);
    this.#entry = entry;
    if (this.isTouched) return null;
    const type = entry.spec.ui.load ? 'string' : entry.spec.type;
    const value = valueAt(type, this.track.keyframes, position);
    if (value === null || value === this.#written) return null;
    const taken = entry.fit(value, timelineSender.strictness);
    if (taken instanceof Misfit) return this.#fails(entry, taken);
    this.#written = value;
    this.#misfit = null;
    entry.apply(taken, { sender: timelineSender.id, atUs, ramp: null });
    return null;
  }

  // Presets write without asking whose a value is. Prompts have one writer for all their slots, who says nothing of one of them.
  #isTakenOver(entry: Entry): boolean {
    return (
      this.#written !== null && entry.setBy !== timelineSender.id && !entry.spec.key.startsWith('prompt')
    );
  }

  #fails(entry: Entry | null, misfit: Misfit): Misfit | null {
    const isKnown = this.#misfit?.report.code === misfit.report.code && entry === this.#entry;
    this.#entry = entry;
    this.#misfit = misfit;
    return isKnown ? null : misfit;
  }
}

function unplayable(address: string, entry: Entry | null): Misfit {
  if (entry === null) return unknownAddress(address, null);
  return new Misfit('E_VALUE_TYPE', `${address} is a trigger: it has no value that a track could play`, {
    address,
  });
}
