import { openVideoEncoder, type VideoEncoder } from '../../src/codec/video-encoder.ts';
import { sameSize, type Frame, type Size } from '../../src/contract/frame.ts';
import { payloadFormats, type VideoCodec } from '../../src/protocols/rtp/payload.ts';
import { KeyLimiter } from './key-limiter.ts';
import { bitrateOf, type Rung } from './rung.ts';

/** With RTP, SRTP, UDP and IPv6 headers it stays under the 1280 bytes that every way carries. */
const MAX_PAYLOAD = 1180;
/** Larger pictures are made smaller for viewers; a software encoder of 4K is not realtime anywhere. */
const LONGEST_SIDE = 1920;
/** Encoders make nothing useful of less. */
const SHORTEST_SIDE = 16;

export interface RungPicture {
  readonly payloads: readonly Uint8Array[];
  readonly key: boolean;
}

/** The encode of one codec at one rung, opened anew when the picture's size changes. */
export class RungEncoder {
  readonly #codec: VideoCodec;
  readonly #rung: Rung;
  readonly #rateHz: number;
  readonly #bitrateBps: number | null;
  readonly #keys = new KeyLimiter();
  #encoder: VideoEncoder | null = null;
  #of: Size | null = null;
  encodedUs = -Infinity;

  constructor(codec: VideoCodec, rung: Rung, rateHz: number, bitrateBps: number | null) {
    this.#codec = codec;
    this.#rung = rung;
    this.#rateHz = rateHz;
    this.#bitrateBps = bitrateBps;
  }

  want(): void {
    this.#keys.want();
  }

  keyDue(atUs: number): boolean {
    return this.#keys.due(atUs);
  }

  async encode(frame: Frame, atUs: number): Promise<RungPicture | null> {
    const encoder = await this.#encoderFor(frame);
    this.encodedUs = atUs;
    const request = { key: this.#keys.take(atUs), timestampUs: atUs, size: frame };
    try {
      const picture = await encoder.encode(frame.data, request);
      if (picture === null) return null;
      return { payloads: payloadFormats[this.#codec].packetize(picture.data, MAX_PAYLOAD), key: picture.key };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const encoder = this.#encoder;
    this.#encoder = null;
    await encoder?.close();
  }

  words(): string {
    const size = this.#encoder?.size;
    return `${this.#codec} ${this.#rung}${size === undefined ? '' : ` ${size.width}x${size.height}`}`;
  }

  async #encoderFor(frame: Size): Promise<VideoEncoder> {
    if (this.#encoder !== null && sameSize(this.#of, frame)) return this.#encoder;
    await this.close();
    this.#of = { width: frame.width, height: frame.height };
    const size = codedSize(frame, this.#rung);
    const set = this.#bitrateBps;
    const share = this.#rung === 'full' ? 1 : 1 / 3;
    const bitrateBps = set === null ? bitrateOf(frame.width, frame.height, this.#rung) : set * share;
    this.#encoder = await openVideoEncoder({ codec: this.#codec, ...size, rateHz: this.#rateHz, bitrateBps });
    return this.#encoder;
  }
}

/** Even sides, which the encoders need; both rungs of one shape. */
export function codedSize({ width, height }: Size, rung: Rung): Size {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height)) * (rung === 'full' ? 1 : 0.5);
  const side = (length: number): number => Math.max(SHORTEST_SIDE, 2 * Math.round((length * scale) / 2));
  return { width: side(width), height: side(height) };
}
