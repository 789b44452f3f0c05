/**
 * Writes WebAssembly by hand, so that a pipeline can ship loops over pixels that work on four at a time and need no compiler
 * (WebAssembly Core Specification 2.0: chapter 5, binary format, and the vector instructions). Node checks the result when it
 * compiles it. Expressions are values of this language; `keep` computes one once and names it.
 */
type Code = readonly number[];

const INT32 = 0x7f;
const VECTOR = 0x7b;

/** A 32-bit whole number: a count or an address in bytes. */
export class Whole {
  readonly code: Code;

  constructor(code: Code) {
    this.code = code;
  }

  plus(other: Whole | number): Whole {
    return new Whole([...this.code, ...whole(other).code, 0x6a]);
  }

  times(other: Whole | number): Whole {
    return new Whole([...this.code, ...whole(other).code, 0x6c]);
  }
}

/** Four 32-bit lanes: floats, or whole numbers where the name of the method says so. */
export class Lanes {
  readonly code: Code;

  constructor(code: Code) {
    this.code = code;
  }

  plus(other: Lanes | number): Lanes {
    return this.#with(0xe4, lanes(other));
  }

  minus(other: Lanes | number): Lanes {
    return this.#with(0xe5, lanes(other));
  }

  times(other: Lanes | number): Lanes {
    return this.#with(0xe6, lanes(other));
  }

  /** The smaller of the two, as C's `b < a ? b : a`, which is one machine instruction where `f32x4.min` is many. */
  atMost(other: Lanes | number): Lanes {
    return this.#with(0xea, lanes(other));
  }

  atLeast(other: Lanes | number): Lanes {
    return this.#with(0xeb, lanes(other));
  }

  floor(): Lanes {
    return this.#with(0x68);
  }

  /** The line from this to `other`, at `share` 0..1. Both ends should be kept: this one is computed twice. */
  towards(other: Lanes, share: Lanes): Lanes {
    return this.plus(other.minus(this).times(share));
  }

  plusWhole(other: Lanes): Lanes {
    return this.#with(0xae, other);
  }

  shiftLeft(bits: number): Lanes {
    return this.#with(0xab, whole(bits));
  }

  shiftRight(bits: number): Lanes {
    return this.#with(0xad, whole(bits));
  }

  and(mask: number): Lanes {
    return this.#with(0x4e, wholeLanes(mask));
  }

  or(other: Lanes): Lanes {
    return this.#with(0x50, other);
  }

  /** Whole numbers as floats. */
  asFloat(): Lanes {
    return this.#with(0xfa);
  }

  /** Floats as whole numbers, cut off behind the point. */
  asWhole(): Lanes {
    return this.#with(0xf8);
  }

  /** Four bytes that lie in the first lane, one to a lane. */
  widen(): Lanes {
    return this.#with(0x89).#with(0xa9);
  }

  lane(index: number): Whole {
    return new Whole([...this.code, 0xfd, ...unsigned(0x1b), index]);
  }

  /** Lanes picked from these (0..3) and from `other` (4..7). */
  pick(other: Lanes, ...from: readonly [number, number, number, number]): Lanes {
    const bytes = from.flatMap((lane) => [lane * 4, lane * 4 + 1, lane * 4 + 2, lane * 4 + 3]);
    return new Lanes([...this.code, ...other.code, 0xfd, 0x0d, ...bytes]);
  }

  /** One lane in all four. */
  spread(index: number): Lanes {
    return this.pick(this, index, index, index, index);
  }

  #with(instruction: number, operand?: Whole | Lanes): Lanes {
    return new Lanes([...this.code, ...(operand?.code ?? []), 0xfd, ...unsigned(instruction)]);
  }
}

/** Four neighbours in memory. */
export const load = (address: Whole, offset = 0): Lanes => read(0x00, address, offset);
/** One float in all lanes. */
export const loadSpread = (address: Whole, offset = 0): Lanes => read(0x09, address, offset);
/** Four bytes in the first lane. */
export const loadBytes = (address: Whole, offset = 0): Lanes => read(0x5c, address, offset);

export function loadWhole(address: Whole, offset = 0): Whole {
  return new Whole([...address.code, 0x28, 0, ...unsigned(offset)]);
}

function read(instruction: number, address: Whole, offset: number): Lanes {
  return new Lanes([...address.code, 0xfd, ...unsigned(instruction), 0, ...unsigned(offset)]);
}

export function whole(value: Whole | number): Whole {
  return typeof value === 'number' ? new Whole([0x41, ...signed(value)]) : value;
}

export function lanes(value: Lanes | number): Lanes {
  if (typeof value !== 'number') return value;
  return fourTimes(new Uint8Array(Float32Array.of(value).buffer));
}

/** A whole number in all lanes. */
export function wholeLanes(value: number): Lanes {
  return fourTimes(new Uint8Array(Int32Array.of(value).buffer));
}

function fourTimes(bytes: Uint8Array): Lanes {
  return new Lanes([0xfd, 0x0c, ...bytes, ...bytes, ...bytes, ...bytes]);
}

/** One function: takes whole numbers, works on memory, returns nothing. */
export class Kernel<Name extends string = string> {
  readonly parameters: readonly Name[];
  readonly #locals: number[] = [];
  readonly #body: number[] = [];

  constructor(...parameters: readonly Name[]) {
    this.parameters = parameters;
  }

  argument(name: Name): Whole {
    return new Whole([0x20, ...unsigned(this.parameters.indexOf(name))]);
  }

  /** Computes a value now and gives it back by name. */
  keep(value: Lanes): Lanes {
    const get = this.#local(VECTOR, value.code);
    return new Lanes(get);
  }

  keepWhole(value: Whole): Whole {
    return new Whole(this.#local(INT32, value.code));
  }

  store(address: Whole, value: Lanes, offset = 0): void {
    this.#body.push(...address.code, ...value.code, 0xfd, 0x0b, 0, ...unsigned(offset));
  }

  /** Runs `body` for 0, `step`, 2 * `step`, … below `end`; at least once. */
  each(end: Whole, step: number, body: (at: Whole) => void): void {
    const counter = unsigned(this.#declare(INT32));
    const at = new Whole([0x20, ...counter]);
    this.#body.push(...whole(0).code, 0x21, ...counter, 0x03, 0x40);
    body(at);
    this.#body.push(...at.plus(step).code, 0x22, ...counter, ...end.code, 0x48, 0x0d, 0, 0x0b);
  }

  /** The function's entry in the code section. */
  finish(): Code {
    const locals = this.#locals.flatMap((type) => [1, type]);
    return sized([...unsigned(this.#locals.length), ...locals, ...this.#body, 0x0b]);
  }

  #local(type: number, code: Code): Code {
    const index = unsigned(this.#declare(type));
    this.#body.push(...code, 0x21, ...index);
    return [0x20, ...index];
  }

  #declare(type: number): number {
    this.#locals.push(type);
    return this.parameters.length + this.#locals.length - 1;
  }
}

/** The bytes of a module that exports the kernels by name and works on the memory `host.memory`. */
export function assemble(kernels: Readonly<Record<string, Kernel>>): Uint8Array {
  const list = Object.entries(kernels);
  const types = list.map(([, { parameters }]) => [
    0x60,
    ...unsigned(parameters.length),
    ...parameters.map(() => INT32),
    0,
  ]);
  const memory = [...text('host'), ...text('memory'), 0x02, 0x00, 0];
  return Uint8Array.from([
    0x00,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, types),
    ...section(2, [memory]),
    ...section(3, list.map((_, index) => unsigned(index))), // prettier-ignore
    ...section(7, list.map(([name], index) => [...text(name), 0x00, ...unsigned(index)])), // prettier-ignore
    ...section(10, list.map(([, kernel]) => kernel.finish())), // prettier-ignore
  ]);
}

function section(id: number, entries: readonly Code[]): Code {
  return [id, ...sized([...unsigned(entries.length), ...entries.flat()])];
}

function text(value: string): Code {
  return sized([...new TextEncoder().encode(value)]);
}

function sized(bytes: Code): Code {
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const rest = value >> 7;
  const done = (rest === 0 && (value & 0x40) === 0) || (rest === -1 && (value & 0x40) !== 0);
  return done ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(rest)];
}
