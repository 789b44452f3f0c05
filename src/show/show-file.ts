import { z } from 'zod';
import { bindingSchema, MOST_BANKS, MOST_BINDINGS } from '../contract/binding.ts';
import { curves, transitionSchema, weightedTextSchema } from '../contract/command.ts';
import { cueLimit, cueListSchema } from '../contract/cue.ts';
import { failure } from '../contract/error.ts';
import { favouriteLimit } from '../contract/favourites.ts';
import { graphSchema, type Graph } from '../contract/graph.ts';
import { withPlaces, type PlaceFault, type ReadEndpoint } from '../contract/graph-places.ts';
import { parseWithin } from '../contract/json-fault.ts';
import { placeOf } from '../contract/json-place.ts';
import { modulationSchema } from '../contract/modulation.ts';
import { obsRuleListSchema } from '../contract/obs.ts';
import { presetLimit, presetSchema } from '../contract/preset.ts';
import { readJson } from '../contract/read-json.ts';
import { tempoSettingsSchema } from '../contract/tempo.ts';
import { timelineSchema } from '../contract/timeline.ts';

/** Raised when older versions could not read what is written; `migrated` then brings up what they wrote. */
export const showVersion = 2;

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
export const showFileSchema = z.looseObject({
  version: z.literal(showVersion),
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
  /** What OBS and the show do for each other. */
  obs: z.strictObject({ rules: obsRuleListSchema.default([]) }).prefault({}),
  /** Addresses that small panels show. */
  favourites: z.array(z.string().max(200)).max(favouriteLimit).default([]),
});

export type NodePrompts = z.infer<typeof nodePromptsSchema>;
export type ShowFile = z.infer<typeof showFileSchema>;

/** A show in which nothing has been set. */
export function emptyShow(graph: Graph): ShowFile {
  return showFileSchema.parse({ version: showVersion, graph });
}

const limits = { depth: 48, values: 200_000 };

/**
 * A show from its text, brought up to this version; sources and sinks may be written as a `url`. Throws E_SHOW_FILE with line and field, or
 * E_SHOW_NEWER.
 */
export function readShow(
  text: string,
  read: ReadEndpoint,
): { readonly show: ShowFile; readonly version: number } {
  let version = showVersion;
  const misplaced: PlaceFault[] = [];
  const { value, fault } = readJson(text, showFileSchema, limits, (given) => {
    version = versionOf(given) ?? showVersion;
    const placed = withGraphPlaces(migrated(given, version), read);
    if (placed.fault !== null) misplaced.push(placed.fault);
    return placed.show;
  });
  const [first] = misplaced;
  if (first !== undefined) throw misplacedAt(text, first);
  if (fault === null) return { show: value, version };
  const { line, column, field, message } = fault;
  throw failure('E_SHOW_FILE', message, { line, column, field });
}

/** JSON of a show brought up to this version, not checked any further. Null where the text is no JSON or a `url` leads nowhere; throws E_SHOW_NEWER. */
export function parseShow(text: string, read: ReadEndpoint): unknown {
  const { value, fault } = parseWithin(text, limits);
  if (fault !== null) return null;
  const { show, fault: misplaced } = withGraphPlaces(migrated(value, versionOf(value) ?? showVersion), read);
  return misplaced === null ? show : null;
}

/** The fields of the schema first, in its order; what a later version added comes after them. */
export function topFirst(show: ShowFile): ShowFile {
  const known = Object.keys(showFileSchema.shape).map((key) => [key, show[key]]);
  return { ...Object.fromEntries(known), ...show };
}

function withGraphPlaces(
  show: unknown,
  read: ReadEndpoint,
): { readonly show: unknown; readonly fault: PlaceFault | null } {
  if (typeof show !== 'object' || show === null || !('graph' in show)) return { show, fault: null };
  const { graph, fault } = withPlaces(show.graph, read);
  return { show: { ...show, graph }, fault };
}

function misplacedAt(text: string, { path, message }: PlaceFault): Error {
  const { line, column } = placeOf(text, ['graph', ...path]);
  const field = ['graph', ...path].join('.');
  return failure('E_SHOW_FILE', `line ${line}, column ${column}, ${field}: ${message}`, {
    line,
    column,
    field,
  });
}

function versionOf(given: unknown): number | null {
  const shape = z.looseObject({ version: z.int().min(1) }).safeParse(given);
  return shape.data?.version ?? null;
}

/** Version 1 had neither presets nor cues, bindings, tempo, modulation and timeline; all of them may be left out. */
function migrated(given: unknown, version: number): unknown {
  if (version > showVersion)
    throw failure(
      'E_SHOW_NEWER',
      `The show has version ${version}; this Reverie knows versions up to ${showVersion}`,
      { version, known: showVersion },
    );
  return version === 1 && typeof given === 'object' ? { ...given, version: showVersion } : given;
}
