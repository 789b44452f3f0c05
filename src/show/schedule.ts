import type { Clock } from '../contract/clock.ts';
import type { At, Command, Sender } from '../contract/command.ts';
import type { PendingCommand, ScheduleApi, ScheduleEvent } from '../contract/schedule.ts';
import type { Grid } from '../contract/tempo.ts';
import { Misfit } from './misfit.ts';
import { pendingLimit, Scheduler } from './scheduler.ts';
import type { BeatClock, TempoChange } from './tempo.ts';
import type { Timers } from './timers.ts';

/** Beyond a day, a time is a mistake. */
const longestWaitUs = 86_400e6;

/** What a command waits for: a time of the clock, or a beat as `beatAt` counts, on a grid or so many after it was sent. */
export type When =
  | { readonly on: 'clock'; readonly dueUs: number }
  | { readonly on: 'beat'; readonly beat: number; readonly grid: Grid | null; readonly dueUs: number };

interface Task {
  readonly command: Command;
  readonly sender: Sender;
  readonly address: string;
  /** It was put on the grid by /tempo/quantize, so that the newest of its address counts. */
  readonly isLaunch: boolean;
  when: When;
}

interface Deps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly tempo: BeatClock;
  /** Seconds that what waits for a beat is run before it. */
  lookahead(): number;
  /** Runs a command whose time has come; answers why it could not be. */
  run(command: Command, sender: Sender, dueUs: number): Misfit | null;
}

/**
 * Commands that wait. Those that wait for a beat are due when the beat comes, however the tempo changes until then: they are
 * timed anew with every change.
 */
export class Schedule implements ScheduleApi {
  readonly #deps: Deps;
  readonly #scheduler: Scheduler<Task>;
  readonly #listeners = new Set<(event: ScheduleEvent) => void>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#scheduler = new Scheduler(deps.clock, deps.timers, (task, dueUs, id) => {
      const misfit = deps.run(task.command, task.sender, dueUs);
      const pending = this.#shown({ id, task, dueUs });
      if (misfit === null) this.#tell({ kind: 'applied', pending });
      else this.#tell({ kind: 'rejected', pending, error: misfit.report });
    });
    deps.tempo.listen((change) => this.#follow(change));
  }

  list(): readonly PendingCommand[] {
    return this.#scheduler.list().map((pending) => this.#shown(pending));
  }

  subscribe(listener: (event: ScheduleEvent) => void): () => void {
    const own = (event: ScheduleEvent): void => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  room(): number {
    return this.#scheduler.room();
  }

  /** What `at` means from now on; null for at once. */
  when(at: At | undefined, nowUs: number): When | Misfit | null {
    if (at === undefined || at === 'now') return null;
    if (typeof at === 'string') {
      const { tempo } = this.#deps;
      // A beat that cannot be met the look-ahead early any more belongs to those before.
      const beat = tempo.gridBeat(at, tempo.beatAt(nowUs + this.#lookaheadUs()));
      return this.#onBeat(beat, at, nowUs);
    }
    if ('beats' in at) {
      return at.beats === 0 ? null : this.#onBeat(this.#deps.tempo.beatAt(nowUs) + at.beats, null, nowUs);
    }
    const dueUs = 'timeUs' in at ? at.timeUs : nowUs + at.seconds * 1e6;
    if (dueUs > nowUs + longestWaitUs) return tooFar();
    return dueUs > nowUs ? { on: 'clock', dueUs } : null;
  }

  add(when: When, command: Command, address: string, sender: Sender, isLaunch: boolean): string {
    // A pad hit again before the bar means the newest only; it must not fill the list either.
    if (isLaunch && command.kind !== 'trigger') {
      this.#cancel(
        (task) => task.isLaunch && task.address === address && task.command.kind !== 'trigger',
        sender,
      );
    }
    const task = { command, sender, address, isLaunch, when };
    const id = this.#scheduler.add(when.dueUs, task);
    this.#tell({ kind: 'scheduled', pending: this.#shown({ id, task, dueUs: when.dueUs }) });
    return id;
  }

  has(id: string): boolean {
    return this.#scheduler.list().some((pending) => pending.id === id);
  }

  /** Takes back one, or with null all. */
  cancel(id: string | null, sender: Sender): void {
    this.#cancel((_task, each) => id === null || each === id, sender);
  }

  /** Look-ahead is another one. */
  lookaheadChanged(): void {
    this.#retime();
  }

  runDue(atUs: number): void {
    this.#scheduler.runDue(atUs);
  }

  close(): void {
    this.#scheduler.close();
    this.#listeners.clear();
  }

  #cancel(which: (task: Task, id: string) => boolean, sender: Sender): void {
    for (const removed of this.#scheduler.remove(({ task, id }) => which(task, id)))
      this.#tell({ kind: 'cancelled', pending: this.#shown(removed), by: sender.id });
  }

  #follow(change: TempoChange): void {
    if (change.kind !== 'rate') {
      for (const { task } of this.#scheduler.list()) task.when = this.#regridded(task.when, change);
    }
    this.#retime();
    if (change.kind !== 'rate' && this.#scheduler.list().length > 0 && this.#listeners.size > 0)
      this.#tell({ kind: 'retimed', pending: this.list() });
  }

  #regridded(when: When, change: Exclude<TempoChange, { kind: 'rate' }>): When {
    if (when.on === 'clock' || when.grid === null) return when;
    const beat =
      change.kind === 'moved'
        ? when.beat + change.by
        : this.#deps.tempo.gridBeat(when.grid, change.from, true);
    return { ...when, beat };
  }

  #retime(): void {
    const nowUs = this.#deps.clock();
    this.#scheduler.retime(({ when }, present) =>
      // What is due already is due; a faster tempo does not make it older than it is.
      when.on === 'clock' || present <= nowUs ? present : Math.max(this.#dueUs(when.beat), nowUs),
    );
  }

  #onBeat(beat: number, grid: Grid | null, nowUs: number): When | null {
    const dueUs = this.#dueUs(beat);
    return dueUs > nowUs ? { on: 'beat', beat, grid, dueUs } : null;
  }

  #dueUs(beat: number): number {
    return this.#deps.tempo.timeOf(beat) - this.#lookaheadUs();
  }

  #lookaheadUs(): number {
    return this.#deps.lookahead() * 1e6;
  }

  #shown({ id, task, dueUs }: { id: string; task: Task; dueUs: number }): PendingCommand {
    const { command, sender, address, when } = task;
    const beat = when.on === 'beat' ? when.beat - this.#deps.tempo.origin : null;
    return { id, sender: sender.id, address, command, atUs: dueUs, beat };
  }

  #tell(event: ScheduleEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function tooFar(): Misfit {
  return new Misfit('E_COMMAND_INVALID', 'at: more than a day ahead; times are monotonic microseconds', null);
}

export function scheduleFull(): Misfit {
  return new Misfit('E_SCHEDULE_FULL', `${pendingLimit} commands are waiting for their time already`, {
    limit: pendingLimit,
  });
}
