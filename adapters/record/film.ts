import { openPngEncoder, type PngEncoder } from '../../src/codec/png-encoder.ts';
import { sameSize, type Frame } from '../../src/contract/frame.ts';
import { Coder } from './coder.ts';
import type { NameFields } from '../../src/contract/recording-name.ts';
import { claim } from './claim.ts';
import type { Part } from './part.ts';
import { PicturePart } from './picture-part.ts';
import type { Settings } from './settings.ts';
import { VideoPart } from './video-part.ts';

/** Where files go and what they are called. */
export interface Shelf {
  readonly folder: string;
  readonly template: string;
  fields(): NameFields;
}

/** Encodes pictures into the file that is open, or begins one. */
export interface Film {
  /** Null: the last picture again. Answers the file it went to; null where it went to none, as where the encoder left it out. */
  write(frame: Frame | null, atUs: number): Promise<Part | null>;
  /** Whether the open file can hold this frame. */
  fits(frame: Frame): boolean;
  /** The next picture begins a file. */
  cut(): void;
  /** Nothing new comes: what there is is brought to disk. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export function filmFor(settings: Settings, shelf: Shelf): Film {
  return settings.format === 'png' ? new PictureFilm(shelf) : new VideoFilm(settings, shelf);
}

class VideoFilm implements Film {
  readonly #coder: Coder;
  readonly #shelf: Shelf;
  #part: VideoPart | null = null;
  #frameSize: { readonly width: number; readonly height: number } | null = null;

  constructor(settings: Settings, shelf: Shelf) {
    this.#coder = new Coder(settings);
    this.#shelf = shelf;
  }

  async write(frame: Frame | null, atUs: number): Promise<Part | null> {
    const key = this.#part === null;
    const picture =
      frame === null ? await this.#coder.repeat(atUs, key) : await this.#coder.encode(frame, atUs, key);
    if (frame !== null) this.#frameSize = { width: frame.width, height: frame.height };
    const { size } = this.#coder;
    if (picture === null || size === null) return this.#part;
    if (this.#part !== null) await this.#part.add(picture);
    else {
      const fields = this.#shelf.fields();
      const path = await claim(this.#shelf.folder, this.#shelf.template, fields, '.mp4');
      this.#part = await VideoPart.begin(path, size, fields.at.getTime(), picture);
    }
    return this.#part;
  }

  fits(frame: Frame): boolean {
    return this.#frameSize === null || sameSize(this.#frameSize, frame);
  }

  cut(): void {
    this.#part = null;
  }

  async settle(): Promise<void> {
    await this.#part?.flush();
  }

  close(): Promise<void> {
    this.#part = null;
    return this.#coder.close();
  }
}

class PictureFilm implements Film {
  readonly #shelf: Shelf;
  #encoder: PngEncoder | null = null;
  #part: PicturePart | null = null;
  #png: Uint8Array | null = null;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  async write(frame: Frame | null, atUs: number): Promise<Part | null> {
    if (frame !== null) {
      const { width, height } = frame;
      if (!sameSize(this.#encoder?.size ?? null, frame)) {
        this.#encoder?.close();
        this.#encoder = await openPngEncoder({ width, height });
      }
      this.#png = (await this.#encoder?.encode(frame.data)) ?? null;
    }
    const size = this.#encoder?.size;
    if (this.#png === null || size === undefined) return null;
    if (this.#part === null) {
      const fields = this.#shelf.fields();
      const path = await claim(this.#shelf.folder, this.#shelf.template, fields, '');
      this.#part = new PicturePart(path, size, fields.at.getTime(), atUs);
    }
    await this.#part.add(this.#png, atUs);
    return this.#part;
  }

  fits(frame: Frame): boolean {
    return this.#part === null || sameSize(this.#part.size, frame);
  }

  cut(): void {
    this.#part = null;
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#encoder?.close();
    this.#encoder = null;
    this.#part = null;
    return Promise.resolve();
  }
}
