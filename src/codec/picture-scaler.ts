import type { Frame as AvFrame, SoftwareScaleContext } from 'node-av/lib';
import { failure } from '../contract/error.ts';
import { BYTES_PER_PIXEL, type Size } from '../contract/frame.ts';
import type { Av } from './av.ts';
import { wordsOf } from './av-error.ts';

/**
 * Scales and converts between RGBA and what codecs work on, in one step. Sizes, formats and colour spaces are read from the
 * frames at every call, so nothing has to be set up anew when they change.
 */
export class PictureScaler {
  readonly #av: Av;
  readonly #sws: SoftwareScaleContext;

  constructor(av: Av) {
    this.#av = av;
    this.#sws = new av.SoftwareScaleContext();
    // Not initialised on purpose: then swscale takes everything from the frames.
    this.#sws.allocContext();
    this.#sws.setOption('sws_flags', 'bicubic');
  }

  /** Both frames stay as they are, but for the pixels of `target`. */
  async scale(source: AvFrame, target: AvFrame): Promise<void> {
    const result = await this.#sws.scaleFrame(target, source);
    if (result < 0) throw failure('E_INTERNAL', `Scaling failed: ${wordsOf(this.#av, result)}`);
  }

  /** Not while `scale` is under way. */
  free(): void {
    this.#sws.freeContext();
  }
}

/** An RGBA frame over `pixels`, which must stay alive and unchanged as long as it is in use: FFmpeg neither copies nor holds them. */
export function rgbaOver(av: Av, frame: AvFrame, pixels: Uint8Array, size: Size): void {
  const bytes = size.width * size.height * BYTES_PER_PIXEL;
  if (pixels.length < bytes)
    throw failure('E_INTERNAL', `${pixels.length} bytes are no picture of ${size.width}×${size.height}`);
  frame.unref();
  describeRgba(av, frame, size);
  const result = frame.fromBuffer(Buffer.from(pixels.buffer, pixels.byteOffset, bytes));
  if (result < 0) throw failure('E_INTERNAL', `A picture was not accepted: ${wordsOf(av, result)}`);
}

/** An RGBA frame with memory of its own. */
export function allocRgba(av: Av, frame: AvFrame, size: Size): void {
  frame.unref();
  describeRgba(av, frame, size);
  const result = frame.getBuffer(0);
  if (result < 0) throw failure('E_INTERNAL', `No memory for a picture: ${wordsOf(av, result)}`);
}

function describeRgba(av: Av, frame: AvFrame, { width, height }: Size): void {
  const { constants } = av;
  frame.format = constants.AV_PIX_FMT_RGBA;
  frame.width = width;
  frame.height = height;
  frame.colorSpace = constants.AVCOL_SPC_RGB;
  frame.colorRange = constants.AVCOL_RANGE_JPEG;
}
