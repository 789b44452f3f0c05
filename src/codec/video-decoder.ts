import type { CodecContext, Frame as AvFrame, Packet } from 'node-av/lib';
import { failure } from '../contract/error.ts';
import { isFrameSize, sameSize, type Size } from '../contract/frame.ts';
import type { ColorSpace } from '../protocols/rtp/header-extensions.ts';
import { h264ParameterSets, isH264Key } from '../protocols/rtp/h264.ts';
import type { VideoCodec } from '../protocols/rtp/payload.ts';
import { isVp8Key } from '../protocols/rtp/vp8.ts';
import { loadAv, type Av } from './av.ts';
import { wordsOf } from './av-error.ts';
import { applyColors } from './picture-colors.ts';
import { allocRgba, PictureScaler } from './picture-scaler.ts';
import { copyRows } from './rgba-converter.ts';

/** The picture decoded last. It can be written until the next call of `decode` or `close`. */
export interface DecodedPicture extends Size {
  readonly timestampUs: number;
  readonly key: boolean;
  /** Writes it as `[height, width, 4]` rgba8 of `size`, scaled to it without keeping its shape. Rejects once it is gone. */
  write(into: Uint8Array, size: Size): Promise<void>;
}

/**
 * Decodes pictures as they come in from a peer; each comes out at once. Works on the thread pool. Calls are carried out in
 * their order, one at a time, and `close` waits for the one under way.
 */
export interface VideoDecoder {
  /** True before the first key picture and after a damaged one. Until a key picture comes, others are passed over. */
  readonly needsKey: boolean;
  /** Pictures that could not be decoded so far, without those passed over. */
  readonly damaged: number;
  /**
   * `data`: one picture, Annex B or a VP8 frame. `colors`: what the sender said beside the codec; with a key picture it holds
   * for those that follow. Null where no picture came out: damaged, or passed over. Damage is no error, it comes by wire.
   */
  decode(data: Uint8Array, timestampUs: number, colors?: ColorSpace | null): Promise<DecodedPicture | null>;
  close(): Promise<void>;
}

/** Rejects with `E_CODEC_MISSING`, or `E_CODEC_FAILED` in FFmpeg's words. */
export async function openVideoDecoder(codec: VideoCodec): Promise<VideoDecoder> {
  const av = await loadAv();
  return new AvVideoDecoder(av, codec, await openDecoder(av, codec));
}

async function openDecoder(av: Av, codec: VideoCodec): Promise<CodecContext> {
  const { constants } = av;
  const id = codec === 'h264' ? constants.AV_CODEC_ID_H264 : constants.AV_CODEC_ID_VP8;
  const decoder = av.Codec.findDecoder(id);
  if (decoder === null) throw failure('E_CODEC_FAILED', `FFmpeg was built without a decoder for ${codec}`);
  const context = new av.CodecContext();
  context.allocContext3(decoder);
  context.threadCount = 1;
  context.pktTimebase = new av.Rational(1, 1_000_000);
  // No reordering: browsers send no B-pictures.
  context.setFlags(constants.AV_CODEC_FLAG_LOW_DELAY);
  const result = await context.open2(decoder, null);
  if (result >= 0) return context;
  context.freeContext();
  throw failure('E_CODEC_FAILED', `A decoder for ${codec} cannot be opened: ${wordsOf(av, result)}`);
}

class AvVideoDecoder implements VideoDecoder {
  readonly #av: Av;
  readonly #codec: VideoCodec;
  #context: CodecContext;
  readonly #scaler: PictureScaler;
  readonly #frame: AvFrame;
  readonly #rgba: AvFrame;
  readonly #packet: Packet;
  #rgbaSize: Size | null = null;
  #colors: ColorSpace | null = null;
  /** Of H.264, those that came last: FFmpeg keeps of old ones what new ones leave open, so new ones get a new decoder. */
  #parameterSets: Uint8Array = new Uint8Array();
  #stale = false;
  /** The picture that `#frame` holds now. */
  #current = 0;
  #needsKey = true;
  #damaged = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(av: Av, codec: VideoCodec, context: CodecContext) {
    this.#av = av;
    this.#codec = codec;
    this.#context = context;
    this.#scaler = new PictureScaler(av);
    this.#frame = new av.Frame();
    this.#frame.alloc();
    this.#rgba = new av.Frame();
    this.#rgba.alloc();
    this.#packet = new av.Packet();
    this.#packet.alloc();
  }

  get needsKey(): boolean {
    return this.#needsKey;
  }

  get damaged(): number {
    return this.#damaged;
  }

  decode(
    data: Uint8Array,
    timestampUs: number,
    colors: ColorSpace | null = null,
  ): Promise<DecodedPicture | null> {
    return this.#alone(() => this.#decode(data, timestampUs, colors));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#tail;
    this.#context.freeContext();
    this.#frame.free();
    this.#rgba.free();
    this.#packet.free();
    this.#scaler.free();
  }

  /** Runs `work` after all earlier work. A failure is the caller's and does not stop what follows. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(failure('E_INTERNAL', 'The decoder is closed'));
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => {});
    return done;
  }

  async #decode(
    data: Uint8Array,
    timestampUs: number,
    colors: ColorSpace | null,
  ): Promise<DecodedPicture | null> {
    this.#current += 1;
    this.#frame.unref();
    const key = this.#codec === 'h264' ? isH264Key(data) : isVp8Key(data);
    if (this.#needsKey && !key) return null;
    if (key || colors !== null) this.#colors = colors;
    this.#watchParameterSets(data);
    if (key && this.#stale) await this.#openAnew();
    if (!(await this.#decodeInto(data))) {
      this.#damaged += 1;
      this.#needsKey = true;
      // Damage may outlive a flush: parameter sets that ask for reordering would hold every picture back from then on.
      this.#stale = true;
      this.#frame.unref();
      return null;
    }
    this.#needsKey = false;
    applyColors(this.#av, this.#codec, this.#frame, this.#colors);
    const { width, height } = this.#frame;
    const current = this.#current;
    return {
      width,
      height,
      key,
      timestampUs,
      write: (into, size) => this.#alone(() => this.#write(current, into, size)),
    };
  }

  #watchParameterSets(data: Uint8Array): void {
    const sets = this.#codec === 'h264' ? h264ParameterSets(data) : this.#parameterSets;
    if (sets.length === 0 || Buffer.compare(sets, this.#parameterSets) === 0) return;
    if (this.#parameterSets.length > 0) this.#stale = true;
    this.#parameterSets = sets;
  }

  async #openAnew(): Promise<void> {
    const fresh = await openDecoder(this.#av, this.#codec);
    this.#context.freeContext();
    this.#context = fresh;
    this.#stale = false;
  }

  async #decodeInto(data: Uint8Array): Promise<boolean> {
    const { constants } = this.#av;
    // Copied: FFmpeg reads on behind the end, and holds packets longer than callers do.
    this.#packet.data = Buffer.from(data.buffer, data.byteOffset, data.length);
    const sent = await this.#context.sendPacket(this.#packet);
    this.#packet.unref();
    if (sent < 0) return false;
    if ((await this.#context.receiveFrame(this.#frame)) < 0) return false;
    const { decodeErrorFlags, flags, width, height } = this.#frame;
    const corrupt = decodeErrorFlags !== 0 || (flags & constants.AV_FRAME_FLAG_CORRUPT) !== 0;
    return !corrupt && isFrameSize({ width, height });
  }

  async #write(picture: number, into: Uint8Array, size: Size): Promise<void> {
    if (picture !== this.#current)
      throw failure('E_INTERNAL', 'The picture is gone: another one was decoded');
    if (!isFrameSize(size))
      throw failure('E_INTERNAL', `No picture is written as ${size.width}×${size.height}`);
    if (!sameSize(this.#rgbaSize, size)) {
      this.#rgbaSize = null;
      allocRgba(this.#av, this.#rgba, size);
      this.#rgbaSize = size;
    }
    await this.#scaler.scale(this.#frame, this.#rgba);
    copyRows(this.#rgba, size.width * 4, size.height, into);
  }
}
