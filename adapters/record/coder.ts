import { availableParallelism } from 'node:os';
import type { KeepSettings } from '../../src/codec/encoder-settings.ts';
import { openVideoEncoder, type EncodedPicture, type VideoEncoder } from '../../src/codec/video-encoder.ts';
import { sameSize, type Frame, type Size } from '../../src/contract/frame.ts';
import type { Settings } from './settings.ts';

/** A player can begin at each: how far a search lands from where it was meant, and what `save` cuts to. */
const KEY_EVERY_US = 1_000_000;
/** What rate control reckons with where nothing else is known; the real times come with each picture. */
const LIKELY_RATE_HZ = 30;

/** The encoder of a recording: one for each size that comes. */
export class Coder {
  readonly #settings: Settings;
  #encoder: VideoEncoder | null = null;
  #source: Size | null = null;
  #keyUs = -Infinity;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Of the coded pictures. */
  get size(): Size | null {
    return this.#encoder?.size ?? null;
  }

  async encode(frame: Frame, atUs: number, key: boolean): Promise<EncodedPicture | null> {
    if (this.#encoder === null || !sameSize(this.#source, frame)) await this.#open(frame);
    const wanted = this.#keyed(atUs, key);
    const { width, height } = frame;
    const picture = await this.#encoder?.encode(frame.data, {
      key: wanted,
      timestampUs: atUs,
      size: { width, height },
    });
    return picture ?? null;
  }

  /** The last picture again; null before the first. */
  async repeat(atUs: number, key: boolean): Promise<EncodedPicture | null> {
    const picture = await this.#encoder?.repeat({ key: this.#keyed(atUs, key), timestampUs: atUs });
    return picture ?? null;
  }

  async close(): Promise<void> {
    await this.#encoder?.close();
    this.#encoder = null;
  }

  #keyed(atUs: number, key: boolean): boolean {
    const wanted = key || atUs - this.#keyUs >= KEY_EVERY_US;
    if (wanted) this.#keyUs = atUs;
    return wanted;
  }

  async #open(frame: Frame): Promise<void> {
    await this.close();
    const { width, height } = frame;
    this.#source = { width, height };
    this.#keyUs = -Infinity;
    this.#encoder = await openVideoEncoder({
      codec: 'h264',
      width,
      height,
      rateHz: this.#settings.rateHz || LIKELY_RATE_HZ,
      bitrateBps: this.#settings.bitrateBps,
      keep: keepSettings(this.#settings),
    });
  }
}

/** Quality 50 is x264's 26, 75 its 20, 100 its 14: beyond that, files grow and nobody sees why. */
export function keepSettings({ quality, bitrateBps, effort }: Settings): KeepSettings {
  const presets = { fast: 'ultrafast', balanced: 'veryfast', small: 'faster' } as const;
  return {
    crf: bitrateBps > 0 ? null : 38 - 0.24 * quality,
    preset: presets[effort],
    threads: Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2))),
  };
}
