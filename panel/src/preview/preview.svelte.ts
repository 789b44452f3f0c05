import type { LineKind } from './line-choice.ts';
import { PictureLines } from './picture-lines.ts';

const RATE_WINDOW_MS = 2000;

export interface Surfaces {
  readonly canvas: HTMLCanvasElement;
  readonly video: HTMLVideoElement;
}

/** The live picture of one node in the panel, and what there is to say of it. */
export class Preview {
  /** What is on screen; null before the first picture. */
  shown = $state<LineKind | null>(null);
  size = $state.raw<{ readonly width: number; readonly height: number } | null>(null);
  rateHz = $state(0);
  /** No picture came for a while: what is seen is old. */
  stale = $state(true);

  readonly #canvas: HTMLCanvasElement;
  readonly #lines: PictureLines;
  #times: number[] = [];

  constructor(node: string, { canvas, video }: Surfaces) {
    this.#canvas = canvas;
    this.#lines = new PictureLines({ node, matte: 'none' }, video, {
      jpeg: (picture) => this.#draw(picture),
      video: (size) => this.#showed('webrtc', size),
      videoEnds: () => undefined,
      looked: (nowMs) => this.#count(nowMs),
    });
  }

  close(): void {
    this.#lines.close();
  }

  #count(nowMs: number): void {
    this.#times = this.#times.filter((time) => time > nowMs - RATE_WINDOW_MS);
    this.rateHz = Math.round((this.#times.length * 1000) / RATE_WINDOW_MS);
    this.stale = this.#times.length === 0;
  }

  #draw(picture: ImageBitmap): void {
    const canvas = this.#canvas;
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
    }
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    this.#showed('jpeg', picture);
  }

  #showed(kind: LineKind, { width, height }: { readonly width: number; readonly height: number }): void {
    this.#times.push(performance.now());
    this.stale = false;
    this.shown = kind;
    if (this.size?.width !== width || this.size.height !== height) this.size = { width, height };
  }
}
