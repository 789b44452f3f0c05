import type { Size } from '../../src/contract/frame.ts';

/** A picture for one size. All that stands still is drawn once; `draw` copies it and lays the moving parts over. */
export interface Scene {
  readonly size: Size;
  /** Writes every pixel of `[height, width, 4]`. `seconds` since the source began. Allocates nothing. */
  draw(pixels: Uint8Array, seconds: number): void;
}
