import type { LogLevel, LogPage } from '../../../src/contract/log.ts';
import type { Connection } from '../daemon/connection.ts';
import { refusalOf } from '../daemon/messages.ts';
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
  /** Counts wishes: only the answer to the last one counts. */
  #wish = 0;
  /** Subscribed and confirmed; until then what comes was sent for the subscription before. */
  #follows = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    document.addEventListener('visibilitychange', () => void this.resume());
  }

  async follow(level: LogLevel): Promise<void> {
    this.entries = [];
    this.#next = null;
    this.begun = false;
    this.#level = level;
    await this.resume();
  }

  async leave(): Promise<void> {
    if (this.#level === null) return;
    this.#level = null;
    this.#follows = false;
    this.#wish += 1;
    await this.#connection.ask({ type: 'follow', events: { log: false } });
  }

  /** After the connection was lost, or the page was hidden: from the last line on. */
  async resume(): Promise<void> {
    const level = this.#level;
    if (level === null) return;
    this.#follows = false;
    const wish = (this.#wish += 1);
    const after = this.#next === null ? {} : { after: this.#next };
    const log = document.hidden ? false : { level, ...after };
    const answer = await this.#connection.ask({ type: 'follow', events: { log } });
    if (wish !== this.#wish) return;
    this.problem = refusalOf(answer) ?? '';
    this.#follows = log !== false && answer.type === 'ack';
  }

  hear(page: LogPage): void {
    if (!this.#follows) return;
    this.begun = true;
    this.#next = page.next;
    this.entries = withPage(this.entries, page);
  }
}
