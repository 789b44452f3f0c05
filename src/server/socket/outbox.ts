import type { WebSocket } from '@fastify/websocket';
import { failure, reportOf } from '../../contract/error.ts';
import { errorBodyOf } from '../failures.ts';
import type { SocketTally } from './tally.ts';

/** The part of a WebSocket that is used here. */
export type Wire = Pick<
  WebSocket,
  'bufferedAmount' | 'readyState' | 'send' | 'close' | 'terminate' | 'ping' | 'on' | 'OPEN'
>;

/** The part of it that an outbox needs; a data channel has it too. */
type Line = Pick<Wire, 'bufferedAmount' | 'readyState' | 'send' | 'close' | 'terminate' | 'OPEN'>;

/** Where latest-value messages wait for the client to catch up. */
const CONGESTED_BYTES = 65_536;
/** Where a client is given up, so that one that does not read cannot fill the daemon's memory. */
const LOST_BYTES = 1_048_576;
const CLOSE_GRACE_MS = 1000;
const TRY_AGAIN_LATER = 1013;
/** Of the codes that are left to applications: the same client came back by another line. */
const TAKEN_OVER = 4001;

/** What goes out to one client, bounded. */
export class Outbox {
  readonly #wire: Line;
  readonly #tally: SocketTally;
  #closing = false;

  constructor(wire: Line, tally: SocketTally) {
    this.#wire = wire;
    this.#tally = tally;
  }

  /** Whether latest-value messages should wait: they coalesce while they do. */
  get congested(): boolean {
    return this.#wire.bufferedAmount > CONGESTED_BYTES;
  }

  send(text: string): void {
    if (this.#closing || this.#wire.readyState !== this.#wire.OPEN) return;
    this.#wire.send(text);
    if (this.#wire.bufferedAmount > LOST_BYTES) this.giveUp(`more than ${LOST_BYTES} bytes were left unread`);
  }

  /** Closes a client that does not read. The reason travels in the close frame, behind what is still unread. */
  giveUp(why: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#tally.slowClients += 1;
    const { error } = errorBodyOf(reportOf(failure('E_WS_SLOW', why)));
    this.#wire.close(TRY_AGAIN_LATER, `${error.code}: ${error.message}`);
    this.#terminateSoon();
  }

  /** The client came back by another line; this one is of no use any more, and may be dead. */
  replaced(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#wire.close(TAKEN_OVER, 'The session goes on by another connection');
    this.#terminateSoon();
  }

  #terminateSoon(): void {
    setTimeout(() => this.#wire.terminate(), CLOSE_GRACE_MS).unref();
  }
}
