import { pino, type Logger } from 'pino';
import type { LogLevel, LogLine } from '../contract/log.ts';
import { readLogLine } from './line.ts';
import { LogBook } from './log-book.ts';
import { redact } from './redact.ts';
import { lastLines, logPath, RotatingFile, rotation } from './rotating-file.ts';

/** What of an earlier run is read at the start: enough to see how it ended, little enough not to be felt. */
const EARLIER_BYTES = 128 * 1024;

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
    hide: (secret) => secrets.add(secret),
    close: async () => {
      process.off('exit', flush);
      await file.close();
    },
  };
}
