import type { LogLevel, LogLine } from '../contract/log.ts';

/** pino's numbers; fatal counts as an error. */
const levelNames: Readonly<Record<number, LogLevel>> = {
  10: 'debug',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'error',
};

const MESSAGE_LIMIT = 2_000;

/** A line as it stands in the log file (JSON by pino, with `id` and `node` added), or null where it is none. */
export function readLogLine(text: string): LogLine | null {
  const entry = parse(text);
  if (entry === null || typeof entry['id'] !== 'number' || typeof entry['time'] !== 'number') return null;
  const { id, time, node } = entry;
  return {
    id,
    at: time,
    level: levelNames[Number(entry['level'])] ?? 'info',
    node: typeof node === 'string' ? node : null,
    message: messageOf(entry).slice(0, MESSAGE_LIMIT),
  };
}

function messageOf({ msg, err }: Readonly<Record<string, unknown>>): string {
  const said = typeof msg === 'string' ? msg : '';
  if (!isRecord(err) || typeof err['message'] !== 'string' || err['message'] === said) return said;
  return `${said}: ${err['message']}`;
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
