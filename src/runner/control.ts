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
/** An OSC pattern is held against every address of the show. */
const PATTERN_POINTS = 64;

/** Points that may wait here; what comes on top is refused. */
const MAX_WAITING = 4096;

export interface ControlBatcherOptions {
  readonly now: Clock;
  readonly setTimer: (callback: () => void, delayMs: number) => void;
  readonly send: (batch: readonly ControlItem[]) => void;
  readonly reject: (sender: string, code: string, message: string) => void;
}

interface Waiting {
  item: ControlItem;
  points: number;
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
 */
export class ControlBatcher {
  readonly #options: ControlBatcherOptions;
  /** A set keeps insertion order and deletes anywhere in constant time. */
  readonly #line = new Set<Waiting>();
  /** Live values that may still be replaced: those with no other kind of message behind them. */
  readonly #replaceable = new Map<string, Waiting>();
  #live: ReadonlySet<string> = new Set();
  #waitingPoints = 0;
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
    if (earlier !== undefined && earlier.item.args.length === args.length) {
      this.#line.delete(earlier);
      this.#waitingPoints -= earlier.points;
    } else if (this.#waitingPoints + points > MAX_WAITING) {
      this.#options.reject(
        sender,
        'E_CONTROL_FLOOD',
        `More control input than can be played; ${address} was left out`,
      );
      return;
    }
    const waiting = { item: { address, args, sender }, points };
    this.#line.add(waiting);
    this.#waitingPoints += points;
    if (isLive) this.#replaceable.set(address, waiting);
    else this.#replaceable.clear();
  }

  /** A timer may fire early by its resolution, so the clock decides and not the timer. */
  #flushWhenDue(): void {
    if (this.#line.size === 0 || this.#timerSet) return;
    const now = this.#options.now();
    const dueUs = this.#sentAtUs + INTERVAL_US;
    if (now >= dueUs) this.#flush(now);
    if (this.#line.size > 0) this.#setTimer(Math.max(this.#sentAtUs + INTERVAL_US - now, 0) / 1000);
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
    const batch: ControlItem[] = [];
    for (const waiting of this.#line) {
      if (waiting.points > this.#budget) break;
      this.#budget -= waiting.points;
      this.#waitingPoints -= waiting.points;
      this.#line.delete(waiting);
      if (this.#replaceable.get(waiting.item.address) === waiting)
        this.#replaceable.delete(waiting.item.address);
      batch.push(waiting.item);
    }
    if (batch.length > 0) this.#options.send(batch);
  }
}

function isPlain(value: JsonValue): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** Never more than a burst, so that the largest message still goes out when the line is otherwise quiet. */
function pointsOf({ address, args }: ControlMessage): number {
  const base = isOscPattern(address) ? PATTERN_POINTS : 1;
  return Math.min(BURST, base + Math.floor((address.length + charactersOf(args)) / CHARACTERS_PER_POINT));
}

function charactersOf(value: JsonValue | readonly JsonValue[]): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let characters = 8;
  for (const inner of Object.values(value)) characters += charactersOf(inner);
  return characters;
}
