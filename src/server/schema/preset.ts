import { z } from 'zod';
import type { PresetSummary, RecallReport } from '../../contract/preset.ts';
import { errorReport } from './error.ts';

export const presetSummary: z.ZodType<PresetSummary> = z
  .object({
    id: z.string(),
    name: z.string(),
    index: z
      .int()
      .describe('Place in the list from 0: what a MIDI program change or an integer over OSC recalls'),
    shipped: z.boolean().describe('Came with Reverie: cannot be changed, can be copied'),
    values: z.int().describe('How many values it has'),
    prompts: z.boolean(),
    thumbnail: z.boolean(),
    createdAt: z.number(),
    changedAt: z.number(),
  })
  .meta({ id: 'PresetSummary' });

const recallReport: z.ZodType<RecallReport> = z
  .object({
    id: z.string(),
    name: z.string(),
    sender: z.string(),
    at: z.number(),
    applied: z.int(),
    left: z
      .array(z.object({ address: z.string(), error: errorReport }))
      .readonly()
      .describe('What could not be recalled; everything else was'),
  })
  .meta({ id: 'RecallReport' });

export const presetList = z.object({
  presets: z.array(presetSummary).readonly(),
  last: recallReport.nullable().describe('The last recall'),
});
