import { z } from 'zod';
import type { JsonValue } from './json.ts';
import { quietestDb } from './meter.ts';

export const lfoShapes = ['sine', 'triangle', 'saw', 'square', 'random', 'exponential'] as const;
export type LfoShape = (typeof lfoShapes)[number];

const decibels = z.number().min(quietestDb).max(0);

/** How the level of an audio input of OBS becomes a height: 0 at `low` and below the gate, 1 at `high`. */
export const meterSchema = z
  .strictObject({
    input: z.string().min(1).max(200).describe('Name of the input in OBS'),
    attack: z.number().min(0).max(10).default(0.02).describe('Seconds in which it rises by two thirds'),
    release: z.number().min(0).max(10).default(0.3).describe('Seconds in which it falls by two thirds'),
    gate: decibels.default(-60).describe('What is quieter counts as silence, dB'),
    low: decibels.default(-50).describe('Level of the lowest point, dB'),
    high: decibels.default(-6).describe('Level of the highest point, dB'),
  })
  .refine(({ low, high }) => low < high, { path: ['high'], message: 'above `low`' });

export type Meter = z.infer<typeof meterSchema>;

/**
 * A wave on a parameter. What it plays is its base, which stays as the hand set it, plus the wave: `depth` is how much of the
 * parameter's range the wave covers from its lowest to its highest point, around the base (`bipolar`) or above it
 * (`unipolar`). The sum keeps to the range and to the steps of the parameter.
 */
export const modulationSchema = z.strictObject({
  enabled: z.boolean().default(true),
  shape: z
    .enum(lfoShapes)
    .default('sine')
    .describe('`random` holds a value for each cycle, `exponential` falls from its highest point'),
  sync: z.enum(['beats', 'free']).default('beats').describe('Locked to the beat, or free at `hz`'),
  beats: z.number().min(0.125).max(64).default(4).describe('Beats of a cycle while locked'),
  hz: z.number().min(0.01).max(20).default(0.5).describe('Cycles a second while free'),
  depth: z.number().min(0).max(1).default(0.5).describe('Share of the range that the wave covers'),
  polarity: z.enum(['bipolar', 'unipolar']).default('bipolar').describe('Around the value, or above it'),
  phase: z.number().min(0).max(1).default(0).describe('Share of a cycle that the wave is ahead'),
  smooth: z.number().min(0).max(1).default(0).describe('How much its edges are softened'),
  meter: meterSchema
    .exactOptional()
    .describe('In place of the wave an input of OBS moves it; at rest while OBS is not there'),
});

export type Modulation = z.infer<typeof modulationSchema>;

export interface ModulationState {
  /** Of the parameter. */
  readonly address: string;
  readonly modulation: Modulation;
  /** What the hand set; null while no such parameter is there (it is kept for when the parameter comes back). */
  readonly base: JsonValue;
  /** What is played at this moment; null while no such parameter is there. */
  readonly played: JsonValue;
}

/** Waves on parameters. They are set by the command `modulate` and, but for meters, by `/node/key/lfo/…`. */
export interface ModulationApi {
  list(): readonly ModulationState[];
}
