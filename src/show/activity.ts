import type {
  ActivityApi,
  ActivityLine,
  ActivityOutcome,
  ActivityPage,
  ActivityQuery,
} from '../contract/activity.ts';
import type { Clock } from '../contract/clock.ts';
import type { JsonValue } from '../contract/json.ts';
import type { Misfit } from './misfit.ts';
import type { Rejections } from './rejections.ts';

/** As many lines as a person would ever look through. */
export const linesKept = 500;
const longestText = 200;
const longestList = 32;

/** May come later: finding the nearest address for each message of a flood would cost more than the flood. */
type Reason = Misfit | (() => Misfit);

interface Line {
  readonly id: number;
  readonly sender: string;
  readonly address: string;
  readonly refused: boolean;
  sequence: number;
  count: number;
  outcome: ActivityOutcome;
  value: JsonValue;
  at: number;
  dueUs: number | null;
  reason: Reason | null;
  /** The next older and newer one. */
  older: Line | null;
  newer: Line | null;
}

/** Lines of one sender by address; what was refused apart from what played. */
interface SenderLines {
  readonly played: Map<string, Line>;
  readonly refused: Map<string, Line>;
}

interface Deps {
  readonly clock: Clock;
  readonly wallClock: () => number;
  /** Counts per sender for as long as the daemon runs, where a line may be forgotten. */
  readonly rejections: Rejections;
}

/**
 * What arrived: one line per sender and address, the newest 500. Noting is two look-ups and moving a link, so that 20,000
 * messages a second cost nothing one could measure; words and copies are made when somebody reads.
 */
export class Activity implements ActivityApi {
  readonly #deps: Deps;
  readonly #senders = new Map<string, SenderLines>();
  readonly #waiting = new Set<() => void>();
  #oldest: Line | null = null;
  #newest: Line | null = null;
  #kept = 0;
  #sequence = 0;
  #ids = 0;
  #forgotten = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  applied(sender: string, address: string, value: JsonValue): void {
    this.#note(sender, address, 'applied', value, null, null, 1);
  }

  scheduled(sender: string, address: string, value: JsonValue, dueUs: number): void {
    this.#note(sender, address, 'scheduled', value, dueUs, null, 1);
  }

  /** A controller's event that meant nothing here. */
  event(sender: string, address: string, value: JsonValue): void {
    this.#note(sender, address, 'event', value, null, null, 1);
  }

  /** Counted in `rejections`, too. */
  refused(sender: string, address: string, reason: Reason, value: JsonValue = null, times = 1): void {
    this.#deps.rejections.note(sender, address, reason, times);
    this.#note(sender, address, 'refused', value, null, reason, times);
  }

  read({ after = 0, limit = linesKept }: ActivityQuery): ActivityPage {
    const changed: Line[] = [];
    for (let line = this.#newest; line !== null && line.sequence > after; line = line.older)
      changed.push(line);
    const lines = changed.reverse().slice(0, limit);
    const next = lines.at(-1)?.sequence ?? Math.max(0, Math.min(after, this.#sequence));
    return { lines: lines.map((line) => this.#shown(line)), next, forgotten: this.#forgotten };
  }

  whenNext(listener: () => void): () => void {
    const own = (): void => listener();
    this.#waiting.add(own);
    return () => this.#waiting.delete(own);
  }

  #note(
    sender: string,
    address: string,
    outcome: ActivityOutcome,
    value: JsonValue,
    dueUs: number | null,
    reason: Reason | null,
    times: number,
  ): void {
    const line = this.#lineOf(sender, address, outcome === 'refused');
    line.sequence = this.#sequence += 1;
    line.count += times;
    line.outcome = outcome;
    line.value = portable(value);
    line.at = this.#deps.wallClock();
    line.dueUs = dueUs;
    line.reason = reason;
    if (this.#waiting.size > 0) this.#wake();
  }

  #lineOf(sender: string, address: string, refused: boolean): Line {
    let lines = this.#senders.get(sender);
    if (lines === undefined) this.#senders.set(sender, (lines = { played: new Map(), refused: new Map() }));
    const byAddress = refused ? lines.refused : lines.played;
    const key = address.length > longestText ? address.slice(0, longestText) : address;
    const known = byAddress.get(key);
    if (known !== undefined) {
      if (known !== this.#newest) {
        this.#unlink(known);
        this.#append(known);
      }
      return known;
    }
    const line: Line = {
      id: (this.#ids += 1),
      sender,
      address: key,
      refused,
      sequence: 0,
      count: 0,
      outcome: 'applied',
      value: null,
      at: 0,
      dueUs: null,
      reason: null,
      older: null,
      newer: null,
    };
    byAddress.set(key, line);
    this.#append(line);
    this.#kept += 1;
    if (this.#kept > linesKept) this.#forget();
    return line;
  }

  #append(line: Line): void {
    line.older = this.#newest;
    line.newer = null;
    if (this.#newest === null) this.#oldest = line;
    else this.#newest.newer = line;
    this.#newest = line;
  }

  #unlink({ older, newer }: Line): void {
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
  }

  #forget(): void {
    const line = this.#oldest;
    if (line === null) return;
    this.#unlink(line);
    this.#kept -= 1;
    this.#forgotten += 1;
    const lines = this.#senders.get(line.sender);
    if (lines === undefined) return;
    (line.refused ? lines.refused : lines.played).delete(line.address);
    if (lines.played.size + lines.refused.size === 0) this.#senders.delete(line.sender);
  }

  #wake(): void {
    const listeners = [...this.#waiting];
    this.#waiting.clear();
    for (const listener of listeners) listener();
  }

  #shown(line: Line): ActivityLine {
    if (typeof line.reason === 'function') line.reason = line.reason();
    const { id, sequence, sender, address, outcome, count, value, at, dueUs, reason } = line;
    const { clock, wallClock } = this.#deps;
    const dueAt = dueUs === null ? null : Math.round(wallClock() + (dueUs - clock()) / 1e3);
    return { id, sequence, sender, address, outcome, count, value, at, dueAt, error: reason?.report ?? null };
  }
}

/** A value small enough to be kept 500 times, whatever a sender wrote. Numbers, as faders send them, pass as they are. */
function portable(value: JsonValue): JsonValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return shortened(value);
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return shortened(Object.keys(value).slice(0, longestList).join(', '));
  return value.slice(0, longestList).map((entry) => {
    if (typeof entry !== 'object' || entry === null) return portable(entry);
    // A prompt among others: its words are what one wants to see.
    return 'text' in entry && typeof entry['text'] === 'string' ? shortened(entry['text']) : '…';
  });
}

const shortened = (text: string): string =>
  text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
