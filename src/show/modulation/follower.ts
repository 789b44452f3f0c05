import type { Meter, Modulation } from '../../contract/modulation.ts';
import { quietestDb } from '../../contract/meter.ts';

/** Levels come every 50 ms, and five times a second where they do not change: after this long their sender is gone. */
const GONE_US = 700_000;

type Metered = Modulation & { readonly meter: Meter };

/** An input of OBS that moves a parameter: its level through gate and range, smoothed by attack and release. */
export class Follower {
  #settings: Metered;
  #db = quietestDb;
  #heardUs = -Infinity;
  #height = 0;
  #atUs: number;

  constructor(settings: Metered, atUs: number) {
    this.#settings = settings;
    this.#atUs = atUs;
  }

  get settings(): Metered {
    return this.#settings;
  }

  set(settings: Metered, atUs: number): void {
    this.#move(atUs);
    if (settings.meter.input !== this.#settings.meter.input) this.#db = quietestDb;
    this.#settings = settings;
  }

  /** The level of an input, dB of full scale. */
  hear(input: string, db: number, atUs: number): void {
    if (input !== this.#settings.meter.input) return;
    this.#move(atUs);
    this.#db = db;
    this.#heardUs = atUs;
  }

  /** What it adds, as a share of the range: `depth` from silence to the highest point. */
  at(atUs: number): number {
    this.#move(atUs);
    const { depth, polarity } = this.#settings;
    return polarity === 'bipolar' ? depth * (this.#height - 0.5) : depth * this.#height;
  }

  /** As if it had been moved at every instant: first to where the level draws it, then to rest, once that has stayed away. */
  #move(atUs: number): void {
    const goneUs = this.#heardUs + GONE_US;
    if (this.#atUs < goneUs) this.#draw(heightOf(this.#db, this.#settings.meter), Math.min(atUs, goneUs));
    this.#draw(0, atUs);
  }

  #draw(target: number, untilUs: number): void {
    const seconds = (untilUs - this.#atUs) / 1e6;
    if (!(seconds > 0)) return;
    const { attack, release } = this.#settings.meter;
    const constant = target > this.#height ? attack : release;
    const left = constant === 0 ? 0 : Math.exp(-seconds / constant);
    this.#height = target + (this.#height - target) * left;
    this.#atUs = untilUs;
  }
}

export function isMetered(modulation: Modulation): modulation is Metered {
  return modulation.meter !== undefined;
}

/** 0..1. */
function heightOf(db: number, { gate, low, high }: Meter): number {
  return db < gate ? 0 : Math.min(1, Math.max(0, (db - low) / (high - low)));
}
