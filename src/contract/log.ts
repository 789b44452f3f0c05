export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogLine {
  /** Counts up by one a line and goes on where an earlier run of the daemon stopped. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: LogLevel;
  /** The node it is about; null where it is about the daemon. */
  readonly node: string | null;
  /** One line of text, secrets taken out. */
  readonly message: string;
}

export interface LogQuery {
  /** Only lines with a larger id: `next` of the last answer. Without it the newest ones are answered. */
  readonly after?: number;
  /** This level and what is worse; all where it is left out. */
  readonly level?: LogLevel;
  readonly node?: string;
  /** At most so many lines. */
  readonly limit?: number;
}

export interface LogPage {
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  /** What to ask for with `after` next. */
  readonly next: number;
  /** Lines after `after` that are no longer kept in memory, whatever their level and node. */
  readonly missed: number;
}

/** What the daemon logged lately. */
export interface LogsApi {
  read(query: LogQuery): LogPage;
  /** Called for every new line; the answer ends it. */
  subscribe(listener: (line: LogLine) => void): () => void;
}

/** Whether a line of this level is wanted by who asked for `least` and what is worse. */
export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(least);
}
