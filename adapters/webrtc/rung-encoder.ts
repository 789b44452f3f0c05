import { openVideoEncoder, type VideoEncoder } from '../../src/codec/video-encoder.ts';
import { sameSize, type Frame, type Size } from '../../src/contract/frame.ts';
import { packedBytes, packedSize, packMatte, type Matte } from '../../src/contract/packed-matte.ts';
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

/** What one encode of a view is made for. */
export interface Form {
  readonly codec: VideoCodec;
  readonly rung: Rung;
  readonly matte: Matte;
}

/** The encode of one codec at one rung, opened anew when the picture's size changes. */
export class RungEncoder {
  readonly #form: Form;
  readonly #rateHz: number;
  readonly #bitrateBps: number | null;
  readonly #keys = new KeyLimiter();
  #encoder: VideoEncoder | null = null;
  #of: Size | null = null;
  #packed = new Uint8Array(0);
  encodedUs = -Infinity;

  constructor(form: Form, rateHz: number, bitrateBps: number | null) {
    this.#form = form;
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
    const { pixels, size } = this.#pictureOf(frame);
    const encoder = await this.#encoderFor(size);
    this.encodedUs = atUs;
    const request = { key: this.#keys.take(atUs), timestampUs: atUs, size };
    try {
      const picture = await encoder.encode(pixels, request);
      if (picture === null) return null;
      return {
        payloads: payloadFormats[this.#form.codec].packetize(picture.data, MAX_PAYLOAD),
        key: picture.key,
      };
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
    const { codec, rung, matte } = this.#form;
    const packed = matte === 'packed' ? ' with its matte' : '';
    return `${codec} ${rung}${packed}${size === undefined ? '' : ` ${size.width}x${size.height}`}`;
  }

  #pictureOf(frame: Frame): { readonly pixels: Uint8Array; readonly size: Size } {
    if (this.#form.matte === 'none') return { pixels: frame.data, size: frame };
    const bytes = packedBytes(frame);
    if (this.#packed.length !== bytes) this.#packed = new Uint8Array(bytes);
    packMatte(frame.data, frame, this.#packed);
    return { pixels: this.#packed, size: packedSize(frame) };
  }

  async #encoderFor(frame: Size): Promise<VideoEncoder> {
    if (this.#encoder !== null && sameSize(this.#of, frame)) return this.#encoder;
    await this.close();
    this.#of = { width: frame.width, height: frame.height };
    const { codec, rung, matte } = this.#form;
    const size = codedSize(frame, rung, matte);
    const set = this.#bitrateBps;
    const share = rung === 'full' ? 1 : 1 / 3;
    const bitrateBps = set === null ? bitrateOf(frame.width, frame.height, rung) : set * share;
    this.#encoder = await openVideoEncoder({ codec, ...size, rateHz: this.#rateHz, bitrateBps });
    return this.#encoder;
  }
}

/** Even sides, which the encoders need, and even halves where a matte lies below; both rungs of one shape. */
export function codedSize({ width, height }: Size, rung: Rung, matte: Matte = 'none'): Size {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height)) * (rung === 'full' ? 1 : 0.5);
  const side = (length: number, step: number): number =>
    Math.max(SHORTEST_SIDE, step * Math.round((length * scale) / step));
  return { width: side(width, 2), height: side(height, matte === 'packed' ? 4 : 2) };
}
