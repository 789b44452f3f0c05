import { byId } from './element.js';

const RETRY_MS = 1000;
/** A line that brings nothing for so long is opened anew: it may be dead without either end having heard of it. */
const SILENCE_MS = 4000;

/**
 * Live pictures: one JPEG a message, drawn when it is decoded. Each is answered when it is on screen, so that a slow browser
 * gets fewer pictures and never late ones.
 */
export class Preview {
  #canvas = /** @type {HTMLCanvasElement} */ (byId('picture'));
  #node = /** @type {string | null} */ (null);
  #socket = /** @type {WebSocket | null} */ (null);
  #drawn = /** @type {number[]} */ ([]);
  #retry = 0;
  #heard = 0;

  constructor() {
    byId('full').addEventListener('click', () => void this.#canvas.requestFullscreen());
    this.#canvas.addEventListener('dblclick', () => void this.#canvas.requestFullscreen());
    setInterval(() => this.#showRate(), 500);
  }

  /** Shows a node, or with null what the audience sees. @param {string | null} node */
  show(node) {
    this.#node = node;
    this.#open();
  }

  #open() {
    clearTimeout(this.#retry);
    this.#socket?.close();
    const which = this.#node === null ? '' : `&node=${encodeURIComponent(this.#node)}`;
    const socket = new WebSocket(
      `${location.origin.replace(/^http/, 'ws')}/api/v1/preview?paced=true${which}`,
    );
    socket.binaryType = 'blob';
    this.#socket = socket;
    this.#heard = performance.now();
    socket.addEventListener('message', (event) => {
      this.#heard = performance.now();
      void this.#draw(event.data).finally(() => {
        if (socket.readyState === WebSocket.OPEN) socket.send('shown');
      });
    });
    socket.addEventListener('close', () => {
      if (socket !== this.#socket) return;
      this.#canvas.classList.add('stale');
      this.#retry = setTimeout(() => this.#open(), RETRY_MS);
    });
  }

  async #draw(/** @type {Blob} */ jpeg) {
    const picture = await createImageBitmap(jpeg);
    if (this.#canvas.width !== picture.width || this.#canvas.height !== picture.height) {
      this.#canvas.width = picture.width;
      this.#canvas.height = picture.height;
    }
    this.#canvas.getContext('2d')?.drawImage(picture, 0, 0);
    picture.close();
    this.#canvas.classList.remove('stale');
    byId('no-picture').hidden = true;
    this.#drawn.push(performance.now());
  }

  #showRate() {
    if (performance.now() - this.#heard > SILENCE_MS && !document.hidden) this.#open();
    const since = performance.now() - 2000;
    this.#drawn = this.#drawn.filter((time) => time > since);
    const rate = Math.round(this.#drawn.length / 2);
    const words = `${this.#canvas.width} × ${this.#canvas.height} · ${rate} pictures a second here`;
    byId('rate').textContent = byId('no-picture').hidden ? words : '';
  }
}
