import { encodeOsc } from './encode.ts';

/**
 * Writes messages with one number, which are nearly all that feedback sends. The bytes of an address are made once; a message is a
 * copy of them with four bytes more.
 */
export class NumberWriter {
  readonly #heads = new Map<string, Buffer>();

  write(address: string, type: 'i' | 'f', value: number): Buffer {
    const key = type + address;
    let head = this.#heads.get(key);
    if (head === undefined) {
      head = encodeOsc({ address, args: [{ type, value: 0 }] });
      this.#heads.set(key, head);
    }
    const bytes = Buffer.from(head);
    if (type === 'f') bytes.writeFloatBE(value, bytes.length - 4);
    else bytes.writeInt32BE(value, bytes.length - 4);
    return bytes;
  }

  /** Forgets all addresses, as when the graph is another. */
  clear(): void {
    this.#heads.clear();
  }
}
