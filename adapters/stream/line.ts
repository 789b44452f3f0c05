import type { ReverieError } from '../../src/contract/error.ts';
import type { LivePicture } from './live-encoder.ts';

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

/** Coded pictures to a peer, in the form that its protocol has. */
export interface Output {
  /** Bytes that were handed over and have not left yet. */
  readonly waiting: number;
  /** Does not wait for the network. */
  send(picture: LivePicture): Promise<void>;
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
