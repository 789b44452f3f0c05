import { z } from 'zod';
import { morphSchema } from './command.ts';
import type { ErrorReport } from './error.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** Rules that one show holds at most. */
export const obsRuleLimit = 200;

/** Our own output in OBS: in the preview of studio mode, in the program, or in neither. */
export const obsTallies = ['off', 'preview', 'program'] as const;
export type ObsTally = (typeof obsTallies)[number];

/** What OBS does with a media source. */
export const obsMediaActions = ['play', 'pause', 'restart', 'stop', 'next', 'previous'] as const;
export type ObsMediaAction = (typeof obsMediaActions)[number];

const obsName = z.string().min(1).max(200);
const presetRef = z.string().min(1).max(80).describe('Id or name');

const shared = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/),
  enabled: z.boolean().default(true),
};

const morph = morphSchema.nullable().default(null).describe('Null is the one at /preset/morph');
const ofPreset = { ...shared, preset: presetRef };

/** What OBS and the show do for each other. The first word is what happens, the second what follows. */
export const obsRuleSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      ...shared,
      kind: z.literal('program-preset'),
      scene: obsName,
      preset: presetRef,
      morph,
      warm: z
        .boolean()
        .default(true)
        .describe('In studio mode, what its preset must load is loaded while the scene is in the preview'),
    })
    .describe('A scene becomes the program: a preset comes in'),
  z
    .strictObject({ ...ofPreset, kind: z.literal('preset-scene'), scene: obsName })
    .describe('A preset is recalled: a scene becomes the program'),
  z
    .strictObject({
      ...ofPreset,
      kind: z.literal('preset-source'),
      scene: obsName,
      source: obsName,
      visible: z.boolean(),
    })
    .describe('A preset is recalled: a source of a scene is shown or hidden'),
  z
    .strictObject({
      ...ofPreset,
      kind: z.literal('preset-filter'),
      source: obsName,
      filter: obsName,
      on: z.boolean(),
    })
    .describe('A preset is recalled: a filter of a source or scene goes on or off'),
  z
    .strictObject({
      ...ofPreset,
      kind: z.literal('preset-media'),
      input: obsName,
      action: z.enum(obsMediaActions),
    })
    .describe('A preset is recalled: a media source plays, pauses, …'),
  z
    .strictObject({ ...shared, kind: z.literal('prompt-text'), input: obsName })
    .describe('A text source shows the prompt'),
]);
export const obsRuleListSchema = z.array(obsRuleSchema).max(obsRuleLimit);

export type ObsRule = z.infer<typeof obsRuleSchema>;
export type ObsRuleInput = z.input<typeof obsRuleSchema>;
export type ObsRuleKind = ObsRule['kind'];

/** What is on air in OBS, and in its preview. */
export interface ObsOnAir {
  /** Scene in the program, and in the preview of studio mode; null where there is none. */
  readonly program: string | null;
  readonly preview: string | null;
  readonly studioMode: boolean;
  readonly streaming: boolean;
  readonly recording: boolean;
  /** Null where this OBS has none. */
  readonly virtualCamera: boolean | null;
  readonly tally: ObsTally;
  /** Names of the inputs that show what comes from here. */
  readonly ours: readonly string[];
}

/** How OBS is, as it was last read: never counted together from its events. */
export interface ObsState extends ObsOnAir {
  readonly connected: boolean;
  /** `29.0.2`; null while it is not connected. */
  readonly version: string | null;
  /** Of its WebSocket plugin: `5.1.0`. */
  readonly plugin: string | null;
  readonly collection: ObsCollection;
}

/** What a rule can name. */
export interface ObsCollection {
  /** In the order of OBS's list, the topmost first. */
  readonly scenes: readonly ObsScene[];
  readonly inputs: readonly ObsInput[];
  /** Filters by the input or scene that has them. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

export interface ObsScene {
  readonly name: string;
  /** Names of its sources, those inside its groups included. */
  readonly sources: readonly string[];
}

export interface ObsInput {
  readonly name: string;
  /** As OBS calls it: `browser_source`, `ffmpeg_source`. */
  readonly kind: string;
  /** It can be metered. */
  readonly audio: boolean;
}

/** A rule and what became of it. */
export interface ObsRuleState {
  readonly rule: ObsRule;
  /** What it names that is not there, in the show or in the OBS that is connected; null while all is well. */
  readonly problem: ErrorReport | null;
  /** How often it was carried out, and how often that failed. */
  readonly fired: number;
  readonly failed: number;
  readonly lastError: ErrorReport | null;
}

export interface ObsReport {
  /** Asked for with --obs. */
  readonly on: boolean;
  readonly state: ObsState;
  /** Why it is not connected; null while it is, or while it is not asked for. */
  readonly error: ErrorReport | null;
  readonly rules: readonly ObsRuleState[];
}

/** Something for the adapter to do in OBS. */
export type ObsAction =
  | { readonly do: 'scene'; readonly scene: string }
  | { readonly do: 'source'; readonly scene: string; readonly source: string; readonly visible: boolean }
  | { readonly do: 'filter'; readonly source: string; readonly filter: string; readonly on: boolean }
  | { readonly do: 'media'; readonly input: string; readonly action: ObsMediaAction }
  | { readonly do: 'text'; readonly input: string; readonly text: string };

/** The rules between the show and OBS, and how OBS is. Throws with `E_OBS_…`. */
export interface ObsApi {
  report(): ObsReport;
  /** All others go. */
  replace(rules: readonly ObsRuleInput[]): ObsReport;
  /** Adds a rule or takes the place of the one with its id. */
  put(rule: ObsRuleInput): ObsRuleState;
  remove(id: string): void;
  /** State or rules are other ones. */
  onChange(listener: () => void): () => void;
}

/** What the adapter does for the show. */
export interface ObsHands {
  /** Rejects with `E_OBS_…`. */
  act(action: ObsAction): Promise<void>;
  /** Inputs whose levels are wanted, all of them. */
  meter(inputs: readonly string[]): void;
}

/** The side of the link that the adapter meets. */
export interface ObsPart extends ObsApi {
  use(hands: ObsHands): void;
  /** What the adapter tells: `obs-live`, `obs-collection`; data from outside. */
  told(name: string, data: JsonObject): void;
  /** It is not connected, and why. */
  gone(error: ErrorReport | null): void;
}

/**
 * The running adapter, asked from the daemon: `setup` and `remove` are answered by adapters/obs/setup.ts. Rejects with `E_OBS_OFF`
 * where OBS was not asked for, with `E_OBS_UNREACHABLE` or `E_OBS_AUTH` while it is not connected, and with what the adapter throws.
 */
export interface ObsDoor {
  request(method: string, params: JsonObject): Promise<JsonValue>;
}
