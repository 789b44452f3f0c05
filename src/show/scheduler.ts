import type { Clock } from '../contract/clock.ts';
import type { Timers } from './timers.ts';

export interface Pending<T> {
  readonly id: string;
  readonly dueUs: number;
  readonly task: T;
}

export const pendingLimit = 1024;

/**
 * Tasks that wait for their instant, in order of it, and of arrival where it is the same. One timer stands for the earliest;
 * a stage that is sampled runs what is due itself, so that a beat is hit by the frame and not by the event loop.
 */
export class Scheduler<T> {
  readonly #pending: Pending<T>[] = [];
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #run: (task: T, dueUs: number) => void;
  #cancel: (() => void) | null = null;
  #count = 0;

  constructor(clock: Clock, timers: Timers, run: (task: T, dueUs: number) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#run = run;
  }

  room(): number {
    return pendingLimit - this.#pending.length;
  }

  add(dueUs: number, task: T): string {
    this.#count += 1;
    const pending = { id: `s${this.#count}`, dueUs, task };
    const index = this.#pending.findLastIndex((other) => other.dueUs <= dueUs) + 1;
    this.#pending.splice(index, 0, pending);
    if (index === 0) this.#arm();
    return pending.id;
  }

  runDue(atUs: number): void {
    let ran = false;
    for (let next = this.#pending[0]; next !== undefined && next.dueUs <= atUs; next = this.#pending[0]) {
      this.#pending.shift();
      ran = true;
      this.#run(next.task, next.dueUs);
    }
    if (ran) this.#arm();
  }

  close(): void {
    this.#pending.length = 0;
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
