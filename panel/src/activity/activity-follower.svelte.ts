import type { ActivityLine, ActivityPage } from '../../../src/contract/activity.ts';
import type { Connection } from '../daemon/connection.ts';
import { withChanges } from './lines.ts';

/** What arrives at the daemon, for as long as somebody looks at it here. */
export class ActivityFollower {
  /** Newest first. */
  lines = $state.raw<readonly ActivityLine[]>([]);
  readonly #connection: Connection;
  /** Views that are open. */
  #watching = 0;
  #asked = false;
  /** Counts wishes: only the answer to the last one counts. */
  #wish = 0;
  /** Subscribed and confirmed; until then what comes was sent for the subscription before. */
  #follows = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    document.addEventListener('visibilitychange', () => void this.resume());
  }

  /** The answer ends it. */
  watch(): () => void {
    this.#watching += 1;
    if (this.#watching === 1) void this.resume();
    return () => {
      this.#watching -= 1;
      if (this.#watching === 0) void this.resume();
    };
  }

  /** All that is kept, anew: ids of lines count only for one run of the daemon. */
  async resume(): Promise<void> {
    const wanted = this.#watching > 0 && !document.hidden;
    if (!wanted && !this.#asked) return;
    this.#asked = wanted;
    this.#follows = false;
    const wish = (this.#wish += 1);
    const answer = await this.#connection.ask({ type: 'follow', events: { activity: wanted } });
    if (wish !== this.#wish) return;
    this.#follows = wanted && answer.type === 'ack';
    if (this.#follows) this.lines = [];
  }

  hear(page: ActivityPage): void {
    if (this.#follows) this.lines = withChanges(this.lines, page);
  }
}
