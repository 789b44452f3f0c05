import type { Clock } from '../contract/clock.ts';
import type { ControlMessage } from '../contract/adapter.ts';
import type { JsonValue } from '../contract/json.ts';
import type { ControlItem } from '../contract/protocol.ts';
import { isOscPattern } from '../protocols/osc/pattern.ts';

/** At most 250 batches a second reach the daemon. */
const INTERVAL_US = 4000;

/**
 * What the daemon takes at once and what it takes for long, in points: a message is one, and one more for every 128
 * characters in it; an OSC pattern is more. 1024 is a bundle of a thousand channels; 50,000 a second is a tenth of a core there.
 */
const BURST = 1024;
const POINTS_PER_SECOND = 50_000;
const CHARACTERS_PER_POINT = 128;
/** An OSC pattern is held against every address of the show, and each of its characters may be a part that is tried at all places. */
const PATTERN_POINTS = 64;
const PATTERN_CHARACTER_POINTS = 4;

/** Points that may wait here; what comes on top is refused. */
const MAX_WAITING = 4096;
/** Senders told apart, each with a line of its own; whoever comes then shares one, since a sender's port costs nothing. */
const MAX_LINES = 64;

export interface ControlBatcherOptions {
  readonly now: Clock;
  readonly setTimer: (callback: () => void, delayMs: number) => void;
  readonly send: (batch: readonly ControlItem[]) => void;
  readonly reject: (sender: string, code: string, message: string) => void;
}

interface Waiting {
  readonly item: ControlItem;
  readonly points: number;
  /** Place in the order of arrival. */
  readonly order: number;
  readonly isLive: boolean;
  readonly line: Line;
}

/** What one sender has waiting. A set keeps the order and deletes anywhere in constant time. */
interface Line {
  readonly sender: string;
  readonly waiting: Set<Waiting>;
  points: number;
  /** Points it may still send. */
  credit: number;
}

/**
 * Thins decoded control input before it crosses to the daemon. The first message of a quiet period goes out at once; while
 * more come, a batch goes out every 4 ms, in order of arrival.
 *
 * Only *live values* are thinned: addresses that the daemon named with `setLiveAddresses` (its number, integer and boolean
 * parameters) or that the adapter marked, sent with numbers or booleans. Such a message takes the place of the one before it for the same address with as
 * many arguments, and goes to the end of the line, so that between two spellings of one parameter the later one still wins.
 * Everything else (triggers, prompts, presets, taps, text, addresses not known yet) is kept, each one, in order, and nothing
 * overtakes it: a live value never replaces one from before such a message. So a pulse `1 0 1` on a trigger arrives as three
 * messages, without this side having to know what a trigger is, and before the daemon has named anything, nothing is lost.
 *
 * Memory is bounded: a flood that the daemon's rate cannot take off is refused once 4096 points wait (`E_CONTROL_FLOOD`).
 * Live values that wait already still change then, so a fader in hand keeps arriving.
 *
 * Senders share fairly: while all of it can go out, it goes in order of arrival; when not, each sender gets an equal part of what
 * goes out and of what may wait, and what one leaves of its part is the others'. So a flood delays and costs only its own sender.
 */
export class ControlBatcher {
  readonly #options: ControlBatcherOptions;
  readonly #lines = new Map<string, Line>();
  /** Live values that may still be replaced: those with no other kind of message behind them. */
  readonly #replaceable = new Map<string, Waiting>();
  /** Live values that went out before older ones of other senders: those must not undo them. */
  readonly #overtaking = new Map<string, number>();
  #live: ReadonlySet<string> = new Set();
  #waitingPoints = 0;
  #order = 0;
  #budget = BURST;
  #budgetAtUs: number;
  #sentAtUs = -Infinity;
  #timerSet = false;

  constructor(options: ControlBatcherOptions) {
    this.#options = options;
    this.#budgetAtUs = options.now();
  }

  /** Replaces the list of addresses whose latest number is all that counts: full ones (`/main/strength`) and bare ones (`/strength`). */
  setLiveAddresses(addresses: Iterable<string>): void {
    this.#live = new Set(addresses);
    this.#replaceable.clear();
  }

  /** Takes the messages of one packet, in order. */
  offer(messages: readonly ControlMessage[]): void {
    for (const message of messages) this.#add(message);
    this.#flushWhenDue();
  }

  #add(message: ControlMessage): void {
    const { address, args, sender } = message;
    const isLive =
      (message.live === true || this.#live.has(address)) && args.length > 0 && args.every(isPlain);
    const points = pointsOf(message);
    const earlier = isLive ? this.#replaceable.get(address) : undefined;
    if (earlier !== undefined && earlier.item.args.length === args.length) this.#remove(earlier);
    const line = this.#lineOf(sender);
    if (!this.#makeRoom(line, points)) {
      this.#refuse(sender, address);
      if (line.waiting.size === 0) this.#lines.delete(line.sender);
      return;
    }
    const waiting = { item: { address, args, sender }, points, order: this.#order++, isLive, line };
    line.waiting.add(waiting);
    line.points += points;
    this.#waitingPoints += points;
    if (isLive) this.#replaceable.set(address, waiting);
    else this.#replaceable.clear();
  }

  #lineOf(sender: string): Line {
    const name = this.#lines.has(sender) || this.#lines.size < MAX_LINES ? sender : '';
    const known = this.#lines.get(name);
    if (known !== undefined) return known;
    const line: Line = { sender: name, waiting: new Set(), points: 0, credit: 0 };
    this.#lines.set(name, line);
    return line;
  }

  /** Where too much waits, whoever has more than its part gives way, the oldest first. False where that is the newcomer itself. */
  #makeRoom(line: Line, points: number): boolean {
    const part = MAX_WAITING / this.#lines.size;
    while (this.#waitingPoints + points > MAX_WAITING) {
      if (line.points + points > part) return false;
      const greedy = [...this.#lines.values()].find((other) => other !== line && other.points > part);
      const [oldest] = greedy?.waiting ?? [];
      if (oldest === undefined) return false;
      this.#remove(oldest);
      this.#refuse(oldest.item.sender, oldest.item.address);
    }
    return true;
  }

  #refuse(sender: string, address: string): void {
    this.#options.reject(
      sender,
      'E_CONTROL_FLOOD',
      `More control input than can be played; ${address} was left out`,
    );
  }

  #remove(waiting: Waiting): void {
    const { line, item, points } = waiting;
    line.waiting.delete(waiting);
    line.points -= points;
    this.#waitingPoints -= points;
    if (this.#replaceable.get(item.address) === waiting) this.#replaceable.delete(item.address);
  }

  /** A timer may fire early by its resolution, so the clock decides and not the timer. */
  #flushWhenDue(): void {
    if (this.#waitingPoints === 0 || this.#timerSet) return;
    const now = this.#options.now();
    const dueUs = this.#sentAtUs + INTERVAL_US;
    if (now >= dueUs) this.#flush(now);
    if (this.#waitingPoints > 0) this.#setTimer(Math.max(this.#sentAtUs + INTERVAL_US - now, 0) / 1000);
  }

  #setTimer(delayMs: number): void {
    this.#timerSet = true;
    this.#options.setTimer(() => {
      this.#timerSet = false;
      this.#flushWhenDue();
    }, delayMs);
  }

  #flush(now: number): void {
    this.#budget = Math.min(BURST, this.#budget + ((now - this.#budgetAtUs) / 1e6) * POINTS_PER_SECOND);
    this.#budgetAtUs = now;
    this.#sentAtUs = now;
    const taken: Waiting[] = [];
    while (this.#takeRound(taken));
    if (this.#lines.size === 0 || this.#overtaking.size > MAX_WAITING) this.#overtaking.clear();
    const batch = taken.sort((a, b) => a.order - b.order).map(({ item }) => item);
    if (batch.length > 0) this.#options.send(batch);
  }

  /** Shares the budget among all that wait; what a line leaves of its part is shared in the next round. False after the last. */
  #takeRound(taken: Waiting[]): boolean {
    if (this.#lines.size === 0) return false;
    const part = this.#budget / this.#lines.size;
    this.#budget = 0;
    const before = taken.length;
    for (const line of this.#lines.values()) {
      line.credit += part;
      this.#takeFrom(line, taken);
      if (line.waiting.size === 0) this.#lines.delete(line.sender);
      // A line keeps what its next message needs, and no more than the largest needs.
      const kept = line.waiting.size === 0 ? 0 : Math.min(line.credit, BURST);
      this.#budget += line.credit - kept;
      line.credit = kept;
    }
    return taken.length > before;
  }

  #takeFrom(line: Line, taken: Waiting[]): void {
    for (const waiting of line.waiting) {
      if (waiting.points > line.credit) return;
      const { item, isLive, order } = waiting;
      line.credit -= waiting.points;
      this.#remove(waiting);
      if (isLive && (this.#overtaking.get(item.address) ?? -1) > order) continue;
      if (isLive && this.#lines.size > 1) this.#overtaking.set(item.address, order);
      taken.push(waiting);
    }
  }
}

function isPlain(value: JsonValue): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** Never more than a burst, so that the largest message still goes out when the line is otherwise quiet. */
function pointsOf({ address, args }: ControlMessage): number {
  const base = isOscPattern(address) ? PATTERN_POINTS + PATTERN_CHARACTER_POINTS * address.length : 1;
  return Math.min(BURST, base + Math.floor((address.length + charactersOf(args)) / CHARACTERS_PER_POINT));
}

function charactersOf(value: JsonValue | readonly JsonValue[]): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let characters = 8;
  for (const inner of Object.values(value)) characters += charactersOf(inner);
  return characters;
}
