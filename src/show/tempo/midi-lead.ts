import type { Clock } from '../../contract/clock.ts';
import type { JsonValue } from '../../contract/json.ts';
import { fastestBpm, slowestBpm } from '../../contract/tempo.ts';
import type { BeatClock } from '../tempo.ts';
import type { Timers } from '../timers.ts';
import { ClockFilter, ticksPerBeat, type ClockLine } from './midi-clock.ts';

const silenceMs = 1000;
/** A MIDI song position counts sixteenth notes. */
const sixteenthsPerBeat = 4;
/** What the beat is off from the line is made up over this time: ticks scatter, the beat must not. */
const bendUs = 200_000;
/** Farther off, the two have nothing to do with each other any more. */
const farBeats = 0.5;
const toldTicks = 8 * ticksPerBeat;
/** Sums of beats come out a little different each time. */
const roundingBeats = 1e-9;

interface Deps {
  readonly beats: BeatClock;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Lead, tempo or transport changed. */
  changed(): void;
}

export type MidiLeadState = 'waiting' | 'following' | 'free';

/**
 * Leads the beat by a MIDI clock (MIDI 1.0 Detailed Specification: clock, start, stop, continue, song position). Tick by tick
 * the beat takes the tempo of the line through the ticks and is bent towards it. Once the clock falls silent, the beat goes on
 * as it is.
 */
export class MidiLead {
  state: MidiLeadState = 'waiting';
  /** The device that is followed, or was last. */
  device: string | null = null;
  readonly #deps: Deps;
  readonly #filter = new ClockFilter();
  #heardUs = 0;
  #cancel: (() => void) | null = null;
  /** Where the beat has tick 0, as `beatAt` counts; null until the line is known. */
  #base: number | null = null;
  /** Tick that is at a place of the song, which a start or a position said. */
  #anchor: { readonly tick: number; readonly place: number } | null = null;
  /** Place of the tick that comes next, in beats. */
  #next: number | null = null;
  /** Place at which a continue goes on. */
  #stoppedAt = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** `position` in sixteenth notes, of a song position. */
  hear(device: string, what: JsonValue, timeUs: number, position: JsonValue): void {
    if (this.device !== device && this.state === 'following') return;
    this.device = device;
    if (what === 'tick') this.#tick(timeUs);
    else if (what === 'start') this.#play(0);
    else if (what === 'continue') this.#play(this.#stoppedAt);
    else if (what === 'stop') this.#stop();
    else if (what === 'position' && typeof position === 'number') this.#moveTo(position);
  }

  /** Somebody moved the beats by hand: the song's own place counts no more until it is said again. */
  movedByHand(): void {
    this.#anchor = null;
  }

  /** Another source, or another device. */
  reset(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.state = 'waiting';
    this.device = null;
    this.#forget();
  }

  #moveTo(sixteenths: number): void {
    this.#stoppedAt = Math.max(0, sixteenths) / sixteenthsPerBeat;
    if (this.#deps.beats.playing) this.#next = this.#stoppedAt;
  }

  #play(place: number): void {
    this.#next = place;
    this.#deps.beats.playing = true;
    this.#deps.changed();
  }

  #stop(): void {
    const { beats, clock } = this.#deps;
    // The next tick is where a continue goes on.
    this.#stoppedAt = Math.round((beats.beatAt(clock()) - beats.origin) * ticksPerBeat + 0.5) / ticksPerBeat;
    beats.playing = false;
    this.#deps.changed();
  }

  #tick(cameUs: number): void {
    const { beats, clock } = this.#deps;
    this.#heardUs = clock();
    this.#listen();
    // A time that cannot be is no reason to lose the beat.
    const timeUs = Math.abs(cameUs - this.#heardUs) < silenceMs * 1e3 ? cameUs : this.#heardUs;
    const line = this.#filter.hear(timeUs);
    if (this.#next !== null) {
      this.#anchor = { tick: this.#filter.tick, place: this.#next };
      this.#next = null;
      beats.place(this.#anchor.place, beats.beatAt(timeUs));
    }
    if (line !== null) this.#follow(line);
  }

  #follow(line: ClockLine): void {
    const { beats, clock } = this.#deps;
    const bpm = (line.ticksPerUs * 60e6) / ticksPerBeat;
    if (bpm < slowestBpm || bpm > fastestBpm) return;
    const nowUs = clock();
    const place = (line.tick + (nowUs - line.timeUs) * line.ticksPerUs) / ticksPerBeat;
    const present = beats.beatAt(nowUs);
    if (this.#base === null || Math.abs(this.#base + place - present) > farBeats)
      this.#base = present - place;
    beats.steer(bpm, this.#base + place - present, bendUs, nowUs);
    this.#keepPlace();
    // Pages count the beats on by themselves: told every few beats, they stay in time.
    if (this.state === 'following' && line.tick % toldTicks !== 0) return;
    this.state = 'following';
    this.#deps.changed();
  }

  /** The one tick that a start fell on scatters like any; the line knows better where it was. */
  #keepPlace(): void {
    if (this.#anchor === null || this.#base === null) return;
    const { beats } = this.#deps;
    const origin = this.#base + this.#anchor.tick / ticksPerBeat - this.#anchor.place;
    const by = origin - beats.origin;
    if (Math.abs(by) > roundingBeats) beats.move(by);
  }

  #listen(): void {
    this.#cancel ??= this.#deps.timers(silenceMs, () => this.#look());
  }

  #look(): void {
    this.#cancel = null;
    const leftMs = silenceMs - (this.#deps.clock() - this.#heardUs) / 1e3;
    if (leftMs > 0) {
      this.#cancel = this.#deps.timers(Math.ceil(leftMs), () => this.#look());
      return;
    }
    this.state = 'free';
    this.#forget();
    this.#deps.changed();
  }

  #forget(): void {
    this.#filter.reset();
    this.#base = null;
    this.#anchor = null;
    this.#next = null;
  }
}
