import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { failure } from '../../src/contract/error.ts';
import { mapFile, type Mapping } from './mapping.ts';

const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const O_NONBLOCK = constants.O_NONBLOCK ?? 0;
const BLOCK = 512;

/**
 * The open file of a ring. What is small goes by reads and writes at a place, which a file that was cut off answers politely; what
 * is large goes through a mapping, where a copy takes two thirds of the time. See docs/decisions/shared-memory-for-hosts.md.
 */
export class RingFile {
  readonly path: string;
  readonly fd: number;
  #mapping: Mapping | null = null;

  constructor(path: string, fd: number) {
    this.path = path;
    this.fd = fd;
  }

  /** Throws what the system says, or `E_SHM_LAYOUT` where the path leads to anything but an ordinary file. A link is not followed. */
  static open(path: string, use: 'read' | 'write'): RingFile {
    const flags = (use === 'write' ? constants.O_RDWR : constants.O_RDONLY) | O_NOFOLLOW | O_NONBLOCK;
    const file = new RingFile(path, openSync(path, flags));
    if (fstatSync(file.fd).isFile()) return file;
    file.close();
    throw failure('E_SHM_LAYOUT', `${path}: it is no ordinary file`, { path });
  }

  get bytes(): number {
    return fstatSync(this.fd).size;
  }

  /** Which file this is, whatever its path leads to now. */
  get inode(): bigint {
    return fstatSync(this.fd, { bigint: true }).ino;
  }

  /** A file with holes is not mapped: to fill one takes memory, and where there is none the process ends. */
  map(use: 'read' | 'write'): void {
    const { size, blocks } = fstatSync(this.fd);
    if (blocks * BLOCK >= size) this.#mapping = mapFile(this.fd, size, use);
  }

  /** Fills `into` with what lies at `from`. Throws `E_SHM_LAYOUT` where the file ends before. */
  read(into: Uint8Array, from: number): void {
    let done = 0;
    while (done < into.length) {
      const got = readSync(this.fd, into, done, into.length - done, from + done);
      if (got === 0) throw this.#cutOff(from + done);
      done += got;
    }
  }

  write(bytes: Uint8Array, to: number): void {
    let done = 0;
    while (done < bytes.length) done += writeSync(this.fd, bytes, done, bytes.length - done, to + done);
  }

  /** `read` for pixels. A file that was cut off is found out before its pages are touched. */
  readPixels(into: Uint8Array, from: number): void {
    if (this.#mapping === null) return this.read(into, from);
    const { bytes } = this;
    if (bytes < this.#mapping.bytes.length) throw this.#cutOff(bytes);
    into.set(this.#mapping.bytes.subarray(from, from + into.length));
  }

  writePixels(pixels: Uint8Array, to: number): void {
    if (this.#mapping === null) return this.write(pixels, to);
    const { bytes } = this;
    if (bytes < this.#mapping.bytes.length) throw this.#cutOff(bytes);
    this.#mapping.bytes.set(pixels, to);
  }

  close(): void {
    this.#mapping?.unmap();
    this.#mapping = null;
    closeSync(this.fd);
  }

  #cutOff(at: number): Error {
    return failure('E_SHM_LAYOUT', `${this.path}: it was cut off at ${at} bytes`, { path: this.path });
  }
}
