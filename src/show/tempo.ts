import type { Tempo } from '../contract/call.ts';

const beatsPerBar = 4;

/** Musical time as a function of the monotonic clock. */
export interface TempoClock {
  at(timeUs: number): Tempo;
  beatAt(timeUs: number): number;
  /** The first instant after `timeUs` that lies on a multiple of `beats`. */
  nextUs(timeUs: number, beats: number): number;
}

/** A steady internal clock: beat 0 is at `originUs`. */
export function steadyTempo(originUs: number, bpm = 120): TempoClock {
  const beatUs = 60e6 / bpm;
  const beatAt = (timeUs: number): number => (timeUs - originUs) / beatUs;
  return {
    beatAt,
    at(timeUs) {
      const beat = beatAt(timeUs);
      return {
        bpm,
        beat,
        bar: Math.floor(beat / beatsPerBar),
        phase: beat - Math.floor(beat),
        beatsPerBar,
        playing: true,
      };
    },
    nextUs(timeUs, beats) {
      // A command that comes on the grid, within rounding, belongs to the next one: `at` never means the past.
      const grid = Math.floor(beatAt(timeUs) / beats + 1e-9) + 1;
      return originUs + grid * beats * beatUs;
    },
  };
}

/** How many beats each musical `at` waits for a multiple of. */
export const gridBeats = {
  beat: 1,
  bar: beatsPerBar,
  '2-bars': 2 * beatsPerBar,
  '4-bars': 4 * beatsPerBar,
} as const;
