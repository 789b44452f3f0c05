import { z } from 'zod';
import { transitionSchema, weightedTextSchema, type Sender } from './command.ts';
import type { ErrorReport } from './error.ts';

export const presetName = z.string().trim().min(1).max(80);
export const presetId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/);

/** Presets that one show holds at most; with them the show file stays small enough to be written every second. */
export const presetLimit = 128;
/** Bytes of a thumbnail's JPEG at most; its longest side has at most 160 pixels. */
export const thumbnailLimit = 8192;

const promptsSchema = z.strictObject({
  prompts: z.array(weightedTextSchema).max(32),
  interpolation: z.enum(['linear', 'slerp']).default('linear'),
  transition: transitionSchema.optional().describe('What /transition is set to; unchanged where left out'),
});

/** A named snapshot of some or all of what an artist sets: the sound program of this instrument. */
export const presetSchema = z.strictObject({
  id: presetId,
  name: presetName,
  values: z
    .record(z.string().max(200), z.json())
    .default({})
    .describe(
      'By address; a bare key (`/warp`) is of the first stage that has it. Null is back to the default',
    ),
  prompts: z
    .strictObject({
      house: promptsSchema.nullable().default(null).describe('Those of every stage'),
      nodes: z.record(z.string(), promptsSchema).default({}).describe('Of stages that differ'),
    })
    .nullable()
    .default(null),
  thumbnail: z
    .base64()
    .max(Math.ceil(thumbnailLimit / 3) * 4)
    .nullable()
    .default(null)
    .describe('JPEG'),
  createdAt: z.number().default(0).describe('Milliseconds since 1970'),
  changedAt: z.number().default(0).describe('Milliseconds since 1970'),
});

/** The text that presets travel in. */
export const presetFileSchema = z.strictObject({
  reverie: z.literal('presets'),
  version: z.literal(1),
  presets: z.array(presetSchema).min(1).max(presetLimit),
});

/** What is saved: values, prompts or both; of the values those set by hand, or the addresses that are named. */
export const presetSaveSchema = z.strictObject({
  name: presetName.optional().describe('Left out: the name it has, or a new one'),
  what: z.enum(['values', 'prompts', 'both']).default('both'),
  addresses: z
    .array(z.string().max(200))
    .min(1)
    .max(500)
    .optional()
    .describe(
      'Left out: all parameters of all stages. Those that nobody set are kept as null; size and other load parameters, and the mode, only where they were set',
    ),
});

export type Preset = z.infer<typeof presetSchema>;
export type PresetSave = z.input<typeof presetSaveSchema>;
export type PresetPrompts = NonNullable<Preset['prompts']>;

/** A preset as lists show it. */
export interface PresetSummary {
  readonly id: string;
  readonly name: string;
  /** Place in the list from 0: what a MIDI program change or an integer over OSC recalls. */
  readonly index: number;
  /** Came with Reverie: cannot be changed, can be copied. */
  readonly shipped: boolean;
  /** How many values it has. */
  readonly values: number;
  readonly prompts: boolean;
  readonly thumbnail: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly changedAt: number;
}

/** What a recall could not do: addresses that are not there now, values that do not fit any more. The rest was recalled. */
export interface RecallReport {
  readonly id: string;
  readonly name: string;
  readonly sender: string;
  /** Wall-clock milliseconds. */
  readonly at: number;
  readonly applied: number;
  readonly left: readonly { readonly address: string; readonly error: ErrorReport }[];
}

/**
 * Presets of the show, then those that came with Reverie. Recalled by the command `preset` or the address `/preset`, like
 * everything else that plays. What names a preset takes its id or its name. Rejects and throws with `E_PRESET_…`.
 */
export interface PresetApi {
  list(): readonly PresetSummary[];
  get(preset: string): Preset;
  /** The last recall, or null. */
  last(): RecallReport | null;
  /** Saves what plays as a new preset; its thumbnail follows within the second. */
  save(what: PresetSave, sender: Sender): PresetSummary;
  /** Saves what plays over an existing one, which keeps its id and place. */
  saveOver(preset: string, what: PresetSave, sender: Sender): PresetSummary;
  rename(preset: string, name: string): PresetSummary;
  /** The show's own presets in another order; ids that are not named follow in the order they had. */
  order(ids: readonly string[]): readonly PresetSummary[];
  remove(preset: string): void;
  duplicate(preset: string): PresetSummary;
  /** Adds the presets of a text; names that are taken get a number. Names line and field of what is wrong, and adds nothing then. */
  import(text: string): readonly PresetSummary[];
  /** The presets that are named, or all of the show's own. */
  export(presets: readonly string[] | null): string;
  /** JPEG, or null where there is none (yet). */
  thumbnail(preset: string): Uint8Array | null;
}
