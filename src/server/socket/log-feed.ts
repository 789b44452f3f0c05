import { isAtLeast, type LogsApi } from '../../contract/log.ts';
import type { LogWish } from '../../contract/socket.ts';
import type { Outlet } from './delivery.ts';

/** Lines that come close together go out together. */
const PERIOD_MS = 100;
/** Lines of one message: a few screens, and small enough for a data channel even where each is as long as it may be. */
const PAGE_LINES = 100;

/**
 * The log on its way to one client. Only a place in the log is kept, never lines: who is slow reads on from there, and hears how
 * many lines the log itself no longer had. Without new lines nothing happens.
 */
export class LogFeed {
  readonly #outlet: Outlet;
  readonly #logs: LogsApi;
  #wish: LogWish = {};
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(outlet: Outlet, logs: LogsApi) {
    this.#outlet = outlet;
    this.#logs = logs;
  }

  /** Begins with what there is: the newest lines, or what came after the last one known. */
  start(wish: LogWish): void {
    this.#wish = wish;
    this.#listen();
    this.#send(true);
  }

  /** After a stop, from where it was. */
  resume(): void {
    this.#listen();
    this.#send(false);
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #listen(): void {
    this.stop();
    this.#unsubscribe = this.#logs.subscribe(({ level, node }) => {
      if (isAtLeast(level, this.#wish.level ?? 'debug') && node === (this.#wish.node ?? node)) this.#soon();
    });
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#send(false);
    }, PERIOD_MS);
  }

  #send(evenNothing: boolean): void {
    if (this.#outlet.congested) return this.#soon();
    const page = this.#logs.read({ ...this.#wish, limit: PAGE_LINES });
    this.#wish = { ...this.#wish, after: page.next };
    if (evenNothing || page.lines.length > 0 || page.missed > 0)
      this.#outlet.tell({ type: 'event', name: 'log', data: page });
    if (page.lines.length === PAGE_LINES) this.#soon();
  }
}
