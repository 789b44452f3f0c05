import type { CodecContext, Frame as AvFrame, Packet } from 'node-av/lib';
import { failure } from '../contract/error.ts';
import { isFrameSize, type Size } from '../contract/frame.ts';
import type { VideoCodec } from '../protocols/rtp/payload.ts';
import { loadAv, type Av } from './av.ts';
import { wordsOf } from './av-error.ts';
import { allocI420, openEncoder, setBitrate, type KeepSettings } from './encoder-settings.ts';
import type { EncoderChoice } from './h264-options.ts';
import { PictureScaler, rgbaOver } from './picture-scaler.ts';

export interface VideoEncoderOptions extends Size {
  readonly codec: VideoCodec;
  /** Pictures a second that are to be expected; their real times come with each. */
  readonly rateHz: number;
  readonly bitrateBps: number;
  /** H.264 for a file: these instead of a call's settings. */
  readonly keep?: KeepSettings;
  /** Of H.264; x264 unless given. */
  readonly encoder?: EncoderChoice;
}

/** One coded picture, complete: Annex B with its parameter sets for H.264, one frame for VP8. */
export interface EncodedPicture {
  readonly data: Uint8Array;
  /** A decoder can begin with it. */
  readonly key: boolean;
  readonly timestampUs: number;
}

export interface EncodeRequest {
  /** Makes a key picture. The first one is one in any case. */
  readonly key: boolean;
  /** Of the picture, on any clock that runs forward. */
  readonly timestampUs: number;
  /** Of `pixels`, where it is not that of the encoder: they are scaled, the shape is not kept. */
  readonly size?: Size;
}

/**
 * Encodes pictures as they come, without delay: each goes in alone and comes out at once. Works on the thread pool. Calls are
 * carried out in their order, one at a time, and `close` waits for the one under way.
 */
export interface VideoEncoder {
  /** Of the coded pictures; odd sizes are made even. */
  readonly size: Size;
  /**
   * `pixels`: `[height, width, 4]` rgba8, opaque. They may lie in shared memory, are not copied, and may be overwritten once
   * the promise is settled. Null where the encoder leaves the picture out. Rejects with `E_CODEC_FAILED`.
   */
  encode(pixels: Uint8Array, request: EncodeRequest): Promise<EncodedPicture | null>;
  /** The last picture once more, at another time: nothing is converted. Null where there was none. */
  repeat(request: Omit<EncodeRequest, 'size'>): Promise<EncodedPicture | null>;
  /** From the next picture on. VP8 cannot change it under way: its next picture is then a key picture. */
  setBitrate(bitrateBps: number): void;
  close(): Promise<void>;
}

/** Rejects with `E_CODEC_MISSING`, or `E_CODEC_FAILED` in FFmpeg's words. */
export async function openVideoEncoder(options: VideoEncoderOptions): Promise<VideoEncoder> {
  if (!isFrameSize(options))
    throw failure('E_CODEC_FAILED', `No encoder makes ${options.width}×${options.height}`);
  const av = await loadAv();
  const size = { width: evenSide(options.width), height: evenSide(options.height) };
  const encoder = new AvVideoEncoder(av, { ...options, ...size });
  try {
    await encoder.open();
  } catch (error) {
    await encoder.close();
    throw error;
  }
  return encoder;
}

/** I420 has one colour sample for two by two pixels. */
function evenSide(side: number): number {
  return Math.max(2, side - (side % 2));
}

class AvVideoEncoder implements VideoEncoder {
  readonly size: Size;
  readonly #av: Av;
  readonly #options: VideoEncoderOptions;
  readonly #scaler: PictureScaler;
  readonly #source: AvFrame;
  readonly #picture: AvFrame;
  readonly #packet: Packet;
  #context: CodecContext | null = null;
  #bitrateBps: number;
  #openedBps = 0;
  #lastUs = -Infinity;
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(av: Av, options: VideoEncoderOptions) {
    this.#av = av;
    this.#options = options;
    this.size = { width: options.width, height: options.height };
    this.#bitrateBps = options.bitrateBps;
    this.#scaler = new PictureScaler(av);
    this.#source = new av.Frame();
    this.#source.alloc();
    this.#picture = new av.Frame();
    this.#picture.alloc();
    this.#packet = new av.Packet();
    this.#packet.alloc();
  }

  async open(): Promise<void> {
    const bitrateBps = this.#bitrateBps;
    const context = await openEncoder(this.#av, { ...this.#options, bitrateBps });
    this.#context?.freeContext();
    this.#context = context;
    this.#openedBps = bitrateBps;
  }

  encode(pixels: Uint8Array, request: EncodeRequest): Promise<EncodedPicture | null> {
    return this.#alone(() => this.#encode(pixels, request));
  }

  repeat(request: Omit<EncodeRequest, 'size'>): Promise<EncodedPicture | null> {
    return this.#alone(() => (this.#picture.width === 0 ? Promise.resolve(null) : this.#code(request)));
  }

  setBitrate(bitrateBps: number): void {
    this.#bitrateBps = Math.max(1, Math.round(bitrateBps));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#tail;
    this.#context?.freeContext();
    this.#source.free();
    this.#picture.free();
    this.#packet.free();
    this.#scaler.free();
  }

  async #encode(pixels: Uint8Array, request: EncodeRequest): Promise<EncodedPicture | null> {
    await this.#applyBitrate();
    // The encoder may still hold the memory of the last picture.
    if (this.#picture.width === 0 || !this.#picture.isWritable) allocI420(this.#av, this.#picture, this.size);
    try {
      rgbaOver(this.#av, this.#source, pixels, request.size ?? this.size);
      await this.#scaler.scale(this.#source, this.#picture);
    } finally {
      this.#source.unref();
    }
    return this.#code(request);
  }

  async #code({ key: wantsKey, timestampUs }: EncodeRequest): Promise<EncodedPicture | null> {
    const context = this.#context;
    if (context === null) throw failure('E_INTERNAL', 'The encoder is not open');
    const { constants } = this.#av;
    // Rate control divides by the time between pictures.
    this.#lastUs = Math.max(this.#lastUs + 1, Math.round(timestampUs));
    this.#picture.pts = BigInt(this.#lastUs);
    this.#picture.duration = BigInt(Math.round(1_000_000 / this.#options.rateHz));
    this.#picture.pictType = wantsKey ? constants.AV_PICTURE_TYPE_I : constants.AV_PICTURE_TYPE_NONE;
    this.#must(await context.sendFrame(this.#picture), 'encoding');
    const result = await context.receivePacket(this.#packet);
    if (result === this.#av.again) return null;
    this.#must(result, 'encoding');
    const data = this.#packet.data;
    const key = this.#packet.isKeyframe;
    const picture = data === null ? null : { data: Uint8Array.from(data), key, timestampUs };
    this.#packet.unref();
    return picture;
  }

  /** Runs `work` after all earlier work. A failure is the caller's and does not stop what follows. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(failure('E_INTERNAL', 'The encoder is closed'));
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => {});
    return done;
  }

  async #applyBitrate(): Promise<void> {
    if (this.#bitrateBps === this.#openedBps || this.#context === null) return;
    if (this.#options.codec === 'vp8') return this.open();
    // libx264 compares these with its own before every picture.
    setBitrate(this.#context, this.#bitrateBps);
    this.#openedBps = this.#bitrateBps;
  }

  #must(result: number, doing: string): void {
    if (result >= 0) return;
    const { codec, width, height } = this.#options;
    const words = wordsOf(this.#av, result);
    throw failure('E_CODEC_FAILED', `${doing} ${codec} of ${width}×${height} failed: ${words}`);
  }
}
