import { socketUrl } from '../daemon/addresses.ts';
import type { Watched } from './watched.ts';

const RETRY_MS = 500;
/** A line that brings nothing for so long is opened anew: it may be dead without either end having heard of it. */
const SILENCE_MS = 4000;

/**
 * Live pictures, one JPEG a message. Each is answered when it is drawn, so that a slow browser gets fewer pictures and never late
 * ones. Opens itself again until it is closed.
 */
export class JpegLine {
  readonly #watched: Watched;
  readonly #draw: (picture: ImageBitmap) => void;
  #socket: WebSocket | null = null;
  #closed = false;
  #silence = 0;

  constructor(watched: Watched, draw: (picture: ImageBitmap) => void) {
    this.#watched = watched;
    this.#draw = draw;
    this.#open();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#silence);
    this.#socket?.close();
  }

  #open(): void {
    if (this.#closed) return;
    const { node, matte } = this.#watched;
    const query = new URLSearchParams({ paced: 'true', node, matte });
    const socket = new WebSocket(socketUrl(`preview?${query}`));
    socket.binaryType = 'blob';
    this.#socket = socket;
    this.#listen();
    socket.addEventListener('message', ({ data }) => {
      this.#listen();
      if (!(data instanceof Blob)) return;
      void this.#show(data).finally(() => {
        if (socket.readyState === WebSocket.OPEN) socket.send('shown');
      });
    });
    socket.addEventListener('close', () => {
      if (socket === this.#socket) setTimeout(() => this.#open(), RETRY_MS);
    });
  }

  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => this.#socket?.close(), SILENCE_MS);
  }

  async #show(jpeg: Blob): Promise<void> {
    const picture = await createImageBitmap(jpeg);
    if (!this.#closed) this.#draw(picture);
    picture.close();
  }
}
