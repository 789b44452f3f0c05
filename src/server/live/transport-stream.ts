import type { Player } from './player.ts';

export const TRANSPORT_STREAM_TYPE = 'video/mp2t';
/** What may wait for a viewer: a second or so of a good picture. */
const MAX_WAITING_BYTES = 1_048_576;

/**
 * Chunks of a transport stream for one viewer, from the first that a player can begin with. A viewer that falls behind loses
 * whole pictures up to the next such chunk, which players take like a hole in a broadcast; nothing gathers up for it.
 */
export class TransportStreamViewer {
  readonly #player: Player;
  readonly #skipped: () => void;
  #inStep = false;

  /** `skipped` is called for each picture that the viewer was too slow for. */
  constructor(player: Player, skipped: () => void) {
    this.#player = player;
    this.#skipped = skipped;
  }

  show(chunk: Uint8Array, key: boolean): void {
    const full = this.#player.waiting > MAX_WAITING_BYTES;
    if (full || (!this.#inStep && !key)) {
      this.#inStep = false;
      this.#skipped();
      return;
    }
    this.#inStep = true;
    this.#player.write([chunk], () => undefined);
  }
}
