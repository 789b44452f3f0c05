import { encoderNamed, h264Encoders } from '../../src/codec/h264-encoders.ts';
import { SOFTWARE, type Preset } from '../../src/codec/h264-options.ts';
import { openVideoEncoder, type EncodedPicture, type VideoEncoder } from '../../src/codec/video-encoder.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { sameSize, type Frame, type Size } from '../../src/contract/frame.ts';
import { StreamClock } from './stream-clock.ts';

/** Encoders make nothing useful of less, and no player takes more. */
const SHORTEST_SIDE = 16;
const LONGEST_SIDE = 4096;
/** A key picture costs ten times another; those that are asked for come no closer than this. */
const KEY_REST_US = 300_000;

export interface LiveEncoderSettings {
  /** Bits a second; null takes what suits the size. */
  readonly bitrateBps: number | null;
  readonly keyframeSeconds: number;
  /** Pictures a second that are to be expected. */
  readonly rateHz: number;
  /** `auto`, `software`, or FFmpeg's name of one. */
  readonly encoder: string;
  readonly preset: Preset | null;
}

/** A coded picture of a stream: its time counts from the stream's first picture on. */
export interface LivePicture extends EncodedPicture {
  readonly size: Size;
}

/**
 * Frames of any size into an H.264 stream with a key picture every so often. When the frames' size changes the stream goes on in
 * the new size, with a key picture.
 */
export class LiveEncoder {
  readonly #settings: LiveEncoderSettings;
  readonly #clock = new StreamClock();
  #encoder: VideoEncoder | null = null;
  #of: Size | null = null;
  #keyAtUs = -Infinity;
  #keyWanted = false;
  #name: string | null = null;

  constructor(settings: LiveEncoderSettings) {
    this.#settings = settings;
  }

  /** FFmpeg's name of what codes; null before the first picture. */
  get name(): string | null {
    return this.#name;
  }

  /** A key picture as soon as may be. */
  wantKey(): void {
    this.#keyWanted = true;
  }

  /** The pixels may be overwritten once this is settled. Null where the encoder leaves the picture out. */
  async encode(frame: Frame, repeat: boolean): Promise<LivePicture | null> {
    const timestampUs = this.#clock.at(frame.ptsUs, repeat, nowUs());
    const encoder = await this.#encoderFor(frame);
    const key = this.#keyDue(timestampUs);
    const picture = await encoder.encode(frame.data, { key, timestampUs, size: frame });
    if (picture === null) return null;
    if (picture.key) {
      this.#keyAtUs = timestampUs;
      this.#keyWanted = false;
    }
    return { ...picture, size: encoder.size };
  }

  async close(): Promise<void> {
    const encoder = this.#encoder;
    this.#encoder = null;
    await encoder?.close();
  }

  /** A frame comes a little early or late: one that would be just too early is taken. */
  #keyDue(atUs: number): boolean {
    const { keyframeSeconds, rateHz } = this.#settings;
    const sinceUs = atUs - this.#keyAtUs;
    return sinceUs >= keyframeSeconds * 1e6 - 5e5 / rateHz || (this.#keyWanted && sinceUs >= KEY_REST_US);
  }

  async #encoderFor(frame: Size): Promise<VideoEncoder> {
    if (this.#encoder !== null && sameSize(this.#of, frame)) return this.#encoder;
    await this.close();
    this.#of = { width: frame.width, height: frame.height };
    this.#keyAtUs = -Infinity;
    const size = codedSize(frame);
    const { encoder: wish } = this.#settings;
    this.#name ??= wish === 'software' ? SOFTWARE : encoderNamed(wish, await h264Encoders());
    try {
      return await this.#open(size, this.#name);
    } catch (error) {
      // A graphics card may have no room for one more, or make no such size: the picture goes out all the same.
      if (wish !== 'auto' || this.#name === SOFTWARE) throw error;
      return this.#open(size, (this.#name = SOFTWARE));
    }
  }

  async #open(size: Size, name: string): Promise<VideoEncoder> {
    const { rateHz, preset } = this.#settings;
    const bitrateBps = this.#settings.bitrateBps ?? suitedBitrate(size);
    const encoder = { name, preset };
    this.#encoder = await openVideoEncoder({ codec: 'h264', ...size, rateHz, bitrateBps, encoder });
    return this.#encoder;
  }
}

/** Even sides, which colour needs, and none beyond what encoders and players take. */
export function codedSize({ width, height }: Size): Size {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const side = (length: number): number => Math.max(SHORTEST_SIDE, 2 * Math.round((length * scale) / 2));
  return { width: side(width), height: side(height) };
}

/** Bits a second that suit a picture: 5 Mbit/s at 1280 x 720, growing slower than its area, as detail does. */
export function suitedBitrate({ width, height }: Size): number {
  return Math.round(Math.min(40e6, Math.max(500_000, 5e6 * ((width * height) / 921_600) ** 0.75)));
}
