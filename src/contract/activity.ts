import type { ErrorReport } from './error.ts';
import type { JsonValue } from './json.ts';

/** `event`: a controller's key or knob that no binding turned into a command. */
export const activityOutcomes = ['applied', 'scheduled', 'refused', 'event'] as const;
export type ActivityOutcome = (typeof activityOutcomes)[number];

/** What one sender did to one address: a fader that moves is one line, however often it did. A refusal is a line of its own. */
export interface ActivityLine {
  /** Stays while the line is kept. */
  readonly id: number;
  /** Grows with everything that arrives: of the lines, that with the largest is the newest. */
  readonly sequence: number;
  /** `osc:127.0.0.1:50123`, `ws:3`, `rest:127.0.0.1`; `show` for what the show did by itself. */
  readonly sender: string;
  /** What it was sent to, or a controller's event (control-event.ts); empty where a packet could not be read. */
  readonly address: string;
  readonly outcome: ActivityOutcome;
  /** How often, since the line is kept. */
  readonly count: number;
  /** The newest value as it plays; of what was refused and of events, as it came. Long ones are shortened. */
  readonly value: JsonValue;
  /** When the newest arrived, milliseconds since 1970. */
  readonly at: number;
  /** When it is due, milliseconds since 1970; null where it does not wait. */
  readonly dueAt: number | null;
  /** Why it was refused, and what to do about it. */
  readonly error: ErrorReport | null;
}

export interface ActivityPage {
  /** Lines that changed after `after`, the one that changed first before the others. */
  readonly lines: readonly ActivityLine[];
  /** What to ask for with `after` next. */
  readonly next: number;
  /** Lines that were forgotten since the start, as only so many are kept. */
  readonly forgotten: number;
}

export interface ActivityQuery {
  /** Only what changed later: `next` of the last answer. Without it all lines kept are answered. */
  readonly after?: number;
  /** At most so many lines. */
  readonly limit?: number;
}

/** What arrived lately, from whom, and what became of it. */
export interface ActivityApi {
  read(query: ActivityQuery): ActivityPage;
  /** Calls once, when the next thing arrives; the answer takes it back. */
  whenNext(listener: () => void): () => void;
}
