import { isAtLeast, type LogQuery, type LogsApi } from '../../contract/log.ts';
import type { Outbox } from './outbox.ts';

/** Lines that come close together go out together. */
const PERIOD_MS = 100;
/** Lines of one message: a few screens, and small enough for a data channel even where each is as long as it may be. */
const PAGE_LINES = 100;

/** Which lines a client follows; `after` is the last one that it knows, as after a lost connection. */
export type LogWish = Pick<LogQuery, 'after' | 'level' | 'node'>;

/**
 * The log on its way to one client. Only a place in the log is kept, never lines: who is slow reads on from there, and hears how
 * many lines the log itself no longer had. Without new lines nothing happens.
 */
export class LogFeed {
  readonly #outbox: Outbox;
  readonly #logs: LogsApi;
  #wish: LogWish = {};
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(outbox: Outbox, logs: LogsApi) {
    this.#outbox = outbox;
    this.#logs = logs;
  }

  /** Begins with what there is: the newest lines, or what came after the last one known. */
  start(wish: LogWish): void {
    this.stop();
    this.#wish = wish;
    this.#unsubscribe = this.#logs.subscribe(({ level, node }) => {
      if (isAtLeast(level, wish.level ?? 'debug') && node === (wish.node ?? node)) this.#soon();
    });
    this.#send(true);
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
      this.#send(false);
    }, PERIOD_MS);
  }

  #send(evenNothing: boolean): void {
    if (this.#outbox.congested) return this.#soon();
    const page = this.#logs.read({ ...this.#wish, limit: PAGE_LINES });
    this.#wish = { ...this.#wish, after: page.next };
    if (evenNothing || page.lines.length > 0 || page.missed > 0)
      this.#outbox.send({ type: 'event', name: 'log', data: page });
    if (page.lines.length === PAGE_LINES) this.#soon();
  }
}
