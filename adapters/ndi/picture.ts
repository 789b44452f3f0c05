import { failure, type ReverieError } from '../../src/contract/error.ts';
import { MAX_DIMENSION, type Size } from '../../src/contract/frame.ts';
import { fourCC } from './layouts.ts';
import type { Pointer, VideoFields } from './library.ts';

const formats = ['RGBA', 'RGBX', 'BGRA', 'BGRX', 'UYVY', 'UYVA'] as const;
export type PictureFormat = (typeof formats)[number];

const byCode = new Map(formats.map((format) => [fourCC(format), format]));

/** How a picture lies in the runtime's memory. */
export interface Picture extends Size {
  readonly format: PictureFormat;
  /** From one row to the next; of `UYVA`, of its colours: its alpha lies behind them, in rows of half that. */
  readonly stride: number;
  readonly bytes: number;
}

/** A picture that the runtime lends until it is given back. */
export interface LentPicture extends Picture {
  readonly data: Pointer;
  readonly rateN: number;
  readonly rateD: number;
  readonly progressive: boolean;
}

/** What a video structure says, once it can be believed. Throws `E_NDI_FRAME` where it cannot. */
export function readPicture(fields: VideoFields): LentPicture {
  const { xres: width, yres: height, line_stride_in_bytes: said, p_data: data } = fields;
  const format = byCode.get(fields.FourCC);
  if (format === undefined) throw wrong(`its format is 0x${fields.FourCC.toString(16)}`);
  if (width < 1 || height < 1 || width > MAX_DIMENSION || height > MAX_DIMENSION)
    throw wrong(`its size is ${width}×${height}`);
  if (typeof data !== 'bigint' || data === 0n) throw wrong('it has no pixels');
  const packed = rowBytes(format, width);
  const stride = said === 0 ? packed : said;
  if (stride < packed || stride > 8 * packed + 4096)
    throw wrong(`its rows of ${width} pixels are ${said} bytes long`);
  return {
    width,
    height,
    format,
    stride,
    bytes: height * stride + (format === 'UYVA' ? height * (stride >> 1) : 0),
    data,
    rateN: fields.frame_rate_N,
    rateD: fields.frame_rate_D,
    progressive: fields.frame_format_type === 1,
  };
}

/** 4:2:2 stores pixels in pairs. */
function rowBytes(format: PictureFormat, width: number): number {
  return format === 'UYVY' || format === 'UYVA' ? Math.ceil(width / 2) * 4 : width * 4;
}

function wrong(why: string): ReverieError {
  return failure('E_NDI_FRAME', `An NDI picture cannot be shown: ${why}`);
}
