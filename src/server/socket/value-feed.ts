import type { ParameterState, ValueChange } from '../../contract/command.ts';
import type { Delivery } from './delivery.ts';
import type { Told } from './echoes.ts';
import type { PatternSet } from './pattern-set.ts';

/** Reads all values of the show as they are now. */
export type ReadValues = () => readonly ParameterState[];

/**
 * One subscription: value changes on their way to one client, coalesced per address, at most `rateHz` messages a second, and
 * waiting while the client is behind, away, or at 0 Hz. The memory it takes is bounded by the number of addresses; the last
 * value always arrives.
 */
export class ValueFeed {
  readonly #name: string;
  readonly #delivery: Delivery;
  readonly #read: ReadValues;
  #patterns: PatternSet;
  #rateHz: number;
  #away = false;
  /** The client is to be told everything: it just began, or the graph changed while it was away. */
  #whole = true;
  readonly #waiting = new Map<string, ValueChange>();
  /** The number of the last message that had a value of this address. */
  readonly #toldIn = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(name: string, patterns: PatternSet, rateHz: number, delivery: Delivery, read: ReadValues) {
    this.#name = name;
    this.#patterns = patterns;
    this.#rateHz = rateHz;
    this.#delivery = delivery;
    this.#read = read;
  }

  /** Begins with all that matches. */
  start(): void {
    this.#flush();
  }

  /** Another wish for the same subscription: other patterns begin anew, another rate goes on where it was. */
  renew(patterns: PatternSet, rateHz: number): void {
    const same = this.#patterns.patterns.join(' ') === patterns.patterns.join(' ');
    this.#rateHz = rateHz;
    if (!same) {
      this.#patterns = patterns;
      this.#whole = true;
    }
    this.#stopWaiting();
    this.#flush();
  }

  /** All values anew, as after a change of the graph. */
  restart(): void {
    this.#patterns.forget();
    this.#whole = true;
    this.#stopWaiting();
    this.#flush();
  }

  push({ news, own }: Told): void {
    for (const address of own) this.#waiting.delete(address);
    for (const change of news)
      if (this.#patterns.has(change.address)) this.#waiting.set(change.address, change);
    if (this.#timer === null) this.#flush();
  }

  /** The line broke: what changes is remembered by its address. */
  pause(): void {
    this.#away = true;
    this.#stopWaiting();
  }

  /** The client is back and had everything up to message `since`; null where that is too long ago. */
  resume(since: number | null): void {
    this.#away = false;
    if (since === null) this.#whole = true;
    else {
      // What was told after that may not have arrived, and is told as it is now.
      const unheard = new Set(this.#waiting.keys());
      for (const [address, seq] of this.#toldIn) if (seq > since) unheard.add(address);
      const states = this.#read().filter(({ address }) => unheard.has(address));
      this.#waiting.clear();
      for (const state of states) this.#waiting.set(state.address, changeOf(state));
    }
    this.#flush();
  }

  stop(): void {
    this.#stopWaiting();
    this.#away = true;
    this.#waiting.clear();
  }

  #flush(): void {
    if (this.#away || (!this.#whole && (this.#waiting.size === 0 || this.#rateHz === 0))) return;
    if (!this.#delivery.congested || this.#whole) this.#send();
    this.#rest();
  }

  #send(): void {
    const complete = this.#whole;
    const changes = complete ? this.#all() : [...this.#waiting.values()];
    this.#whole = false;
    this.#waiting.clear();
    if (complete) this.#toldIn.clear();
    const seq = this.#delivery.tellState({ type: 'values', subscription: this.#name, complete, changes });
    for (const { address } of changes) this.#toldIn.set(address, seq);
  }

  #all(): ValueChange[] {
    return this.#read()
      .filter(({ address }) => this.#patterns.has(address))
      .map(changeOf);
  }

  #rest(): void {
    if (this.#rateHz === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#flush();
    }, 1000 / this.#rateHz);
  }

  #stopWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function changeOf({ address, value, setBy }: ParameterState): ValueChange {
  return { address, value, setBy };
}
