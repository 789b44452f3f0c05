import type { PendingCommand } from '../../../src/contract/schedule.ts';
import type { TempoState } from '../../../src/contract/tempo.ts';
import type { Connection } from '../daemon/connection.ts';
import { refusalOf } from '../daemon/messages.ts';
import { get } from '../daemon/rest.ts';

/** Two clocks drift apart by a hundredth of a second in some minutes; a lamp that is off by more is seen to be. */
const RESET_MS = 60_000;

/** The beat of the daemon as this page sees it, and the commands that wait for one. */
export class Beat {
  state = $state.raw<TempoState | null>(null);
  waiting = $state.raw<readonly PendingCommand[]>([]);
  problem = $state('');
  /** The page's clock when `state` was heard, milliseconds. */
  #heardMs = 0;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    setInterval(() => void this.#reset(), RESET_MS);
  }

  hear(state: TempoState): void {
    this.state = state;
    this.#heardMs = performance.now();
  }

  /** Beats at this instant, with fraction; null while nothing was heard. */
  beatNow(): number | null {
    if (this.state === null) return null;
    return this.state.beat + ((performance.now() - this.#heardMs) / 60_000) * this.state.bpm;
  }

  /** Seconds until a command that waits is due. */
  secondsUntil({ atUs }: PendingCommand): number {
    if (this.state === null) return 0;
    const nowUs = this.state.timeUs + (performance.now() - this.#heardMs) * 1e3;
    return Math.max(0, (atUs - nowUs) / 1e6);
  }

  async #reset(): Promise<void> {
    if (document.hidden || this.state === null) return;
    const heard = await get<TempoState>('tempo').catch(() => null);
    if (heard !== null) this.hear(heard);
  }

  async cancel({ id }: PendingCommand): Promise<void> {
    const answer = await this.#connection.ask({ type: 'command', commands: [{ kind: 'cancel', id }] });
    this.problem = refusalOf(answer) ?? '';
  }
}
