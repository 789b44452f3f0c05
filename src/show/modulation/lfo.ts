import type { Modulation } from '../../contract/modulation.ts';
import type { BeatClock } from '../tempo.ts';
import { seedOf, wave } from './wave.ts';

/** One wave. Its settings change while it runs: a free one goes on from where it is, however its rate is turned. */
export class Lfo {
  readonly #tempo: Pick<BeatClock, 'at'>;
  readonly #seed: number;
  #settings: Modulation;
  #startUs: number;
  /** Cycles at the start. */
  #start = 0;

  constructor(address: string, settings: Modulation, tempo: Pick<BeatClock, 'at'>, atUs: number) {
    this.#tempo = tempo;
    this.#seed = seedOf(address);
    this.#settings = settings;
    this.#startUs = atUs;
  }

  get settings(): Modulation {
    return this.#settings;
  }

  set(settings: Modulation, atUs: number): void {
    const phase = this.#settings.phase;
    this.#start = this.#cycles(atUs) - phase;
    this.#startUs = atUs;
    this.#settings = settings;
  }

  /** What it adds, as a share of the range: `depth` from the lowest point to the highest. */
  at(atUs: number): number {
    const { shape, depth, polarity, smooth } = this.#settings;
    const height = wave(shape, this.#cycles(atUs), smooth, this.#seed);
    return polarity === 'bipolar' ? (depth * height) / 2 : (depth * (height + 1)) / 2;
  }

  #cycles(atUs: number): number {
    const { sync, beats, hz, phase } = this.#settings;
    if (sync === 'beats') return this.#tempo.at(atUs).beat / beats + phase;
    return this.#start + ((atUs - this.#startUs) / 1e6) * hz + phase;
  }
}
