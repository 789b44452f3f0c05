import type { Clock } from '../contract/clock.ts';
import type { ValueChange } from '../contract/command.ts';
import type { Entry } from './entry.ts';
import type { Glides } from './glides.ts';
import type { Timers } from './timers.ts';

type Listener = (changes: readonly ValueChange[]) => void;

const periodMs = 1000 / 60;

/**
 * Tells subscribers what changed: the newest value of each address, at most 60 times a second. What glides counts as changing,
 * so that a fader on a page follows a ramp; without subscribers nothing runs.
 */
export class Feed {
  readonly #listeners = new Set<Listener>();
  readonly #changed = new Set<Entry>();
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #glides: Glides;
  readonly #log: (line: string) => void;
  #cancel: (() => void) | null = null;
  #lastUs = -Infinity;

  constructor(clock: Clock, timers: Timers, glides: Glides, log: (line: string) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#glides = glides;
    this.#log = log;
  }

  subscribe(listener: Listener): () => void {
    const own: Listener = (changes) => {
      listener(changes);
    };
    this.#listeners.add(own);
    if (this.#glides.any) this.#arm();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.close();
    };
  }

  changed(entry: Entry): void {
    if (this.#listeners.size === 0) return;
    this.#changed.add(entry);
    this.#arm();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#changed.clear();
  }

  #arm(): void {
    if (this.#cancel !== null) return;
    const waitMs = periodMs - (this.#clock() - this.#lastUs) / 1e3;
    this.#cancel = this.#timers(Math.max(0, Math.ceil(waitMs)), () => {
      this.#flush();
    });
  }

  #flush(): void {
    const nowUs = this.#clock();
    this.#lastUs = nowUs;
    // Whatever glides is due again; what arrives by now is announced here with its end value.
    this.#glides.announce();
    this.#glides.settle(nowUs);
    this.#cancel = null;
    const changes = Array.from(this.#changed, (entry) => ({
      address: entry.address,
      value: entry.read(nowUs),
      setBy: entry.setBy,
    }));
    this.#changed.clear();
    if (this.#glides.any) this.#arm();
    if (changes.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        this.#log(`A subscriber of values failed: ${String(error)}`);
      }
    }
  }
}
