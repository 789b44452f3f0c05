import { z } from 'zod';
import { commandSchema, morphSchema } from './command.ts';

export const cueLimit = 500;

const fields = {
  name: z.string().trim().max(80),
  preset: z.string().max(80).nullable().describe('Id or name'),
  commands: z.array(commandSchema).max(32).describe('Each succeeds or fails by itself'),
  morph: morphSchema.nullable().describe('Of the preset; null is the one at /preset/morph'),
  follow: z
    .number()
    .min(0)
    .max(86_400)
    .nullable()
    .describe('Seconds after which the next cue goes by itself; null waits for a hand'),
};

/** One step of a show: a preset, commands or both, and how they come in. */
export const cueSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/),
  name: fields.name.default(''),
  preset: fields.preset.default(null),
  commands: fields.commands.default([]),
  morph: fields.morph.default(null),
  follow: fields.follow.default(null),
});
/** Without an id it gets one. */
export const newCueSchema = cueSchema.extend({ id: cueSchema.shape.id.optional() });
export const cueListSchema = z.array(newCueSchema).max(cueLimit);
/** What is left out stays. */
export const cueChangeSchema = z.strictObject(fields).partial();

export type Cue = z.infer<typeof cueSchema>;
export type NewCue = z.input<typeof newCueSchema>;
export type CueChange = z.infer<typeof cueChangeSchema>;

export interface CueListState {
  readonly cues: readonly Cue[];
  /** The cue that went last, counted from 1; 0 before the first. */
  readonly position: number;
}

/**
 * The order of a show. `/cue/go` goes to the next cue, `/cue/back` to the one before with its morph, `/cue` is the position from 1
 * and goes to the cue it is set to; 0 stands before the first and plays nothing. Rejects and throws with `E_CUE_…`.
 */
export interface CueApi {
  state(): CueListState;
  /** The whole list anew; the cue that went last stays the present one where it is still in it. */
  replace(cues: readonly NewCue[]): CueListState;
  /** `index` from 0; null appends. */
  add(cue: NewCue, index: number | null): Cue;
  change(id: string, change: CueChange): Cue;
  remove(id: string): CueListState;
}
