import type { CodecContext, Frame as AvFrame, Packet } from 'node-av/lib';
import { failure } from '../contract/error.ts';
import type { Size } from '../contract/frame.ts';
import { loadAv, type Av } from './av.ts';
import { wordsOf } from './av-error.ts';
import { rgbaOver } from './picture-scaler.ts';

/** Pictures of one size as PNG, every byte kept, alpha and the colours under it included. Works on the thread pool. */
export interface PngEncoder {
  readonly size: Size;
  /** `pixels`: `[height, width, 4]` rgba8, unchanged until the promise is settled. Rejects with `E_CODEC_FAILED`. */
  encode(pixels: Uint8Array): Promise<Uint8Array>;
  /** Not while `encode` is under way. */
  close(): void;
}

/** Of zlib's nine: beyond it, files of pictures shrink by percents and take several times the time. */
const COMPRESSION = '2';

export async function openPngEncoder(size: Size): Promise<PngEncoder> {
  const av = await loadAv();
  const codec = av.Codec.findEncoder(av.constants.AV_CODEC_ID_PNG);
  if (codec === null) throw failure('E_CODEC_FAILED', 'FFmpeg was built without PNG');
  const context = new av.CodecContext();
  context.allocContext3(codec);
  context.width = size.width;
  context.height = size.height;
  context.pixelFormat = av.constants.AV_PIX_FMT_RGBA;
  context.timeBase = new av.Rational(1, 1000);
  context.threadCount = 1;
  const options = av.Dictionary.fromObject({ compression_level: COMPRESSION, pred: 'up' });
  const result = await context.open2(codec, options);
  if (result < 0) {
    context.freeContext();
    const words = wordsOf(av, result);
    throw failure('E_CODEC_FAILED', `PNG of ${size.width}×${size.height} cannot be made: ${words}`);
  }
  return new AvPngEncoder(av, context, size);
}

class AvPngEncoder implements PngEncoder {
  readonly size: Size;
  readonly #av: Av;
  readonly #context: CodecContext;
  readonly #frame: AvFrame;
  readonly #packet: Packet;
  #count = 0n;

  constructor(av: Av, context: CodecContext, size: Size) {
    this.#av = av;
    this.#context = context;
    this.size = size;
    this.#frame = new av.Frame();
    this.#frame.alloc();
    this.#packet = new av.Packet();
    this.#packet.alloc();
  }

  async encode(pixels: Uint8Array): Promise<Uint8Array> {
    try {
      rgbaOver(this.#av, this.#frame, pixels, this.size);
      this.#frame.pts = this.#count++;
      this.#must(await this.#context.sendFrame(this.#frame));
      this.#must(await this.#context.receivePacket(this.#packet));
      return Uint8Array.from(this.#packet.data ?? []);
    } finally {
      this.#frame.unref();
      this.#packet.unref();
    }
  }

  close(): void {
    this.#context.freeContext();
    this.#frame.free();
    this.#packet.free();
  }

  #must(result: number): void {
    if (result >= 0) return;
    const { width, height } = this.size;
    throw failure(
      'E_CODEC_FAILED',
      `Encoding PNG of ${width}×${height} failed: ${wordsOf(this.#av, result)}`,
    );
  }
}
