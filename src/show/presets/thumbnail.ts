import { thumbnailLimit } from '../../contract/preset.ts';

/** The picture that the audience sees as JPEG, no side longer than `maxSide` pixels; quality 1..100. */
export type Picture = (options: {
  readonly maxSide: number;
  readonly quality: number;
}) => Promise<Uint8Array>;

const maxSide = 160;
/** Noise at 160 pixels can be too much for the first; the last is small whatever it shows. */
const qualities = [72, 50, 25];

/** In base64; null where no quality makes it small enough. Rejects where there is no picture. */
export async function takeThumbnail(picture: Picture): Promise<string | null> {
  for (const quality of qualities) {
    const bytes = await picture({ maxSide, quality });
    if (bytes.byteLength <= thumbnailLimit) return Buffer.from(bytes).toString('base64');
  }
  return null;
}
