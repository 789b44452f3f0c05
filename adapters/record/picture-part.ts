import { appendFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Size } from '../../src/contract/frame.ts';
import { writeFailure } from './claim.ts';
import type { Part } from './part.ts';

/** Beside the pictures: when each is seen, as FFmpeg's concat reader takes it (`ffmpeg -i frames.ffconcat`). */
const LIST = 'frames.ffconcat';

/** Pictures as files of one folder, numbered from 000001. Each is there whole or not at all. */
export class PicturePart implements Part {
  readonly kind = 'pictures';
  readonly path: string;
  readonly size: Size;
  readonly startedAt: number;
  readonly startUs: number;
  #frames = 0;
  #bytes = 0;
  #lastUs: number;
  #endUs: number;

  /** Into a folder that is claimed already. */
  constructor(path: string, size: Size, startedAt: number, startUs: number) {
    this.path = path;
    this.size = size;
    this.startedAt = startedAt;
    this.startUs = this.#lastUs = this.#endUs = startUs;
  }

  get seconds(): number {
    return (this.#endUs - this.startUs) / 1e6;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get frames(): number {
    return this.#frames;
  }

  async add(png: Uint8Array, atUs: number): Promise<void> {
    const name = `${String(this.#frames + 1).padStart(6, '0')}.png`;
    const path = join(this.path, name);
    try {
      await writeFile(`${path}.part`, png);
      await rename(`${path}.part`, path);
      const head = this.#frames === 0 ? 'ffconcat version 1.0\n' : this.#durationLine(atUs);
      await appendFile(join(this.path, LIST), `${head}file '${name}'\n`);
    } catch (error) {
      throw writeFailure(this.path, error);
    }
    this.#frames += 1;
    this.#bytes += png.length;
    this.#lastUs = this.#endUs = atUs;
  }

  async finish(endUs: number): Promise<Error | null> {
    this.#endUs = endUs;
    try {
      if (this.#frames > 0) await appendFile(join(this.path, LIST), this.#durationLine(endUs));
      return null;
    } catch (error) {
      return writeFailure(this.path, error);
    }
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }

  #durationLine(untilUs: number): string {
    return `duration ${((untilUs - this.#lastUs) / 1e6).toFixed(6)}\n`;
  }
}
