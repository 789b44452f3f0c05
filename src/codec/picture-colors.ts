import type { Frame as AvFrame } from 'node-av/lib';
import type { ColorSpace } from '../protocols/rtp/header-extensions.ts';
import type { VideoCodec } from '../protocols/rtp/payload.ts';
import type { Av } from './av.ts';

/** H.273: the matrix is not told. */
const UNSPECIFIED = 2;

/**
 * Writes down how a decoded picture's numbers are to be read: as the sender said beside the codec, else as the picture itself
 * says, else as BT.601 with limited range. VP8 says nothing: FFmpeg takes its clamping bit for a range, which it is not
 * (RFC 6386 §9.2). Primaries and transfer are taken for those of sRGB: what is played is not made for any other screen, and
 * swscale refuses some of what a damaged picture says of them.
 */
export function applyColors(av: Av, codec: VideoCodec, picture: AvFrame, told: ColorSpace | null): void {
  const { constants } = av;
  const own = codec === 'h264';
  const matrix =
    told !== null && told.matrix !== UNSPECIFIED ? told.matrix : own ? picture.colorSpace : UNSPECIFIED;
  picture.colorSpace = matrixOf(av, matrix);
  picture.colorPrimaries = constants.AVCOL_PRI_UNSPECIFIED;
  picture.colorTrc = constants.AVCOL_TRC_UNSPECIFIED;
  if (told !== null && told.range !== null)
    picture.colorRange = told.range === 'full' ? constants.AVCOL_RANGE_JPEG : constants.AVCOL_RANGE_MPEG;
  else if (!own || picture.colorRange === constants.AVCOL_RANGE_UNSPECIFIED)
    picture.colorRange = constants.AVCOL_RANGE_MPEG;
}

/** FFmpeg's numbers are those of H.273. What no camera sends is read as the most common one. */
function matrixOf(av: Av, code: number): AvFrame['colorSpace'] {
  const { constants } = av;
  switch (code) {
    case 1:
      return constants.AVCOL_SPC_BT709;
    case 9:
      return constants.AVCOL_SPC_BT2020_NCL;
    default:
      return constants.AVCOL_SPC_SMPTE170M;
  }
}
