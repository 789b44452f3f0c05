import type { AspectPolicy, Rotation, Size } from './frame.ts';

/** Parts of the picture that are cut off, 0 to below 1; those of two opposite sides are less than 1 together. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

type Flip = 'none' | 'horizontal' | 'vertical' | 'both';

/** What is done to the picture of a source or sink: first cropped, then turned clockwise, then flipped. */
export interface PictureSettings {
  readonly crop: Crop;
  readonly rotate: Rotation;
  readonly flip: Flip;
  /**
   * How the picture is put into the size that is wanted. Of a source, null leaves that to its adapter and its consumers; a sink
   * has it from its node.
   */
  readonly aspect: AspectPolicy | null;
  /** Of a source: frames a second at most; those beyond are skipped and counted. Null passes all. */
  readonly maxRateHz: number | null;
}

export const plainPicture: PictureSettings = {
  crop: { left: 0, top: 0, right: 0, bottom: 0 },
  rotate: 0,
  flip: 'none',
  aspect: null,
  maxRateHz: null,
};

/** Whether pixels are to be moved. */
export function isTurned({ crop, rotate, flip }: PictureSettings): boolean {
  return rotate !== 0 || flip !== 'none' || crop.left + crop.top + crop.right + crop.bottom > 0;
}

/** The pixels of a frame that a crop leaves; at least one. */
export function croppedArea(size: Size, crop: Crop): Size & { readonly x: number; readonly y: number } {
  const x = Math.min(size.width - 1, Math.round(crop.left * size.width));
  const y = Math.min(size.height - 1, Math.round(crop.top * size.height));
  const right = Math.round((1 - crop.right) * size.width);
  const bottom = Math.round((1 - crop.bottom) * size.height);
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) };
}

/** The size of the picture after its settings, where nothing else is wanted. */
export function turnedSize(size: Size, { crop, rotate }: PictureSettings): Size {
  const { width, height } = croppedArea(size, crop);
  return rotate === 90 || rotate === 270 ? { width: height, height: width } : { width, height };
}
