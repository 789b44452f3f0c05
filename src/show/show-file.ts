import { z } from 'zod';
import { transitionSchema, weightedTextSchema } from '../contract/command.ts';
import { graphSchema } from '../contract/graph.ts';

const interpolation = z.enum(['linear', 'slerp']).default('linear');
const prompts = z.array(weightedTextSchema).max(32).default([]);
const values = z.record(z.string(), z.json()).default({});

const nodePromptsSchema = z.object({ prompts, interpolation, transition: transitionSchema });

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
