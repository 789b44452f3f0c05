import { watch, type FSWatcher } from 'node:fs';

/** How long at most until a reader looks for itself whether the writer still lives. */
const WATCH_MS = 500;
/** Before a frame is expected and while it is late, in the steps of Node's timers. */
const NEAR_MS = 1;
const LATE_MS = 4;
const SILENT_MS = 25;
const SILENCE_PERIODS = 30;

/**
 * Wakes a reader when a frame is there. A writer touches its bell file with each one, and the system tells those who watch it
 * (inotify, kqueue): a wait costs nothing. Where no bell rings, looks are timed by the rate at which frames came.
 */
export class Bell {
  #watcher: FSWatcher | null;
  #rang = false;
  #wake: (() => void) | null = null;

  /** `path` is null where the writer has no bell. */
  constructor(path: string | null) {
    this.#watcher = path === null ? null : this.#watch(path);
  }

  get rings(): boolean {
    return this.#watcher !== null;
  }

  /**
   * Resolves with true when it rings or rang since the last call; with false when `signal` aborts, and after a while in any case:
   * half a second with a bell, else when the next look is due. `sinceMs` is the time since the last frame, `periodMs` from frame
   * to frame.
   */
  async next(sinceMs: number, periodMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#rang && !signal.aborted)
      await this.#sleep(this.rings ? WATCH_MS : lookInMs(sinceMs, periodMs), signal);
    const rang = this.#rang;
    this.#rang = false;
    return rang;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      this.#wake = done;
    });
  }

  #watch(path: string): FSWatcher | null {
    try {
      const watcher = watch(path, { persistent: false }, () => {
        this.#rang = true;
        this.#wake?.();
      });
      watcher.on('error', () => this.close());
      return watcher;
    } catch {
      return null;
    }
  }
}

/** When to look next without a bell: shortly before a frame is due, then often, then seldom. Milliseconds. */
export function lookInMs(sinceMs: number, periodMs: number): number {
  if (sinceMs > SILENCE_PERIODS * periodMs) return SILENT_MS;
  const dueMs = 0.9 * periodMs - sinceMs;
  if (dueMs > NEAR_MS) return dueMs;
  return sinceMs < 2 * periodMs ? NEAR_MS : LATE_MS;
}
