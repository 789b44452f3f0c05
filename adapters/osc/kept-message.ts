import type { JsonValue } from '../../src/contract/json.ts';
import type { ParameterType } from '../../src/contract/parameter.ts';
import { encodeOsc } from '../../src/protocols/osc/encode.ts';
import { MAX_MESSAGE_BYTES } from '../../src/protocols/osc/pack.ts';
import { wireValue } from './wire-value.ts';

const nothing: Buffer = Buffer.alloc(0);

/**
 * The newest message of one address. Whoever is still to hear it holds this object and not its bytes, so that what goes out is
 * always the newest; a number, which nearly all are, is written into the bytes that are there.
 */
export class KeptMessage {
  bytes = nothing;
  readonly #path: string;
  /** What the bytes hold at their end: one float, or null for anything else. */
  #number: 'f' | null = null;
  #told: string | number | boolean | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  isTold(value: JsonValue): boolean {
    return this.#told !== undefined && this.#told === plain(value);
  }

  told(value: JsonValue): void {
    this.#told = plain(value);
  }

  /** False where it is more than a datagram holds; then the bytes stay as they were. */
  write(type: ParameterType, value: JsonValue): boolean {
    if (typeof value === 'number' && type === 'number' && this.#number === 'f') {
      this.bytes.writeFloatBE(value, this.bytes.length - 4);
      return true;
    }
    const args = wireValue(type, value);
    const bytes = encodeOsc({ address: this.#path, args });
    if (bytes.length > MAX_MESSAGE_BYTES) return false;
    this.bytes = bytes;
    this.#number = args.length === 1 && args[0]?.type === 'f' ? 'f' : null;
    return true;
  }
}

function plain(value: JsonValue): string | number | boolean {
  return typeof value === 'object' ? JSON.stringify(value) : value;
}
