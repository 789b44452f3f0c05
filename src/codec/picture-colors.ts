import type { Frame as AvFrame } from 'node-av/lib';
import type { ColorSpace } from '../protocols/rtp/header-extensions.ts';
import type { VideoCodec } from '../protocols/rtp/payload.ts';
import type { Av } from './av.ts';

/** H.273: the matrix is not told. */
const UNSPECIFIED = 2;

/**
 * Writes down how a decoded picture's numbers are to be read: as the sender said beside the codec, else as the picture itself
 * says, else as BT.601 with limited range. VP8 says nothing: FFmpeg takes its clamping bit for a range, which it is not
 * (RFC 6386 §9.2).
 */
export function applyColors(av: Av, codec: VideoCodec, picture: AvFrame, told: ColorSpace | null): void {
  const { constants } = av;
  const own = codec === 'h264';
  if (told !== null && told.matrix !== UNSPECIFIED) picture.colorSpace = matrixOf(av, told.matrix);
  else if (!own || picture.colorSpace === constants.AVCOL_SPC_UNSPECIFIED)
    picture.colorSpace = constants.AVCOL_SPC_SMPTE170M;
  if (told !== null && told.range !== null)
    picture.colorRange = told.range === 'full' ? constants.AVCOL_RANGE_JPEG : constants.AVCOL_RANGE_MPEG;
  else if (!own || picture.colorRange === constants.AVCOL_RANGE_UNSPECIFIED)
    picture.colorRange = constants.AVCOL_RANGE_MPEG;
}

/** FFmpeg's numbers are those of H.273. */
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
