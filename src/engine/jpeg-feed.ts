import type { JsonObject } from '../contract/json.ts';
import type { Matte } from '../contract/packed-matte.ts';

/** What JPEG pictures somebody would like. */
export interface JpegForm {
  /** Longest side and width in pixels; null keeps the size. A picture is never enlarged. */
  readonly maxSide: number | null;
  readonly maxWidth: number | null;
  /** 1..100. */
  readonly quality: number;
  readonly rateHz: number;
  readonly matte: Matte;
}

export interface JpegViewer {
  picture(jpeg: Uint8Array): void;
  /** The node left the graph. */
  ended(): void;
}

/** A tap's JPEG stream of one size and quality, as fast as the fastest of its viewers would like. */
export class JpegFeed {
  /** Under which its pictures come. */
  readonly id: number;
  readonly #form: JpegForm;
  readonly #rates = new Map<JpegViewer, number>();

  constructor(id: number, form: JpegForm) {
    this.id = id;
    this.#form = form;
  }

  get empty(): boolean {
    return this.#rates.size === 0;
  }

  join(viewer: JpegViewer, rateHz: number): void {
    this.#rates.set(viewer, rateHz);
  }

  /** False where it was gone already. */
  leave(viewer: JpegViewer): boolean {
    return this.#rates.delete(viewer);
  }

  show(jpeg: Uint8Array): void {
    for (const viewer of this.#rates.keys()) viewer.picture(jpeg);
  }

  end(): void {
    const viewers = [...this.#rates.keys()];
    this.#rates.clear();
    for (const viewer of viewers) viewer.ended();
  }

  /** As the runner is asked for it. */
  params(): JsonObject {
    const { maxSide, maxWidth, quality, matte } = this.#form;
    const rateHz = Math.max(0, ...this.#rates.values());
    return { id: this.id, on: !this.empty, maxSide, maxWidth, quality, rateHz, matte };
  }
}
