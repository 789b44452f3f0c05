import type { Player } from './player.ts';

const BOUNDARY = 'reverie';
export const MULTIPART_TYPE = `multipart/x-mixed-replace; boundary=${BOUNDARY}`;
const OPENING = Buffer.from(`--${BOUNDARY}\r\n`);
/** A picture that stands still is sent again this often, so that players see the line alive. */
const STILL_MS = 1000;
/** How early a picture may come against the viewer's rate, as a share of its period: room for jitter. */
const EARLY = 0.2;

export interface MultipartOptions {
  readonly rateHz: number;
  readonly clockMs: () => number;
  /** Called for a picture that the viewer was too slow for. */
  readonly skipped: () => void;
}

/**
 * Pictures as parts that replace each other, as browsers, OBS and FFmpeg take them (multipart/x-mixed-replace): the newest only, no
 * faster than the viewer would like. The boundary follows each picture at once, because a browser shows a part when it ends.
 */
export class MultipartViewer {
  readonly #player: Player;
  readonly #options: MultipartOptions;
  readonly #still: NodeJS.Timeout;
  #waiting: Uint8Array | null = null;
  #last: Uint8Array | null = null;
  #writing = false;
  #dueMs = -Infinity;

  constructor(player: Player, options: MultipartOptions) {
    this.#player = player;
    this.#options = options;
    player.write([OPENING], () => undefined);
    this.#still = setTimeout(() => this.#again(), STILL_MS);
    player.onClose(() => clearTimeout(this.#still));
  }

  show(jpeg: Uint8Array): void {
    const now = this.#options.clockMs();
    const periodMs = 1000 / this.#options.rateHz;
    if (now < this.#dueMs - EARLY * periodMs) return;
    this.#dueMs = Math.max(this.#dueMs + periodMs, now + (1 - EARLY) * periodMs);
    if (this.#waiting !== null) this.#options.skipped();
    this.#waiting = jpeg;
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#waiting === null || this.#writing) return;
    const jpeg = this.#waiting;
    this.#waiting = null;
    this.#last = jpeg;
    this.#writing = true;
    const head = Buffer.from(`Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
    this.#player.write([head, jpeg, AFTER], () => {
      this.#writing = false;
      this.#sendNext();
    });
    this.#still.refresh();
  }

  #again(): void {
    this.#waiting ??= this.#last;
    this.#sendNext();
    this.#still.refresh();
  }
}

const AFTER = Buffer.from(`\r\n--${BOUNDARY}\r\n`);
