import type { Presentation, SinkContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { RateMeter, rateText, readFrameRate } from './frame-rate.ts';
import { openNdi } from './library.ts';
import { readSettings, type Settings } from './settings.ts';
import { Transmitter } from './transmitter.ts';

const REPORT_US = 1_000_000;

/** Sends each frame as it is shown, repeats too, so that whoever joins sees the picture. Rejects with `E_NDI_MISSING`, `E_SINK_LOST`. */
export async function transmit(context: SinkContext): Promise<void> {
  const settings = readSettings(context.config, process.env);
  context.busy('loading the NDI runtime', 10_000);
  const ndi = openNdi();
  const output = new Output(context, new Transmitter(ndi, settings), settings);
  context.want(null);
  try {
    await context.present((presentation) => output.show(presentation));
  } finally {
    output.close();
  }
}

class Output {
  readonly #context: SinkContext;
  readonly #transmitter: Transmitter;
  readonly #settings: Settings;
  readonly #meter: RateMeter;
  #described = '';
  #reportedUs = 0;

  constructor(context: SinkContext, transmitter: Transmitter, settings: Settings) {
    this.#context = context;
    this.#transmitter = transmitter;
    this.#settings = settings;
    this.#meter = new RateMeter(context.rateHz);
  }

  show({ frame, repeat }: Presentation): void {
    if (!repeat) this.#meter.arrived(frame.ptsUs);
    const rate = readFrameRate(this.#settings.frameRate) ?? this.#meter.rate;
    this.#transmitter.send(frame, rate);
    const { width, height } = frame;
    this.#describe({ width, height, frameRate: rateText(rate) });
  }

  close(): void {
    this.#transmitter.close();
  }

  /** Who watches is asked with a frame, once a second; a new size or rate is told at once. */
  #describe(picture: JsonObject): void {
    const now = nowUs();
    const text = JSON.stringify(picture);
    if (text === this.#described && now - this.#reportedUs < REPORT_US) return;
    this.#described = text;
    this.#reportedUs = now;
    this.#context.describe({
      name: this.#settings.name === '' ? 'Reverie' : this.#settings.name,
      format: this.#transmitter.format,
      ...picture,
      receivers: this.#transmitter.receivers,
      tally: this.#transmitter.tally,
    });
  }
}
