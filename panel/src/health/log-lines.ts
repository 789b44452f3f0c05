import type { LogLine, LogPage } from '../../../src/contract/log.ts';

const MOST_LINES = 400;

/** Lines that the daemon no longer had when they were asked for. */
interface Gap {
  readonly id: `before ${number}`;
  readonly missed: number;
}

export type LogEntry = LogLine | Gap;

/** What is shown with a page more: the newest lines, oldest first. A log whose ids begin anew is another one. */
export function withPage(
  entries: readonly LogEntry[],
  { lines, missed, next }: LogPage,
): readonly LogEntry[] {
  const known = entries.findLast((entry) => !isGap(entry))?.id ?? 0;
  const goesOn = (lines[0]?.id ?? next) > Number(known) || lines.length === 0;
  const gap: Gap[] = missed > 0 ? [{ id: `before ${next}`, missed }] : [];
  return [...(goesOn ? entries : []), ...gap, ...lines].slice(-MOST_LINES);
}

export function isGap(entry: LogEntry): entry is Gap {
  return 'missed' in entry;
}
