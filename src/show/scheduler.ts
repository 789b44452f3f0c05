import type { Clock } from '../contract/clock.ts';
import type { Timers } from './timers.ts';

interface Pending<T> {
  readonly id: string;
  /** In order of arrival. */
  readonly number: number;
  readonly task: T;
  dueUs: number;
}

export const pendingLimit = 1024;

/**
 * Tasks that wait for their instant, in order of it, and of arrival where it is the same. One timer stands for the earliest;
 * a stage that is sampled runs what is due itself, so that a beat is hit by the frame and not by the event loop.
 */
export class Scheduler<T> {
  #pending: Pending<T>[] = [];
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #run: (task: T, dueUs: number, id: string) => void;
  #cancel: (() => void) | null = null;
  #count = 0;

  constructor(clock: Clock, timers: Timers, run: (task: T, dueUs: number, id: string) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#run = run;
  }

  room(): number {
    return pendingLimit - this.#pending.length;
  }

  /** What waits, in order. */
  list(): readonly Readonly<Pending<T>>[] {
    return this.#pending;
  }

  add(dueUs: number, task: T): string {
    this.#count += 1;
    const pending = { id: `s${this.#count}`, number: this.#count, dueUs, task };
    const index = this.#pending.findLastIndex((other) => other.dueUs <= dueUs) + 1;
    this.#pending.splice(index, 0, pending);
    if (index === 0) this.#arm();
    return pending.id;
  }

  /** Takes out what `which` names. */
  remove(which: (pending: Readonly<Pending<T>>) => boolean): Readonly<Pending<T>>[] {
    const removed = this.#pending.filter(which);
    if (removed.length === 0) return removed;
    this.#pending = this.#pending.filter((pending) => !removed.includes(pending));
    this.#arm();
    return removed;
  }

  /** Everything is due at another time. */
  retime(dueUs: (task: T, present: number) => number): void {
    if (this.#pending.length === 0) return;
    for (const pending of this.#pending) pending.dueUs = dueUs(pending.task, pending.dueUs);
    this.#pending.sort((a, b) => a.dueUs - b.dueUs || a.number - b.number);
    this.#arm();
  }

  runDue(atUs: number): void {
    let ran = false;
    for (let next = this.#pending[0]; next !== undefined && next.dueUs <= atUs; next = this.#pending[0]) {
      this.#pending.shift();
      ran = true;
      this.#run(next.task, next.dueUs, next.id);
    }
    if (ran) this.#arm();
  }

  close(): void {
    this.#pending = [];
    this.#arm();
  }

  #arm(): void {
    this.#cancel?.();
    const next = this.#pending[0];
    this.#cancel =
      next === undefined
        ? null
        : this.#timers(Math.ceil((next.dueUs - this.#clock()) / 1e3), () => {
            this.runDue(this.#clock());
            this.#arm();
          });
  }
}
