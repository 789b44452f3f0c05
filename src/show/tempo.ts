import type { Tempo } from '../contract/call.ts';
import type { Grid } from '../contract/tempo.ts';

/** Musical time as a function of the monotonic clock. */
export interface TempoClock {
  at(timeUs: number): Tempo;
  /** Beats since the daemon started. Nothing makes it jump, so lengths in beats are measured with it. */
  beatAt(timeUs: number): number;
}

/** What happened to the beats. `beat` is counted as `beatAt` does. */
export type TempoChange =
  /** They come faster or slower; each is still the same one. */
  | { readonly kind: 'rate' }
  /** All that are to come were moved by so much. */
  | { readonly kind: 'moved'; readonly by: number }
  /** From this one on they are counted anew. */
  | { readonly kind: 'counted'; readonly from: number };

const startBpm = 120;
const startBeatsPerBar = 4;

/** A command that comes on the grid, within rounding, belongs to the next one: `at` never means the past. */
const onGrid = 1e-9;

/**
 * The beat: a line that changes its slope with the tempo and never jumps, and an origin that says which of its beats began bar
 * 0. Taps and resyncs move the origin. Small corrections of the phase bend the line for a while.
 */
export class BeatClock implements TempoClock {
  playing = true;
  #bpm = startBpm;
  #beatsPerBar = startBeatsPerBar;
  #anchorUs: number;
  #anchorBeat = 0;
  #bend = 0;
  #bendUs = 0;
  #origin = 0;
  readonly #listeners = new Set<(change: TempoChange) => void>();

  constructor(originUs: number) {
    this.#anchorUs = originUs;
  }

  listen(listener: (change: TempoChange) => void): void {
    this.#listeners.add(listener);
  }

  get bpm(): number {
    return this.#bpm;
  }

  get beatsPerBar(): number {
    return this.#beatsPerBar;
  }

  /** The beat that began bar 0, as `beatAt` counts. */
  get origin(): number {
    return this.#origin;
  }

  beatAt(timeUs: number): number {
    const passedUs = timeUs - this.#anchorUs;
    return this.#anchorBeat + passedUs * this.#rate() + this.#bentBy(passedUs);
  }

  at(timeUs: number): Tempo {
    const beat = this.beatAt(timeUs) - this.#origin;
    return {
      bpm: this.#bpm,
      beat,
      bar: Math.floor(beat / this.#beatsPerBar),
      phase: beat - Math.floor(beat),
      beatsPerBar: this.#beatsPerBar,
      playing: this.playing,
    };
  }

  /** When `beatAt` is at a beat. */
  timeOf(beat: number): number {
    const ahead = beat - this.#anchorBeat;
    const rate = this.#rate();
    if (ahead <= 0 || this.#bendUs === 0) return this.#anchorUs + ahead / rate;
    const bentUs = ahead / (rate + this.#bend / this.#bendUs);
    return this.#anchorUs + (bentUs <= this.#bendUs ? bentUs : (ahead - this.#bend) / rate);
  }

  /** The first beat of a grid after `beat`, or on it where `inclusive`. */
  gridBeat(grid: Grid, beat: number, inclusive = false): number {
    const beats = this.#beatsOf(grid);
    const place = (beat - this.#origin) / beats;
    const index = inclusive ? Math.ceil(place - onGrid) : Math.floor(place + onGrid) + 1;
    return this.#origin + index * beats;
  }

  setBpm(bpm: number, atUs: number): void {
    if (bpm === this.#bpm) return;
    this.#anchor(atUs);
    this.#bpm = bpm;
    this.#tell({ kind: 'rate' });
  }

  /** Beats come earlier (`beats` above 0) or later from now on; the way there takes `overUs`. */
  bend(beats: number, overUs: number, atUs: number): void {
    this.#anchor(atUs);
    // Never backwards: a bend may stop the beat nearly, but not turn it round.
    const most = 0.9 * overUs * this.#rate();
    this.#bend = Math.min(Math.max(beats, -most), most);
    this.#bendUs = overUs;
    this.#tell({ kind: 'rate' });
  }

  /** Another tempo and a bend as one change, for a clock that is followed. */
  steer(bpm: number, beats: number, overUs: number, atUs: number): void {
    this.#anchor(atUs);
    this.#bpm = bpm;
    this.bend(beats, overUs, atUs);
  }

  /** How much a bend has still to go. */
  bendLeft(atUs: number): number {
    return this.#bend - this.#bentBy(atUs - this.#anchorUs);
  }

  /** All beats to come move, by less than one. */
  move(by: number): void {
    if (by === 0) return;
    this.#origin += by;
    this.#tell({ kind: 'moved', by });
  }

  /** The beat `beatAt` counts as `beat` is the one at `place` of the bars. */
  place(place: number, beat: number): void {
    this.#origin = beat - place;
    this.#tell({ kind: 'counted', from: beat });
  }

  /** Bars get another length; the one that plays keeps its number and its first beat. */
  setBeatsPerBar(beatsPerBar: number, atUs: number): void {
    if (beatsPerBar === this.#beatsPerBar) return;
    const beat = this.beatAt(atUs);
    const bar = Math.floor((beat - this.#origin) / this.#beatsPerBar);
    this.#origin += bar * (this.#beatsPerBar - beatsPerBar);
    this.#beatsPerBar = beatsPerBar;
    this.#tell({ kind: 'counted', from: beat });
  }

  /** Beats per microsecond, bends apart. */
  #rate(): number {
    return this.#bpm / 60e6;
  }

  #bentBy(passedUs: number): number {
    if (this.#bendUs === 0 || passedUs <= 0) return 0;
    return passedUs >= this.#bendUs ? this.#bend : (this.#bend * passedUs) / this.#bendUs;
  }

  #beatsOf(grid: Grid): number {
    switch (grid) {
      case 'beat':
        return 1;
      case 'bar':
        return this.#beatsPerBar;
      case '2-bars':
        return 2 * this.#beatsPerBar;
      case '4-bars':
        return 4 * this.#beatsPerBar;
    }
  }

  #anchor(atUs: number): void {
    const beat = this.beatAt(atUs);
    this.#bend = this.bendLeft(atUs);
    this.#bendUs = Math.max(0, Math.min(this.#bendUs, this.#anchorUs + this.#bendUs - atUs));
    if (this.#bendUs === 0) this.#bend = 0;
    this.#anchorUs = atUs;
    this.#anchorBeat = beat;
  }

  #tell(change: TempoChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
