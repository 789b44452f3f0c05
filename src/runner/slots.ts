import { failure } from '../contract/error.ts';
import { GUARD_BYTES, frameBytes, slotStride, type Frame, type Token } from '../contract/frame.ts';
import type { Generation } from '../contract/protocol.ts';
import { mapSegment } from './mapping.ts';

const GUARD_VALUE = 0xa5;

interface Slot {
  readonly data: Uint8Array;
  readonly guard: Uint8Array;
}

/** One generation of a link as this process sees it: a view for each slot, made once. */
export class GenerationView {
  readonly spec: Generation;
  readonly #slots: Slot[] = [];

  constructor(spec: Generation) {
    this.spec = spec;
    const buffer = mapSegment(spec.memory);
    const bytes = frameBytes(spec);
    const stride = slotStride(spec);
    for (let i = 0; i < spec.slots; i++) {
      this.#slots.push({
        data: new Uint8Array(buffer, i * stride, bytes),
        guard: new Uint8Array(buffer, i * stride + bytes, GUARD_BYTES),
      });
    }
  }

  data(slot: number): Uint8Array {
    const found = this.#slots[slot];
    if (found === undefined)
      throw new RangeError(`Slot ${slot} of ${this.spec.link} is beyond its ${this.spec.slots}`);
    return found.data;
  }

  arm(): void {
    for (const { guard } of this.#slots) guard.fill(GUARD_VALUE);
  }

  /** Whether nobody wrote past the end of this slot since `arm`. */
  intact(slot: number): boolean {
    const guard = this.#slots[slot]?.guard;
    return guard !== undefined && guard.every((value) => value === GUARD_VALUE);
  }
}

/** Generations by link. Of each link only the last three are kept: older tokens cannot come any more. */
export class SlotViews {
  readonly #views = new Map<string, GenerationView[]>();

  map(spec: Generation): GenerationView {
    const known = this.find(spec.link, spec.generation);
    if (known !== undefined) return known;
    const view = new GenerationView(spec);
    const views = this.#views.get(spec.link) ?? [];
    views.push(view);
    this.#views.set(spec.link, views.slice(-3));
    return view;
  }

  find(link: string, generation: number): GenerationView | undefined {
    return this.#views.get(link)?.find((view) => view.spec.generation === generation);
  }

  frame(token: Token): Frame {
    const view = this.find(token.link, token.generation);
    if (view === undefined)
      throw failure('E_MEMORY_MAP', `Generation ${token.generation} of ${token.link} was never mapped here`);
    return {
      data: view.data(token.slot),
      width: view.spec.width,
      height: view.spec.height,
      format: 'rgba8',
      sequence: token.sequence,
      ptsUs: token.ptsUs,
      captureUs: token.captureUs,
    };
  }
}
