import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe, SourceContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { sameSize, type Size } from '../../src/contract/frame.ts';
import type { JsonValue } from '../../src/contract/json.ts';
import { probePackage } from '../../src/contract/probe.ts';
import { COUNTER_MODULUS, paintCounter } from './counter.ts';
import { createScene, type Pattern } from './patterns.ts';
import type { Scene } from './scene.ts';
import { Ticker } from './ticker.ts';

const FALLBACK_SIDE = 512;

export const probe = (): Promise<Probe> => probePackage('@napi-rs/canvas', () => import('@napi-rs/canvas'));

export const source = { run };

async function run(context: SourceContext): Promise<void> {
  const settings = readConfig(context);
  let wanted = context.wanted;
  context.onWanted((size) => (wanted = size));
  const pacer = context.lockstep ? lockstep(settings.rateHz) : live(context, settings.rateHz);
  let scene: Scene | null = null;
  while (!context.signal.aborted) {
    const size = settings.sizeFor(wanted);
    if (scene === null || !sameSize(scene.size, size)) {
      context.busy('drawing the test pattern', 5000);
      scene = await createScene(settings.pattern, size, settings.message);
      pacer.describe({ pattern: settings.pattern, ...size, rateHz: settings.rateHz });
    }
    try {
      const frame = await context.output(size);
      const tick = await pacer.wait();
      scene.draw(frame.data, tick.seconds);
      if (settings.counter) paintCounter(frame.data, size, frame.sequence % COUNTER_MODULUS);
      frame.publish({ ptsUs: tick.atUs, captureUs: tick.atUs });
    } catch (error) {
      if (context.signal.aborted) return;
      throw error;
    }
  }
}

interface Settings {
  readonly pattern: Pattern;
  readonly message: string;
  readonly rateHz: number;
  readonly counter: boolean;
  sizeFor(wanted: Size | null): Size;
}

function readConfig({ config }: SourceContext): Settings {
  const width = numberOr(config['width'], null);
  const height = numberOr(config['height'], null);
  return {
    pattern: patternOf(config['pattern']),
    message: typeof config['message'] === 'string' ? config['message'] : '',
    rateHz: numberOr(config['rateHz'], 30),
    counter: config['counter'] !== false,
    sizeFor: (wanted) => ({
      width: width ?? wanted?.width ?? FALLBACK_SIDE,
      height: height ?? wanted?.height ?? FALLBACK_SIDE,
    }),
  };
}

function patternOf(value: JsonValue | undefined): Pattern {
  return value === 'bars' || value === 'slate' || value === 'black' ? value : 'motion';
}

function numberOr<T>(value: JsonValue | undefined, otherwise: T): number | T {
  return typeof value === 'number' ? value : otherwise;
}

interface Pacer {
  /** Resolves when the next frame is due; `seconds` is its place in the movement. */
  wait(): Promise<{ readonly atUs: number; readonly seconds: number }>;
  describe(facts: Record<string, JsonValue>): void;
}

/** On the clock. A tick counts as late when its timer came more than half a period after its time. */
function live(context: SourceContext, rateHz: number): Pacer {
  // Begins with the first frame: what drawing the scene took is no lateness.
  let start: { readonly us: number; readonly ticker: Ticker } | null = null;
  let facts: Record<string, JsonValue> = {};
  let ticks = 0;
  let late = 0;
  let skipped = 0;
  let said = 0;
  let saidUs = nowUs();
  const say = (): void => context.describe({ ...facts, ticks, late, skipped });
  return {
    async wait() {
      const us = nowUs();
      start ??= { us, ticker: new Ticker(us, rateHz) };
      const { ticker } = start;
      const tick = ticker.next(nowUs());
      const inTime = nowUs() < tick.dueUs;
      await until(tick.dueUs, context.signal);
      const now = nowUs();
      ticks += 1;
      skipped += tick.skipped;
      if (now - tick.dueUs > ticker.periodUs / 2 && inTime) late += 1;
      if (late + skipped !== said && now - saidUs > 1e6) {
        said = late + skipped;
        saidUs = now;
        say();
      }
      return { atUs: tick.dueUs, seconds: (tick.dueUs - start.us) / 1e6 };
    },
    describe(next) {
      facts = next;
      say();
    },
  };
}

/** Timers count from the start of the turn they were set in and may fire early; hence the second look. */
async function until(dueUs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const waitMs = (dueUs - nowUs()) / 1e3;
    if (waitMs < 0.5) return;
    await sleep(Math.round(waitMs), undefined, { signal });
  }
}

/** As fast as frames are taken; the movement advances one period a frame, whatever time that took. */
function lockstep(rateHz: number): Pacer {
  let frames = 0;
  return {
    async wait() {
      frames += 1;
      return { atUs: nowUs(), seconds: (frames - 1) / rateHz };
    },
    describe: () => {},
  };
}
