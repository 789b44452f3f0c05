import { z } from 'zod';
import { bindingSchema, MOST_BANKS, MOST_BINDINGS } from '../contract/binding.ts';
import { curves, transitionSchema, weightedTextSchema } from '../contract/command.ts';
import { cueLimit, cueListSchema } from '../contract/cue.ts';
import { graphSchema } from '../contract/graph.ts';
import { modulationSchema } from '../contract/modulation.ts';
import { presetLimit, presetSchema } from '../contract/preset.ts';
import { tempoSettingsSchema } from '../contract/tempo.ts';
import { timelineSchema } from '../contract/timeline.ts';

const interpolation = z.enum(['linear', 'slerp']).default('linear');
const prompts = z.array(weightedTextSchema).max(32).default([]);
const values = z.record(z.string(), z.json()).default({});

const nodePromptsSchema = z.object({ prompts, interpolation, transition: transitionSchema });

const presetsSchema = z.strictObject({
  list: z.array(presetSchema).max(presetLimit).default([]),
  last: z.string().nullable().default(null).describe('Id of the one recalled last'),
  /** What is set at /preset/morph. */
  morph: z
    .strictObject({
      duration: z.number().min(0).max(3600).default(1),
      unit: z.enum(['seconds', 'beats']).default('seconds'),
      curve: z.enum(curves).default('ease-in-out'),
      switchAt: z.number().min(0).max(1).default(0.5),
    })
    .prefault({}),
});

/**
 * What an artist saves and shares. Loose: what a later version adds to the file is kept when this one writes it again.
 */
const showFileSchema = z.looseObject({
  version: z.literal(1),
  graph: graphSchema,
  /** Values set by hand, by address; everything else follows its default. */
  values,
  prompts,
  interpolation,
  transition: transitionSchema.prefault({}),
  /** Prompts of stages that differ from the show's. */
  nodes: z.record(z.string(), nodePromptsSchema).default({}),
  /** Values whose parameter is not there, as its pipeline is another one now. Kept for when it comes back. */
  unclaimed: values,
  bindings: z.array(bindingSchema).max(MOST_BINDINGS).default([]),
  /** The bank that controllers play. */
  bank: z.int().min(1).max(MOST_BANKS).default(1),
  presets: presetsSchema.prefault({}),
  cues: z
    .strictObject({ list: cueListSchema.default([]), position: z.int().min(0).max(cueLimit).default(0) })
    .prefault({}),
  tempo: tempoSettingsSchema.prefault({}),
  /** Waves, by the address of their parameter. */
  modulations: z.record(z.string(), modulationSchema).default({}),
  timeline: timelineSchema.prefault({}),
});

export type NodePrompts = z.infer<typeof nodePromptsSchema>;
export type ShowFile = z.infer<typeof showFileSchema>;

/** Throws what is wrong with it, in one line. */
export function parseShow(text: string): ShowFile {
  const parsed = showFileSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${(issue?.path ?? []).join('.') || 'the file'}: ${issue?.message ?? 'not a show'}`);
}

export function printShow(show: ShowFile): string {
  return `${JSON.stringify(show, null, 2)}\n`;
}
