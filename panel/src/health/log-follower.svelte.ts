import type { Following } from '../../../src/client/index.ts';
import type { LogLevel, LogPage } from '../../../src/contract/log.ts';
import { refusalIn, type Connection } from '../daemon/connection.ts';
import { withPage, type LogEntry } from './log-lines.ts';

/** The log as it is followed here: the daemon sends what is new while somebody reads it, and nothing else. */
export class LogFollower {
  entries = $state.raw<readonly LogEntry[]>([]);
  problem = $state('');
  /** The first lines are here, or that there are none. */
  begun = $state(false);
  readonly #connection: Connection;
  #level: LogLevel | null = null;
  #next: number | null = null;
  #following: Following | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
    document.addEventListener('visibilitychange', () => this.#resume());
  }

  follow(level: LogLevel): void {
    this.entries = [];
    this.#next = null;
    this.begun = false;
    this.#level = level;
    this.#resume();
  }

  leave(): void {
    this.#level = null;
    this.#resume();
  }

  /** From the last line on, for as long as it is wanted and the page is seen. */
  #resume(): void {
    this.#following?.end();
    this.#following = null;
    const level = this.#level;
    if (level === null || document.hidden) return;
    const after = this.#next === null ? {} : { after: this.#next };
    let confirmed = false;
    // Until it is confirmed, what comes was sent for the wish before.
    const hear = (page: LogPage): void => (confirmed ? this.#hear(page) : undefined);
    const following = this.#connection.client.on('log', hear, { level, ...after });
    this.#following = following;
    following.begun.then(
      () => {
        confirmed = true;
        this.problem = '';
      },
      (error: unknown) => (this.problem = refusalIn(error).message),
    );
  }

  #hear(page: LogPage): void {
    this.begun = true;
    this.#next = page.next;
    this.entries = withPage(this.entries, page);
  }
}
