import type { ActivityLine, ActivityPage } from '../../../src/contract/activity.ts';
import type { JsonValue } from '../../../src/contract/json.ts';

/** As many as the daemon keeps. */
const MOST_LINES = 500;

/** What is known with a page more, the newest first. */
export function withChanges(known: readonly ActivityLine[], page: ActivityPage): readonly ActivityLine[] {
  if (page.lines.length === 0) return known;
  const changed = new Set(page.lines.map(({ id }) => id));
  return [...[...page.lines].reverse(), ...known.filter(({ id }) => !changed.has(id))].slice(0, MOST_LINES);
}

export interface Filter {
  /** Null is everybody. */
  readonly sender: string | null;
  readonly refusedOnly: boolean;
}

export function matching(lines: readonly ActivityLine[], { sender, refusedOnly }: Filter): ActivityLine[] {
  return lines.filter(
    (line) => (sender === null || line.sender === sender) && (!refusedOnly || line.outcome === 'refused'),
  );
}

/** A value as a line shows it. */
export function valueWords(value: JsonValue): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(valueWords).join(' + ') : JSON.stringify(value);
}

/** How long ago, as one would say it at a glance. */
export function agoWords(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return new Date(at).toLocaleTimeString();
}

/** When what waits will play. */
export function dueWords(dueAt: number, now: number): string {
  const seconds = (dueAt - now) / 1000;
  return seconds <= 0.05
    ? 'plays now'
    : `plays in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}
