import { z } from 'zod';
import type { ErrorReport } from './error.ts';
import type { JsonValue } from './json.ts';
import { modulationSchema } from './modulation.ts';
import type { ParameterSpec } from './parameter.ts';
import { grids } from './tempo.ts';

export const curves = ['linear', 'ease-in', 'ease-out', 'ease-in-out'] as const;
export type Curve = (typeof curves)[number];

/** How the control of a binding plays its target; contract/binding.ts says what each means. */
export const bindingModes = ['absolute', 'toggle', 'momentary', 'trigger', 'step', 'relative'] as const;

export const weightedTextSchema = z.strictObject({
  text: z.string().max(2000),
  weight: z.number().min(0).max(100).default(1),
});

export const transitionSchema = z.strictObject({
  /** Length in seconds, beats or calls of the stage (`steps`). */
  duration: z.number().min(0).max(3600).default(0),
  unit: z.enum(['seconds', 'beats', 'steps']).default('seconds'),
  curve: z.enum(curves).default('ease-in-out'),
  interpolation: z.enum(['linear', 'slerp']).default('linear'),
});

/** How a preset comes in. What is left out is as set at /preset/morph. */
export const morphSchema = z.strictObject({
  duration: z.number().min(0).max(3600).optional().describe('Length in the unit; 0 is at once'),
  unit: z.enum(['seconds', 'beats']).optional(),
  curve: z.enum(curves).optional(),
  switchAt: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Where on the way enums, booleans, texts and lists switch: 0 at its start, 1 at its end'),
});
export type Morph = z.infer<typeof morphSchema>;

export const atSchema = z
  .union([
    z.enum(['now', ...grids]),
    z.strictObject({ beats: z.number().min(0).max(4096) }),
    z.strictObject({ seconds: z.number().min(0).max(86_400) }),
    z.strictObject({ timeUs: z.number() }),
  ])
  .describe(
    'When: at once, on the next beat, bar, 2 or 4 bars, in so many beats or seconds, or at a monotonic time in microseconds',
  );
export type At = z.infer<typeof atSchema>;
const at = atSchema;
const ramp = z.strictObject({
  duration: z.number().min(0).max(3600).describe('In the unit'),
  unit: z.enum(['seconds', 'beats']).optional().describe('Seconds unless given; beats follow the tempo'),
  curve: z.enum(curves).default('linear'),
});

/** An intent to change the show. Every protocol makes these and nothing else. */
export const commandSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('set'),
    address: z.string(),
    value: z.json(),
    ramp: ramp.optional(),
    at: at.optional(),
  }),
  z.strictObject({ kind: z.literal('trigger'), address: z.string(), at: at.optional() }),
  /** Prompts of every stage that has prompts, or of one. */
  z.strictObject({
    kind: z.literal('prompt'),
    node: z.string().nullable().default(null),
    prompts: z.array(weightedTextSchema).max(32),
    interpolation: z
      .enum(['linear', 'slerp'])
      .optional()
      .describe('How the texts are mixed with each other; unchanged where left out'),
    transition: transitionSchema.optional().describe('Unless given, the transition set at /transition'),
    at: at.optional(),
  }),
  z.strictObject({ kind: z.literal('reload'), node: z.string() }),
  /** Puts a wave on a parameter, in place of the one it has; null takes it off. */
  z.strictObject({
    kind: z.literal('modulate'),
    address: z.string(),
    modulation: modulationSchema.nullable(),
    at: at.optional(),
  }),
  z.strictObject({
    kind: z.literal('cancel'),
    id: z.string().max(40).nullable().describe('Of a command that waits; null takes back all of them'),
  }),
  /** Binds the next control of a controller that moves; how it ends is told as the event `learn`. */
  z.strictObject({
    kind: z.literal('learn'),
    address: z.string().max(200).nullable().describe('What it is to play; null calls learning off'),
    mode: z.enum(bindingModes).optional().describe('Left out: what suits the control and the parameter'),
    seconds: z.number().min(1).max(600).optional().describe('How long it listens; 20 unless given'),
  }),
  /** Recalls a preset by id or name, or by its place in the list from 0. */
  z.strictObject({
    kind: z.literal('preset'),
    preset: z.union([z.string().max(80), z.int().min(0)]),
    morph: morphSchema.optional(),
    at: at.optional(),
  }),
]);

export type Command = z.infer<typeof commandSchema>;
export type CommandInput = z.input<typeof commandSchema>;
export type TransitionSettings = z.infer<typeof transitionSchema>;

/** Performers' protocols coerce and clamp; native REST and WebSocket reject. */
export type Strictness = 'coerce' | 'reject';

export interface Sender {
  /** `rest:127.0.0.1`, `ws:3`, `osc:127.0.0.1:50123`, `show`. */
  readonly id: string;
  readonly strictness: Strictness;
}

export type CommandResult =
  | { readonly result: 'applied'; readonly address: string; readonly value: JsonValue }
  | { readonly result: 'scheduled'; readonly address: string; readonly id: string; readonly atUs: number }
  | { readonly result: 'rejected'; readonly address: string; readonly error: ErrorReport };

export interface SetResult {
  readonly applied: readonly { readonly address: string; readonly value: JsonValue }[];
  readonly scheduled: readonly { readonly address: string; readonly id: string; readonly atUs: number }[];
  readonly rejected: readonly { readonly address: string; readonly error: ErrorReport }[];
}

/** A parameter with its live value, as REST, WebSocket and OSCQuery show it. */
export interface ParameterState extends Omit<ParameterSpec, 'key'> {
  readonly address: string;
  readonly node: string | null;
  readonly key: string;
  /** What it is at this moment, ramps included; of a modulated parameter, what the wave is laid on. */
  readonly value: JsonValue;
  /** What calls are played with while a wave modulates it; absent where none does. */
  readonly played?: JsonValue;
  /** Sender of the last change, or null while it is the default. */
  readonly setBy: string | null;
}

export interface ValueChange {
  readonly address: string;
  readonly value: JsonValue;
  readonly setBy: string | null;
}

export interface Rejection {
  readonly sender: string;
  readonly count: number;
  readonly lastAddress: string;
  readonly lastError: ErrorReport;
  /** Wall-clock milliseconds. */
  readonly lastAt: number;
}
