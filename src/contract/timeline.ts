import { z } from 'zod';
import { commandSchema, curves, transitionSchema, weightedTextSchema } from './command.ts';

/** Value tracks that a timeline holds at most. */
export const trackLimit = 200;
/** Prompt tracks: one for the whole show, and one for each stage with prompts of its own. */
export const promptTrackLimit = 32;
/**
 * Keyframes, clips and marks together. One track may hold them all, and to parse and check it in one request takes about the ten
 * milliseconds that the daemon may be held; to print it takes less, and is done in a turn of its own.
 */
export const pointLimit = 5_000;
/** Whole days, in seconds or beats. */
export const longestPosition = 864_000;
/** What a loop is at least long: below, it is a buzz that nobody can hear a timeline in. */
export const shortestLoop = 0.05;

/** How a value goes on to the next keyframe: it stays until then, or glides as a ramp does. */
export const keyframeCurves = ['hold', ...curves] as const;

const at = z.number().min(0).max(longestPosition).describe("In the timeline's unit, from its start");

export const keyframeSchema = z.strictObject({
  at,
  value: z.union([z.number(), z.boolean(), z.string().max(2000), z.array(z.json()).max(64)], {
    error: 'neither a number, true or false, a text nor a list',
  }),
  curve: z
    .enum(keyframeCurves)
    .default('linear')
    .describe('To the next keyframe. What cannot glide stays until then, whatever this says'),
});

export const valueTrackSchema = z.strictObject({
  address: z
    .string()
    .min(2)
    .max(200)
    .startsWith('/')
    .refine((address) => address !== '/timeline' && !address.startsWith('/timeline/'), {
      error: 'a track cannot play the timeline itself; a mark can',
    })
    .describe('A bare key (`/warp`) is of the first stage that has it'),
  keyframes: z
    .array(keyframeSchema)
    .max(pointLimit)
    .describe('Before the first one its value holds already; of two at one instant the later one counts'),
});

export const promptClipSchema = z.strictObject({
  at,
  prompts: z.array(weightedTextSchema).max(32),
  interpolation: z.enum(['linear', 'slerp']).optional().describe('Unchanged where left out'),
  transition: transitionSchema.optional().describe('Unless given, the one set at /transition'),
});

export const promptTrackSchema = z.strictObject({
  node: z.string().max(32).nullable().default(null).describe('Null is every stage that has prompts'),
  clips: z.array(promptClipSchema).max(pointLimit).describe('Each plays until the next'),
});

export const markSchema = z.strictObject({
  at,
  name: z.string().trim().max(80).default(''),
  command: commandSchema
    .nullable()
    .default(null)
    .refine((command) => command === null || !('at' in command) || command.at === undefined, {
      error: 'a mark says itself when its command plays; leave out `at` of the command',
      path: ['at'],
    })
    .describe('A preset, a trigger, a cue, any command; null is a mark that says where one is'),
});

export const loopSchema = z
  .strictObject({
    on: z.boolean().default(false),
    from: at.default(0),
    to: at.default(16),
  })
  .refine((loop) => loop.to - loop.from >= shortestLoop, {
    error: `ends at least ${shortestLoop} after it begins`,
    path: ['to'],
  });

const fields = {
  unit: z.enum(['seconds', 'beats']),
  length: z
    .number()
    .min(shortestLoop)
    .max(longestPosition)
    .nullable()
    .describe('Where it stops by itself; null plays on for ever'),
  loop: loopSchema,
  tracks: z.array(valueTrackSchema).max(trackLimit),
  prompts: z.array(promptTrackSchema).max(promptTrackLimit),
  marks: z.array(markSchema).max(pointLimit),
  quantize: z
    .number()
    .min(0)
    .max(64)
    .describe(
      'Recorded prompts and triggers are put on multiples of this, in the unit; 0 leaves them where they came',
    ),
  follow: z.boolean().describe('A MIDI clock that gives the tempo starts, stops and moves it, too'),
};

/** Values, prompts and commands over time. Points of a track may come in any order; they are kept in that of their time. */
export const timelineSchema = z
  .strictObject({
    unit: fields.unit.default('seconds'),
    length: fields.length.default(null),
    loop: fields.loop.prefault({}),
    tracks: fields.tracks.default([]),
    prompts: fields.prompts.default([]),
    marks: fields.marks.default([]),
    quantize: fields.quantize.default(0),
    follow: fields.follow.default(false),
  })
  .superRefine((timeline, context) => {
    const fault = timelineFault(timeline);
    if (fault !== null) context.addIssue({ code: 'custom', path: fault.path, message: fault.problem });
  });

/** What is named is changed: a track by its address or node (one without points is taken out), all else as a whole. */
export const timelinePatchSchema = z.strictObject(fields).partial();

export type Keyframe = z.infer<typeof keyframeSchema>;
export type ValueTrack = z.infer<typeof valueTrackSchema>;
export type PromptClip = z.infer<typeof promptClipSchema>;
export type PromptTrack = z.infer<typeof promptTrackSchema>;
export type Mark = z.infer<typeof markSchema>;
export type Timeline = z.infer<typeof timelineSchema>;
export type TimelinePatch = z.infer<typeof timelinePatchSchema>;

/** Where it is and how it does. From `timeUs` on, the position goes by `perSecond` while it plays. */
export interface TimelineState {
  readonly playing: boolean;
  /** In the timeline's unit. */
  readonly position: number;
  /** Monotonic microseconds. */
  readonly timeUs: number;
  /** Units per second: 1, or beats by the tempo of this moment. */
  readonly perSecond: number;
  /** Armed; what hands move while it plays is recorded. */
  readonly recording: boolean;
  /** Addresses that a hand took over until their next keyframe. */
  readonly touched: readonly string[];
  /** What could not be played since the start: an address that is not there now, a value that does not fit it any more. */
  readonly missing: readonly TimelineMiss[];
  /** Moves that were not recorded as the timeline was full, since the start. */
  readonly dropped: number;
  /** Whether there is a change or a recording to take back. */
  readonly undo: boolean;
  /** Keyframes, clips and marks. */
  readonly points: number;
  /** Grows with every change of the timeline itself, by whomever. */
  readonly revision: number;
}

export interface TimelineMiss {
  readonly address: string;
  readonly count: number;
  readonly code: string;
  readonly message: string;
}

/**
 * The timeline of the show. It is played by addresses, like everything else: `/timeline/playing`, `/timeline/position`,
 * `/timeline/loop`, `/timeline/recording`, `/timeline/play`, `/timeline/stop`, `/timeline/undo`. Throws with `E_TIMELINE_…`.
 */
export interface TimelineApi {
  read(): Timeline;
  /** JSON of one that was read, printed in slices; of what was printed before, the tracks that changed. */
  print(timeline: Timeline): Promise<string>;
  state(): TimelineState;
  /** Calls when anything changed but the running of the position, at most twenty times a second. */
  subscribe(listener: (state: TimelineState) => void): () => void;
  /** The whole timeline anew. It plays on where it is. */
  replace(timeline: Timeline): Timeline;
  change(patch: TimelinePatch): Timeline;
  /** Takes the last change or recording back, whole; twenty of them, one after the other. */
  undo(): Timeline;
}

export function pointsOf({ tracks, prompts, marks }: Pick<Timeline, 'tracks' | 'prompts' | 'marks'>): number {
  const keyframes = tracks.reduce((sum, track) => sum + track.keyframes.length, 0);
  return prompts.reduce((sum, track) => sum + track.clips.length, keyframes + marks.length);
}

/** What no field shows by itself: too much in all, or two tracks for one thing. */
export function timelineFault(
  timeline: Pick<Timeline, 'tracks' | 'prompts' | 'marks'>,
): { readonly path: (string | number)[]; readonly problem: string } | null {
  const points = pointsOf(timeline);
  if (points > pointLimit)
    return { path: [], problem: `${points} keyframes, clips and marks; ${pointLimit} are the most` };
  const { tracks, prompts } = timeline;
  if (tracks.length > trackLimit)
    return { path: ['tracks'], problem: `${tracks.length} tracks; ${trackLimit} are the most` };
  if (prompts.length > promptTrackLimit)
    return { path: ['prompts'], problem: `${prompts.length} tracks; ${promptTrackLimit} are the most` };
  const address = repeated(tracks.map((track) => track.address));
  if (address !== null)
    return { path: ['tracks', address, 'address'], problem: 'another track has this address' };
  const node = repeated(prompts.map((track) => track.node ?? ''));
  return node === null ? null : { path: ['prompts', node, 'node'], problem: 'another track has this node' };
}

function repeated(names: readonly string[]): number | null {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) return index;
    seen.add(name);
  }
  return null;
}
