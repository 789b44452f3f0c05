import type { AdapterModule, Presentation } from '../contract/adapter.ts';
import { nowUs } from '../contract/clock.ts';
import {
  sameSize,
  slotRef,
  type AspectPolicy,
  type Frame,
  type Size,
  type SlotRef,
  type Token,
} from '../contract/frame.ts';
import { isTurned, type PictureSettings } from '../contract/picture.ts';
import type { Generation, NodeOpening } from '../contract/protocol.ts';
import { importModule, type NodeIo, type RunnerNode } from './node-io.ts';
import { Resampler } from './resample.ts';
import { SinkPacer } from './sink-pacer.ts';
import { contextOf } from './source.ts';

type Handler = (presentation: Presentation) => void | Promise<void>;

/**
 * A sink adapter at work. It presents a frame on arrival, no faster than its rate, and the last one again when none comes: an
 * output ticks whatever dies behind it. The frame on show stays held, so that nobody can write over it.
 */
export class SinkNode implements RunnerNode {
  readonly io: NodeIo;
  readonly #opening: NodeOpening;
  readonly #pacer: SinkPacer;
  #handler: Handler | null = null;
  #want: Size | null = null;
  #picture: PictureSettings;
  #aspect: AspectPolicy;
  #resampler: Resampler | null = null;
  /** The frame as it came, and as it is shown. */
  #shown: { readonly came: Frame; readonly frame: Frame; readonly ref: SlotRef } | null = null;
  #presenting = false;
  #arrived: Token | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lastTickUs: number | null = null;
  #live = false;
  #run: Promise<void> = Promise.resolve();

  constructor(io: NodeIo, opening: NodeOpening) {
    this.io = io;
    this.#opening = opening;
    this.#pacer = new SinkPacer(1e6 / opening.rateHz);
    this.#picture = opening.picture;
    this.#aspect = opening.aspect;
    this.#prepare();
  }

  start(): Promise<void> {
    this.#run = this.#work();
    return this.#run;
  }

  async #work(): Promise<void> {
    const signal = this.io.abort.signal;
    try {
      const { sink } = await importModule<AdapterModule>(this.#opening.module);
      if (sink === undefined) throw new TypeError('This adapter is no sink');
      this.io.state('ready');
      await sink.run({
        ...contextOf(this.io, this.#opening),
        rateHz: this.#opening.rateHz,
        present: async (handler) => this.#present(handler),
        want: (size) => this.#setWant(size),
      });
    } catch (error) {
      if (!signal.aborted) this.io.fail(error, 'E_SINK_LOST');
      return;
    }
    if (!signal.aborted) this.io.state('off');
  }

  map(spec: Generation): void {
    this.io.views.map(spec);
  }

  frame(_port: string, tokens: readonly Token[]): void {
    const token = tokens.at(-1);
    if (token === undefined) return;
    const at = nowUs();
    this.io.counters.framesIn += 1;
    this.io.counters.hop.record((at - token.publishedUs) / 1000);
    this.io.counters.age.record((at - token.captureUs) / 1000);
    this.#arrived = token;
    if (!this.#presenting) this.#showNew();
  }

  /** The last frame is shown so, too, with its next repeat. */
  picture(picture: PictureSettings, aspect: AspectPolicy): void {
    this.#picture = picture;
    this.#aspect = aspect;
    this.#prepare();
    const shown = this.#shown;
    if (shown !== null && !this.#presenting) this.#shown = { ...shown, frame: this.#sized(shown.came) };
  }

  /** Once the adapter is through with what it has to finish: a recording's file, a goodbye to a peer. */
  close(): Promise<void> {
    this.io.abort.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    return this.#run;
  }

  #present(handler: Handler): Promise<void> {
    this.#handler = handler;
    this.#take([]);
    return new Promise((resolve) =>
      this.io.abort.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
  }

  #setWant(size: Size | null): void {
    this.#want = size;
    this.#prepare();
  }

  #prepare(): void {
    const needed = this.#want !== null || isTurned(this.#picture);
    this.#resampler = needed ? new Resampler(this.#want, this.#aspect, this.#picture) : null;
  }

  #showNew(): void {
    const token = this.#arrived;
    if (token === null) return;
    this.#arrived = null;
    const before = this.#shown;
    const came = this.io.views.frame(token);
    this.#shown = { came, frame: this.#sized(came), ref: slotRef(token) };
    this.#pacer.arrived(nowUs());
    this.#tick(false, before === null ? [] : [before.ref]);
  }

  /** Shows the frame; afterwards gives back `release` and asks for the next when the rate allows. */
  #tick(repeat: boolean, release: readonly SlotRef[]): void {
    const shown = this.#shown;
    const handler = this.#handler;
    if (shown === null || handler === null || this.io.abort.signal.aborted) return;
    this.#count(repeat);
    this.#presenting = true;
    const startedUs = nowUs();
    const finish = (): void => {
      this.io.counters.call.record((nowUs() - startedUs) / 1000);
      this.#presenting = false;
      this.#after(repeat, release);
    };
    const fail = (error: unknown): void => this.io.fail(error, 'E_SINK_LOST');
    try {
      const pending = handler({ frame: shown.frame, repeat });
      if (pending === undefined) finish();
      else pending.then(finish).catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #after(repeat: boolean, release: readonly SlotRef[]): void {
    if (this.io.abort.signal.aborted) return;
    if (this.#arrived !== null) {
      // It came while a repeat was on show.
      this.#showNew();
      return;
    }
    if (repeat) return this.#arm(0, []);
    const waitUs = this.#pacer.takeInUs(nowUs());
    if (waitUs < 500) {
      this.#take(release);
      this.#arm(0, []);
    } else {
      this.#arm(waitUs, release);
    }
  }

  /** One timer: first for the rate cap, where the source is faster, then for the silence that calls for a repeat. */
  #arm(takeInUs: number, release: readonly SlotRef[]): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (takeInUs > 0) {
      this.#timer = setTimeout(() => {
        this.#take(release);
        this.#arm(0, []);
      }, takeInUs / 1000);
      return;
    }
    const dueUs = this.#pacer.repeatDueUs();
    this.#timer = setTimeout(() => this.#repeat(), Math.max(1, (dueUs - nowUs()) / 1000));
  }

  #repeat(): void {
    if (this.#presenting) return;
    this.#pacer.repeated(nowUs());
    this.#tick(true, []);
  }

  #take(release: readonly SlotRef[]): void {
    this.io.send({
      t: 'take',
      node: this.io.node,
      epoch: this.io.epoch,
      port: 'video',
      count: 1,
      release,
      want: this.#want,
    });
  }

  #count(repeat: boolean): void {
    const at = nowUs();
    const { counters } = this.io;
    if (this.#lastTickUs !== null) counters.tickGap.record((at - this.#lastTickUs) / 1000);
    this.#lastTickUs = at;
    counters.ticks += 1;
    if (repeat) counters.repeats += 1;
    else counters.framesOut += 1;
    if (this.#live) return;
    this.#live = true;
    this.io.state('live');
  }

  #sized(frame: Frame): Frame {
    const fits = sameSize(frame, this.#want) && !isTurned(this.#picture);
    return this.#resampler === null || fits ? frame : this.#resampler.run(frame);
  }
}
