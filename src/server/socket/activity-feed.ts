import type { ActivityApi } from '../../contract/activity.ts';
import type { Outlet } from './delivery.ts';

/** A person reads along: four times a second is as good as at once. */
const PERIOD_MS = 250;
/** Small enough for a data channel. */
const PAGE_LINES = 100;

/**
 * Activity on its way to one client. Only a place is kept: what changed since the last message goes out as it is then, so that a
 * flood becomes four messages a second. While nothing arrives nothing happens.
 */
export class ActivityFeed {
  readonly #outlet: Outlet;
  readonly #activity: ActivityApi;
  #after = 0;
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(outlet: Outlet, activity: ActivityApi) {
    this.#outlet = outlet;
    this.#activity = activity;
  }

  /** Begins with all that is kept. */
  start(): void {
    this.#after = 0;
    this.resume();
  }

  /** After a stop, from where it was. */
  resume(): void {
    this.stop();
    this.#send();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#send();
    }, PERIOD_MS);
  }

  #send(): void {
    for (let more = true; more;) {
      if (this.#outlet.congested) return this.#soon();
      const page = this.#activity.read({ after: this.#after, limit: PAGE_LINES });
      this.#after = page.next;
      if (page.lines.length > 0) this.#outlet.tell({ type: 'event', name: 'activity', data: page });
      more = page.lines.length === PAGE_LINES;
    }
    this.#unsubscribe?.();
    this.#unsubscribe = this.#activity.whenNext(() => this.#soon());
  }
}
