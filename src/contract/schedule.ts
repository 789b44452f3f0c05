import type { Command } from './command.ts';
import type { ErrorReport } from './error.ts';

/** A command that waits for its time. */
export interface PendingCommand {
  readonly id: string;
  readonly sender: string;
  readonly address: string;
  readonly command: Command;
  /** When it is due by the present tempo, look-ahead subtracted; monotonic microseconds. */
  readonly atUs: number;
  /** The beat it waits for, as `TempoState.beat` counts; null for one that waits for a time of the clock. */
  readonly beat: number | null;
}

/** What became of a command that waits. Changes of tempo that leave its beat as it is are not told. */
export type ScheduleEvent =
  | { readonly kind: 'scheduled'; readonly pending: PendingCommand }
  /** The beats were counted anew (resync, tap, start of a MIDI clock, another bar): all that wait, as they stand now. */
  | { readonly kind: 'retimed'; readonly pending: readonly PendingCommand[] }
  | { readonly kind: 'applied'; readonly pending: PendingCommand }
  | { readonly kind: 'rejected'; readonly pending: PendingCommand; readonly error: ErrorReport }
  /** `by`: the sender that took it back, or whose newer command stands in its place. */
  | { readonly kind: 'cancelled'; readonly pending: PendingCommand; readonly by: string };

/** Commands that wait. They are taken back by the command `cancel`. */
export interface ScheduleApi {
  /** The one that is due first comes first. */
  list(): readonly PendingCommand[];
  subscribe(listener: (event: ScheduleEvent) => void): () => void;
}
