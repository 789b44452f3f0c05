import type { Timeline } from '../../contract/timeline.ts';
import { lastAt } from './evaluate.ts';
import type { ScoreEvent } from './score.ts';

/** Musical time: beats that come faster and slower and never jump. */
export interface Beats {
  readonly bpm: number;
  beatAt(timeUs: number): number;
  /** When `beatAt` is at a beat. */
  timeOf(beat: number): number;
}

type Course = Pick<Timeline, 'unit' | 'length' | 'loop'>;

/** What the way of the position met. `dueUs` is when it was there, which may be before anybody looked. */
export type Step =
  | { readonly kind: 'event'; readonly event: ScoreEvent; readonly dueUs: number }
  /** It went back to where the loop begins. */
  | { readonly kind: 'wrap'; readonly dueUs: number }
  /** It came to its end and stopped. */
  | { readonly kind: 'end'; readonly dueUs: number };

/** A tenth of a microsecond: what is nearer than clocks can tell is there. */
const near = 1e-7;

/**
 * Where a timeline is: a function of the clock while it plays, of nothing else. It remembers how far its events have been handed
 * out, so that each comes once however seldom or often somebody looks.
 */
export class Transport {
  #playing = false;
  /** It was here … */
  #position = 0;
  /** … when the clock, seconds or beats, said this. */
  #count = 0;
  #next = 0;
  /** Events were handed out since it came to its place, or could have been. */
  #begun = false;
  /** It came to its place by the loop. */
  #wrapped = false;
  #handedAt = -Infinity;
  #course: Course;
  #events: readonly ScoreEvent[] = [];
  readonly #beats: Beats;

  constructor(course: Course, beats: Beats) {
    this.#course = course;
    this.#beats = beats;
  }

  get playing(): boolean {
    return this.#playing;
  }

  position(atUs: number): number {
    if (!this.#playing) return this.#position;
    return Math.max(this.#position, this.#position + this.#countAt(atUs) - this.#count);
  }

  /** Units a second at this moment. */
  get perSecond(): number {
    return this.#course.unit === 'beats' ? this.#beats.bpm / 60 : 1;
  }

  /** When the position is, or was, at a place of this pass. */
  timeOf(place: number, atUs: number): number {
    const ahead = place - this.position(atUs);
    if (this.#course.unit === 'seconds') return atUs + ahead * 1e6;
    return this.#beats.timeOf(this.#beats.beatAt(atUs) + ahead);
  }

  play(atUs: number): void {
    if (this.#playing) return;
    const { length, loop } = this.#course;
    if (length !== null && this.#position >= length && !(loop.on && this.#position < loop.to))
      this.#place(0, atUs);
    this.#count = this.#countAt(atUs);
    this.#playing = true;
  }

  pause(atUs: number): void {
    this.#position = this.position(atUs);
    this.#playing = false;
  }

  /** What lies at the new place is still to come; what lies before it has been. */
  seek(position: number, atUs: number): void {
    this.#place(position, atUs);
  }

  /** Everything at this place counts as done. */
  pass(): void {
    this.#begun = true;
    this.#next = lastAt(this.#events, this.#position) + 1;
  }

  /** Another timeline, or the same one changed: it goes on from where it is. What has been handed out is not handed out again. */
  take(course: Course, events: readonly ScoreEvent[], atUs: number): void {
    const unitStays = course.unit === this.#course.unit;
    // Where nothing has been handed out since it came to its place, it is still at that place.
    if (this.#begun) this.#position = this.position(atUs);
    this.#course = course;
    if (this.#begun || !unitStays) this.#count = this.#countAt(atUs);
    if (events === this.#events) return;
    this.#events = events;
    this.#next = this.#begun
      ? lastAt(events, Math.max(this.#position, this.#handedAt)) + 1
      : this.#firstFrom(this.#position, this.#wrapped);
  }

  /** The next thing that was due by now, or null; to be asked until it is null. */
  step(atUs: number): Step | null {
    if (!this.#playing) return null;
    const position = this.position(atUs);
    this.#begun = true;
    const { loops, end } = this.#boundary();
    const event = this.#events[this.#next];
    const isDue = event !== undefined && event.at <= position + near;
    if (isDue && (loops ? event.at < end : event.at <= end + near)) {
      this.#next += 1;
      this.#handedAt = event.at;
      return { kind: 'event', event, dueUs: Math.min(atUs, this.timeOf(event.at, atUs)) };
    }
    if (position + near < end) return null;
    const dueUs = Math.min(atUs, this.timeOf(end, atUs));
    if (!loops) {
      this.#position = end;
      this.#playing = false;
      return { kind: 'end', dueUs };
    }
    this.#count += end - this.#position;
    this.#arrive(this.#course.loop.from, true);
    return { kind: 'wrap', dueUs };
  }

  /** When something is due next, or null. */
  nextUs(atUs: number): number | null {
    if (!this.#playing) return null;
    const event = this.#events[this.#next]?.at ?? Infinity;
    const place = Math.min(event, this.#boundary().end);
    return place === Infinity ? null : this.timeOf(place, atUs);
  }

  // Who starts behind the end of the loop plays on to the end of the timeline.
  #boundary(): { readonly loops: boolean; readonly end: number } {
    const { length, loop } = this.#course;
    if (loop.on && this.#position < loop.to) return { loops: true, end: loop.to };
    return { loops: false, end: Math.max(length ?? Infinity, this.#position) };
  }

  #place(position: number, atUs: number): void {
    this.#count = this.#countAt(atUs);
    this.#arrive(position, false);
  }

  #arrive(position: number, wrapped: boolean): void {
    this.#position = position;
    this.#begun = false;
    this.#wrapped = wrapped;
    this.#handedAt = -Infinity;
    this.#next = this.#firstFrom(position, wrapped);
  }

  // Prompts that hold at a place are set by whoever goes there; commands at it are still to come.
  #firstFrom(position: number, withClips: boolean): number {
    let next = lastAt(this.#events, position) + 1;
    for (let before = this.#events[next - 1]; before?.at === position; before = this.#events[next - 1]) {
      if (before.kind === 'clip' && !withClips) break;
      next -= 1;
    }
    return next;
  }

  #countAt(atUs: number): number {
    return this.#course.unit === 'beats' ? this.#beats.beatAt(atUs) : atUs / 1e6;
  }
}
