import { assemble, type Kernel } from './assembler.ts';

const PAGE = 65_536;
/** Kernels take four values at a time and may read and write a little past the end of a part. */
const SLACK = 64;

/** Compiles kernels; done once for all players. */
export function compile(kernels: Readonly<Record<string, Kernel>>): WebAssembly.Module {
  return new WebAssembly.Module(assemble(kernels));
}

/** What lies where in the memory of kernels. Addresses are handed out first, then the memory is opened at its final size. */
export class MemoryPlan {
  #end = SLACK;

  /** The address of so many bytes, on a boundary of 16. */
  reserve(bytes: number): number {
    const at = this.#end;
    this.#end += (bytes + SLACK + 15) & ~15;
    return at;
  }

  open(): WebAssembly.Memory {
    const pages = Math.ceil(this.#end / PAGE);
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  }
}

/** The kernels of a module, at work on this memory. */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): WebAssembly.Instance['exports'] {
  return new WebAssembly.Instance(module, { host: { memory } }).exports;
}
