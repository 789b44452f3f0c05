import type { ControlChange } from '../contract/call.ts';
import type { Timers } from './timers.ts';

type Listener = (change: ControlChange) => void;

/** Width and height are set one after the other and mean one reload. */
const quietMs = 150;

/** Tells the engine what it must act on: pause, modes, and parameters that need a reload once they have come to rest. */
export class ControlChanges {
  readonly #listeners = new Set<Listener>();
  readonly #reloads = new Map<string, () => void>();
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  listen(listener: Listener): () => void {
    const own: Listener = (change) => {
      listener(change);
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  emit(change: ControlChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  load(node: string): void {
    this.#reloads.get(node)?.();
    const cancel = this.#timers(quietMs, () => {
      this.#reloads.delete(node);
      this.emit({ kind: 'load', node });
    });
    this.#reloads.set(node, cancel);
  }

  close(): void {
    for (const cancel of this.#reloads.values()) cancel();
    this.#reloads.clear();
    this.#listeners.clear();
  }
}
