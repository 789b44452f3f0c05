import type { Following } from '../../../src/client/index.ts';
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
  #following: Following | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
    document.addEventListener('visibilitychange', () => this.resume());
  }

  /** The answer ends it. */
  watch(): () => void {
    this.#watching += 1;
    if (this.#watching === 1) this.resume();
    return () => {
      this.#watching -= 1;
      if (this.#watching === 0) this.resume();
    };
  }

  /** All that is kept, anew: ids of lines count only for one run of the daemon. */
  resume(): void {
    this.#following?.end();
    this.#following = null;
    if (this.#watching === 0 || document.hidden) return;
    let confirmed = false;
    // Until it is confirmed, what comes was sent for the wish before.
    const hear = (page: ActivityPage): void => {
      if (confirmed) this.lines = withChanges(this.lines, page);
    };
    const following = this.#connection.client.on('activity', hear);
    this.#following = following;
    following.begun.then(
      () => {
        confirmed = true;
        if (this.#following === following) this.lines = [];
      },
      // The line is lost, or the page asked anew.
      () => undefined,
    );
  }
}
