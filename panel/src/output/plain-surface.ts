import type { Picture, Surface } from './surface.ts';

/** Opaque pictures on a canvas: JPEG, and the last one of a video that ended. */
export class PlainSurface implements Surface {
  readonly #canvas: HTMLCanvasElement;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  draw(picture: Picture, width: number, height: number): void {
    const canvas = this.#canvas;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
  }
}
