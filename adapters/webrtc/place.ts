import type { AspectPolicy, Size } from '../../src/contract/frame.ts';

export type { AspectPolicy };

interface Point {
  readonly x: number;
  readonly y: number;
}

/** How a picture comes into a frame: scaled to `scaled`, from `crop` on, at `at`. */
export interface Placing {
  readonly scaled: Size;
  readonly crop: Point;
  readonly at: Point;
}

/** `fill` covers the frame and cuts what stands over, `fit` leaves bars, `stretch` gives up the shape. */
export function placeIn(picture: Size, frame: Size, aspect: AspectPolicy): Placing {
  const ratios = [frame.width / picture.width, frame.height / picture.height];
  const scale = aspect === 'fill' ? Math.max(...ratios) : Math.min(...ratios);
  const scaled =
    aspect === 'stretch'
      ? frame
      : {
          width: Math.max(1, Math.round(picture.width * scale)),
          height: Math.max(1, Math.round(picture.height * scale)),
        };
  const [overX, overY] = [scaled.width - frame.width, scaled.height - frame.height];
  const half = (over: number): number => Math.max(0, Math.floor(over / 2));
  return {
    scaled: { width: scaled.width, height: scaled.height },
    crop: { x: half(overX), y: half(overY) },
    at: { x: half(-overX), y: half(-overY) },
  };
}
