import { nowUs } from '../../src/contract/clock.ts';
import type { Presentation } from '../../src/contract/adapter.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { mattes } from '../../src/contract/packed-matte.ts';
import type { VideoCodec } from '../../src/protocols/rtp/payload.ts';
import type { Outlet } from './outlet.ts';
import { RungEncoder, type Form } from './rung-encoder.ts';
import type { Rung } from './rung.ts';

const codecs: readonly VideoCodec[] = ['vp8', 'h264'];
const rungs: readonly Rung[] = ['full', 'low'];
/** A picture that stands still is sent this often: often enough to grow sharp, and to show that the line is alive. */
const REPEAT_US = 200_000;

/** What a sink node brings to its view. */
export interface ProjectorSink {
  readonly rateHz: number;
  /** Of the full rung, bits a second; null takes what suits the size. */
  readonly bitrateBps: number | null;
  log(line: string): void;
  describe(info: JsonObject): void;
}

/**
 * One view and all who look at it. Each codec, rung and matte that somebody needs is encoded once, however many look; what nobody needs
 * is not encoded. Viewers may come before the sink does, and stay while it is started again.
 */
export class Projector {
  readonly #encoders = new Map<string, RungEncoder>();
  readonly #outlets = new Set<Outlet>();
  #sink: ProjectorSink | null = null;
  #described = '';
  #failures = 0;

  get empty(): boolean {
    return this.#sink === null && this.#outlets.size === 0;
  }

  open(sink: ProjectorSink): void {
    this.#sink = sink;
    this.#described = '';
  }

  async close(sink: ProjectorSink): Promise<void> {
    if (this.#sink !== sink) return;
    this.#sink = null;
    await this.#keepOnly([]);
  }

  join(outlet: Outlet): void {
    this.#outlets.add(outlet);
  }

  leave(outlet: Outlet): void {
    this.#outlets.delete(outlet);
  }

  /** Encodes one frame for everybody; its pixels may be overwritten once this is settled. */
  async show({ frame, repeat }: Presentation): Promise<void> {
    const atUs = nowUs();
    const needed = this.#needed();
    await this.#keepOnly(needed.map(keyOf));
    this.#describe();
    const work = needed.map(async (form) => {
      const { rung } = form;
      const encoder = this.#encoder(form);
      const outlets = [...this.#outlets].filter((outlet) => isFor(outlet, form));
      if (outlets.some((outlet) => outlet.waitsFor(rung))) encoder.want();
      if (repeat && !encoder.keyDue(atUs) && atUs - encoder.encodedUs < REPEAT_US) return;
      const picture = await encoder.encode(frame, atUs);
      if (picture === null) return;
      for (const outlet of outlets) outlet.picture(rung, picture.payloads, picture.key, atUs);
    });
    const results = await Promise.allSettled(work);
    for (const result of results) if (result.status === 'rejected') this.#failed(result.reason);
  }

  #needed(): Form[] {
    return forms.filter((form) =>
      [...this.#outlets].some((outlet) => isFor(outlet, form) && outlet.needs(form.rung)),
    );
  }

  #encoder(form: Form): RungEncoder {
    const key = keyOf(form);
    const present = this.#encoders.get(key);
    if (present !== undefined) return present;
    const made = new RungEncoder(form, this.#sink?.rateHz ?? 30, this.#sink?.bitrateBps ?? null);
    this.#encoders.set(key, made);
    return made;
  }

  async #keepOnly(keys: readonly string[]): Promise<void> {
    for (const [key, encoder] of this.#encoders) {
      if (keys.includes(key)) continue;
      this.#encoders.delete(key);
      await encoder.close();
    }
  }

  /** An encoder that failed is opened anew with the next frame; a codec that never works is said once a second at most. */
  #failed(reason: unknown): void {
    this.#failures += 1;
    if (this.#failures % 30 === 1) this.#sink?.log(`encoding failed: ${String(reason)}`);
  }

  #describe(): void {
    const info = {
      viewers: this.#outlets.size,
      encodes: [...this.#encoders.values()].map((encoder) => encoder.words()),
      encodeFailures: this.#failures,
    };
    const words = JSON.stringify(info);
    if (words === this.#described) return;
    this.#described = words;
    this.#sink?.describe(info);
  }
}

const forms: readonly Form[] = codecs.flatMap((codec) =>
  rungs.flatMap((rung) => mattes.map((matte) => ({ codec, rung, matte }))),
);

function isFor(outlet: Outlet, { codec, matte }: Form): boolean {
  return outlet.codec === codec && outlet.matte === matte;
}

function keyOf({ codec, rung, matte }: Form): string {
  return `${codec} ${rung} ${matte}`;
}
