import type { ReverieError } from '../../src/contract/error.ts';

/** The way to a peer that takes bytes. */
export interface Line {
  /** Bytes that were handed over and have not left yet. */
  readonly waiting: number;
  /** Never waits. `bytes` are not changed afterwards. */
  send(bytes: Uint8Array): void;
  /** Rejects with `E_SINK_LOST` when the peer is gone. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
}

/** A promise that can only be broken, and the word that breaks it. Nobody has to listen. */
export function breakable(): {
  readonly lost: Promise<never>;
  readonly break: (error: ReverieError) => void;
} {
  let reject: (error: ReverieError) => void = () => undefined;
  const lost = new Promise<never>((_resolve, fail) => (reject = fail));
  lost.catch(() => undefined);
  return { lost, break: (error) => reject(error) };
}
