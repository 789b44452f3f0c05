import { pino, type Logger } from 'pino';
import type { LogLevel, LogLine } from '../contract/log.ts';
import { FloodGate, runnerLimits } from './flood-gate.ts';
import { readLogLine } from './line.ts';
import { LogBook } from './log-book.ts';
import { redact } from './redact.ts';
import { lastLines, logPath, RotatingFile, rotation } from './rotating-file.ts';

/** What of an earlier run is read at the start: enough to see how it ended, little enough not to be felt. */
const EARLIER_BYTES = 128 * 1024;

/** Taking a shorter one out wherever it stands would leave no line readable. */
const SHORTEST_SECRET = 5;

export interface OpenLog {
  readonly logger: Logger;
  readonly book: LogBook;
  /** Takes this text out of every line from now on. */
  hide(secret: string): void;
  close(): Promise<void>;
}

/** The daemon's log: every line goes, without secrets, to the rotating file and to the book in memory. */
export async function openLog(home: string, level: LogLevel): Promise<OpenLog> {
  const path = logPath(home);
  const earlier = (await lastLines(path, EARLIER_BYTES)).flatMap((text): LogLine[] => {
    const line = readLogLine(text);
    return line === null ? [] : [line];
  });
  const book = new LogBook(earlier);
  const file = new RotatingFile(path, rotation, () => performance.now());
  const secrets = new Set<string>();
  let lastId = book.newestId;
  const write = (text: string): void => {
    const clean = redact(text, secrets);
    file.write(clean);
    const line = readLogLine(clean);
    if (line !== null) book.add(line);
  };
  const logger = pino({ level, base: null, mixin: () => ({ id: (lastId += 1) }) }, { write });
  const flush = (): void => file.flushNow();
  process.once('exit', flush);
  return {
    logger,
    book,
    hide: (secret) => {
      if (secret.length >= SHORTEST_SECRET) secrets.add(secret);
    },
    close: async () => {
      process.off('exit', flush);
      await file.close();
    },
  };
}

/** Writes what runners say into the log, each node at a bounded pace. */
export function runnerLines(log: Logger): (node: string, line: string) => void {
  const gate = new FloodGate(
    runnerLimits,
    (node, line) => log.info({ node }, line),
    (node, leftOut) => log.warn({ node }, `${leftOut} more lines within a second were left out`),
    (call, delayMs) => void setTimeout(call, delayMs).unref(),
  );
  return (node, line) => gate.line(node, line);
}
