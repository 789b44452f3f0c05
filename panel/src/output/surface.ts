export type Picture = ImageBitmap | HTMLVideoElement;

/** Where pictures are drawn. Keeps the last one until the next. */
export interface Surface {
  /** Sides in pixels as they come, a matte included. */
  draw(picture: Picture, width: number, height: number): void;
}
