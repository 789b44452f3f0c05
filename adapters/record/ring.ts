import type { EncodedPicture } from '../../src/codec/video-encoder.ts';

/** A key picture and what follows up to the next one: what can be thrown away without harm to the rest. */
interface Group {
  readonly pictures: EncodedPicture[];
  bytes: number;
}

/**
 * The last encoded pictures, by time and by memory, whichever is less. Always begins with a key picture; keeps at least the time
 * that was asked for where memory allows, and up to one group more.
 */
export class Ring {
  readonly #keepUs: number;
  readonly #maxBytes: number;
  #groups: Group[] = [];
  #evicted = 0;

  constructor(keepUs: number, maxBytes: number) {
    this.#keepUs = keepUs;
    this.#maxBytes = maxBytes;
  }

  /** In order. False where it was not taken, because it needs a key picture that is not there any more: the next must be one. */
  push(picture: EncodedPicture): boolean {
    if (picture.key) this.#groups.push({ pictures: [], bytes: 0 });
    const group = this.#groups.at(-1);
    if (group === undefined) {
      this.#evicted += 1;
      return false;
    }
    group.pictures.push(picture);
    group.bytes += picture.data.length;
    this.#makeRoom(picture.timestampUs);
    return this.#groups.length > 0;
  }

  clear(): void {
    this.#groups = [];
  }

  /** From the key picture on that is nearest before the last `keepUs`; a list of its own. */
  last(): readonly EncodedPicture[] {
    return this.#groups.flatMap(({ pictures }) => pictures);
  }

  get frames(): number {
    return this.#groups.reduce((sum, { pictures }) => sum + pictures.length, 0);
  }

  get bytes(): number {
    return this.#groups.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get seconds(): number {
    const first = this.#groups[0]?.pictures[0];
    const last = this.#groups.at(-1)?.pictures.at(-1);
    return first === undefined || last === undefined ? 0 : (last.timestampUs - first.timestampUs) / 1e6;
  }

  /** Pictures that left because of the memory. */
  get evicted(): number {
    return this.#evicted;
  }

  #makeRoom(nowUs: number): void {
    for (;;) {
      const second = this.#groups[1]?.pictures[0];
      if (second === undefined || second.timestampUs > nowUs - this.#keepUs) break;
      this.#groups.shift();
    }
    while (this.bytes > this.#maxBytes) {
      this.#evicted += this.#groups.shift()?.pictures.length ?? 0;
    }
  }
}
