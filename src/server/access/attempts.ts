import { isIPv6 } from 'node:net';

const WINDOW_MS = 60_000;
const ALLOWED = 10;
/** Addresses remembered at once; whoever has that many to spare is held back together with all others. */
const REMEMBERED = 4_096;

/** Counts wrong tokens per address, so that a guesser is slowed down and the log is not filled. */
export class Attempts {
  readonly #clockMs: () => number;
  readonly #windows = new Map<string, { since: number; count: number }>();

  /** `clockMs` is any steady clock. */
  constructor(clockMs: () => number) {
    this.#clockMs = clockMs;
  }

  /** Seconds until this address may try again; 0 where it may now. */
  waitSeconds(address: string): number {
    const window = this.#windows.get(keyOf(address));
    const left = window === undefined ? 0 : window.since + WINDOW_MS - this.#clockMs();
    return window !== undefined && window.count >= ALLOWED && left > 0 ? Math.ceil(left / 1000) : 0;
  }

  /** Notes a wrong token; answers how many it is in this minute. */
  failed(address: string): number {
    const now = this.#clockMs();
    const key = keyOf(address);
    const window = this.#windows.get(key);
    if (window !== undefined && now - window.since < WINDOW_MS) return (window.count += 1);
    if (this.#windows.size >= REMEMBERED) this.#forget(now);
    this.#windows.set(key, { since: now, count: 1 });
    return 1;
  }

  #forget(now: number): void {
    for (const [key, { since }] of this.#windows) if (now - since >= WINDOW_MS) this.#windows.delete(key);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size >= REMEMBERED && oldest !== undefined) this.#windows.delete(oldest);
  }
}

/** An IPv6 host has a whole /64 to choose its address from; it counts as one. */
function keyOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = 8 - groups.length - (tail === undefined || tail === '' ? 0 : tail.split(':').length);
  const whole = tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, missing)).fill('0')];
  return whole.slice(0, 4).join(':');
}
