import { nowUs } from '../contract/clock.ts';
import { failure } from '../contract/error.ts';
import { isFrameSize, sameSize, type Size, type SlotRef } from '../contract/frame.ts';
import type { Generation } from '../contract/protocol.ts';
import type { Send } from './channel.ts';
import type { GenerationView, SlotViews } from './slots.ts';

/** A granted slot on its way to becoming a frame. */
export interface OutputSlot extends Size {
  readonly ref: SlotRef;
  readonly data: Uint8Array;
}

interface Waiter {
  readonly size: Size;
  readonly resolve: (slot: OutputSlot) => void;
  readonly reject: (error: unknown) => void;
}

/** The producing end of a link in its runner: slots are granted unasked, a new size asks for a new generation. */
export class Output {
  readonly #node: string;
  readonly #epoch: number;
  readonly #send: Send;
  readonly #views: SlotViews;
  readonly #granted: OutputSlot[] = [];
  readonly #waiters: Waiter[] = [];
  #view: GenerationView | null = null;
  #asked: Size | null = null;
  #burst = 1;

  constructor(node: string, epoch: number, send: Send, views: SlotViews) {
    this.#node = node;
    this.#epoch = epoch;
    this.#send = send;
    this.#views = views;
  }

  /** The slot to write next. Rejects with `E_PIPELINE_SIZE`, or when `close` is called. */
  slot(size: Size, burst = 1): Promise<OutputSlot> {
    if (!isFrameSize(size)) {
      return Promise.reject(
        failure('E_PIPELINE_SIZE', `An output of ${size.width} x ${size.height} pixels is not possible`, {
          node: this.#node,
        }),
      );
    }
    if (!sameSize(this.#asked, size) || burst > this.#burst) this.#ask(size, burst);
    const ready = this.#granted.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    return new Promise((resolve, reject) => this.#waiters.push({ size, resolve, reject }));
  }

  /** Hands a slot on; throws `E_PIPELINE_OVERRUN` where its guard was written over. */
  publish(slot: OutputSlot, ptsUs: number, captureUs: number): void {
    const view = this.#views.find(slot.ref.link, slot.ref.generation);
    if (view !== undefined && !view.intact(slot.ref.slot)) {
      view.arm();
      throw failure(
        'E_PIPELINE_OVERRUN',
        `Bytes past the end of a ${slot.width} x ${slot.height} frame were written over`,
        { node: this.#node },
      );
    }
    // A slot of an earlier size was given back with the resize.
    if (slot.ref.generation !== this.#view?.spec.generation) return;
    this.#send({
      t: 'publish',
      node: this.#node,
      epoch: this.#epoch,
      ptsUs,
      captureUs,
      publishedUs: nowUs(),
      ...slot.ref,
    });
  }

  /** Puts an unused slot back for the next call. */
  putBack(slot: OutputSlot): void {
    if (slot.ref.generation === this.#view?.spec.generation) this.#hand(slot);
  }

  map(spec: Generation): void {
    this.#view = this.#views.map(spec);
    this.#view.arm();
    this.#asked = { width: spec.width, height: spec.height };
    this.#granted.length = 0;
  }

  grant(ref: SlotRef): void {
    const view = this.#view;
    if (view === null || ref.generation !== view.spec.generation) return;
    this.#hand({
      ref: { link: ref.link, generation: ref.generation, slot: ref.slot },
      data: view.data(ref.slot),
      width: view.spec.width,
      height: view.spec.height,
    });
  }

  /** The daemon could not make the generation asked for: whoever waits is told, and the present size stays. */
  refuse(error: unknown): void {
    this.#asked =
      this.#view === null ? null : { width: this.#view.spec.width, height: this.#view.spec.height };
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  close(reason: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(reason);
  }

  #ask(size: Size, burst: number): void {
    this.#asked = { width: size.width, height: size.height };
    this.#burst = Math.max(burst, this.#burst);
    this.#granted.length = 0;
    this.#send({ t: 'resize', node: this.#node, epoch: this.#epoch, burst: this.#burst, ...this.#asked });
  }

  #hand(slot: OutputSlot): void {
    const index = this.#waiters.findIndex((waiter) => sameSize(waiter.size, slot));
    const waiter = index === -1 ? undefined : this.#waiters.splice(index, 1)[0];
    if (waiter === undefined) this.#granted.push(slot);
    else waiter.resolve(slot);
  }
}
