import type { JsonValue } from '../../contract/json.ts';
import type { ValueTrack } from '../../contract/timeline.ts';
import { unknownAddress, type Directory } from '../directory.ts';
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
  /** A value that did not fit, so that it is told once. */
  #refused: JsonValue = null;
  #directory: Directory | null = null;
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
  play(position: number, directory: Directory, atUs: number): Misfit | null {
    const unplayable = directory === this.#directory ? null : this.#resolve(directory);
    const entry = this.#entry;
    if (entry === null) return unplayable;
    if (this.#isTakenOver(entry)) this.touch(atUs);
    if (this.isTouched) return null;
    const type = entry.spec.ui.load ? 'string' : entry.spec.type;
    const value = valueAt(type, this.track.keyframes, position);
    if (value === null || value === this.#written || value === this.#refused) return null;
    const taken = entry.fit(value, timelineSender.strictness);
    if (taken instanceof Misfit) {
      this.#refused = value;
      return taken;
    }
    this.#written = value;
    entry.apply(taken, { sender: timelineSender.id, atUs, ramp: null });
    return null;
  }

  /** Finds its parameter in another graph; answers why there is none. */
  #resolve(directory: Directory): Misfit | null {
    const { address } = this.track;
    const entry = directory.find(address);
    this.#directory = directory;
    if (entry !== this.#entry) this.#written = this.#refused = null;
    this.#entry = entry === null || isTrigger(entry) ? null : entry;
    if (entry === null) return unknownAddress(address, null);
    if (this.#entry !== null) return null;
    return new Misfit('E_VALUE_TYPE', `${address} is a trigger: it has no value that a track could play`, {
      address,
    });
  }

  // Presets write without asking whose a value is. Prompts have one writer for all their slots, who says nothing of one of them.
  #isTakenOver(entry: Entry): boolean {
    return (
      this.#written !== null && entry.setBy !== timelineSender.id && !entry.spec.key.startsWith('prompt')
    );
  }
}
