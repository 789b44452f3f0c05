import { KEEP_SECONDS, type Session } from './session.ts';
import type { SocketTally } from './tally.ts';

/** Sessions that may wait at once. One holds 131,072 characters of events at most, and the newest value of each address. */
const MOST_LOST = 32;

/** Sessions whose line broke, until they come back or are forgotten. */
export class LostSessions {
  readonly #tally: SocketTally;
  readonly #forget: (session: Session) => void;
  /** The one that was lost first comes first. */
  readonly #timers = new Map<Session, NodeJS.Timeout>();

  constructor(tally: SocketTally, forget: (session: Session) => void) {
    this.#tally = tally;
    this.#forget = forget;
  }

  /** Where there are too many, the one that was lost first is forgotten. */
  add(session: Session): void {
    const [oldest] = this.#timers.keys();
    if (oldest !== undefined && this.#timers.size >= MOST_LOST) this.#giveUp(oldest);
    const timer = setTimeout(() => this.#giveUp(session), KEEP_SECONDS * 1000);
    this.#timers.set(session, timer.unref());
    this.#tally.lost = this.#timers.size;
  }

  /** It came back. */
  found(session: Session): void {
    this.#remove(session);
    this.#tally.resumed += 1;
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #giveUp(session: Session): void {
    this.#remove(session);
    this.#tally.forgotten += 1;
    this.#forget(session);
  }

  #remove(session: Session): void {
    clearTimeout(this.#timers.get(session));
    this.#timers.delete(session);
    this.#tally.lost = this.#timers.size;
  }
}
