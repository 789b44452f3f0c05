import type { CodecContext } from 'node-av/lib';
import { loadAv, type Av } from '../../src/codec/av.ts';
import { allocI420, openEncoder, type EncoderSettings } from '../../src/codec/encoder-settings.ts';
import { allocRgba } from '../../src/codec/picture-scaler.ts';

/** FFmpeg with the adapter's settings and nothing around it: one copy, one conversion, one picture out. */
export class BareEncoder {
  readonly #av: Av;
  readonly #context: CodecContext;
  readonly #rgba;
  readonly #i420;
  readonly #scaler;
  readonly #packet;

  private constructor(av: Av, context: CodecContext, settings: EncoderSettings) {
    this.#av = av;
    this.#context = context;
    this.#rgba = new av.Frame();
    this.#rgba.alloc();
    allocRgba(av, this.#rgba, settings);
    this.#i420 = new av.Frame();
    this.#i420.alloc();
    allocI420(av, this.#i420, settings);
    this.#scaler = new av.SoftwareScaleContext();
    this.#scaler.allocContext();
    this.#packet = new av.Packet();
    this.#packet.alloc();
  }

  static async open(settings: EncoderSettings): Promise<BareEncoder> {
    const av = await loadAv();
    return new BareEncoder(av, await openEncoder(av, settings), settings);
  }

  /** `pixels`: rgba8 of the size it was opened for. Not again before the promise is settled. */
  async encode(pixels: Buffer, atUs: number, key: boolean): Promise<Uint8Array> {
    const { AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE } = this.#av.constants;
    pixels.copy(this.#rgba.data?.[0] ?? Buffer.alloc(0));
    this.#i420.makeWritable();
    await this.#scaler.scaleFrame(this.#i420, this.#rgba);
    this.#i420.pts = BigInt(Math.round(atUs));
    this.#i420.pictType = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    await this.#context.sendFrame(this.#i420);
    const result = await this.#context.receivePacket(this.#packet);
    if (result < 0) return new Uint8Array();
    const picture = Uint8Array.from(this.#packet.data ?? []);
    this.#packet.unref();
    return picture;
  }

  close(): void {
    this.#context.freeContext();
    this.#scaler.freeContext();
    for (const memory of [this.#rgba, this.#i420, this.#packet]) memory.free();
  }
}
