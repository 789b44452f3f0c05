import { failure, isErrorCode, ReverieError } from '../../contract/error.ts';
import type { ErrorReport } from '../../contract/error.ts';
import type { LiveStreamViewer } from '../../contract/live-stream.ts';

/** Where chunks go once the answer has begun. */
export interface Seat {
  show(bytes: Uint8Array, key: boolean): void;
  end(): void;
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly key: boolean;
}

/** Somebody who asked for a stream. Until the first picture is there the answer has not begun, and can still be a refusal. */
export class Guest implements LiveStreamViewer {
  /** Resolves with the first picture; rejects with `E_FRAME_NONE`, or why it cannot be encoded. */
  readonly ready: Promise<void>;
  readonly #node: string;
  readonly #late: NodeJS.Timeout;
  readonly #held: Chunk[] = [];
  #resolve: () => void = () => undefined;
  #reject: (error: ReverieError) => void = () => undefined;
  #seat: Seat | null = null;

  constructor(node: string, limitMs: number) {
    this.#node = node;
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever was refused before anything was watched waits for nothing.
    this.ready.catch(() => undefined);
    this.#late = setTimeout(() => this.ended(null), limitMs).unref();
  }

  /** Hands over what has come so far. */
  sit(seat: Seat): void {
    this.#seat = seat;
    for (const { bytes, key } of this.#held.splice(0)) seat.show(bytes, key);
  }

  chunk(bytes: Uint8Array, key: boolean): void {
    if (this.#seat !== null) return this.#seat.show(bytes, key);
    if (this.#held.length === 0 && !key) return;
    this.#held.push({ bytes, key });
    clearTimeout(this.#late);
    this.#resolve();
  }

  ended(error: ErrorReport | null): void {
    clearTimeout(this.#late);
    this.#seat?.end();
    this.#reject(
      error !== null && isErrorCode(error.code)
        ? new ReverieError(error.code, error.message, null, undefined)
        : failure('E_FRAME_NONE', `Node "${this.#node}" has no picture to show`, { node: this.#node }),
    );
  }
}
