import { z } from 'zod';

/** What a command may wait for a multiple of; bars have as many beats as `/tempo/beats-per-bar` says. */
export const grids = ['beat', 'bar', '2-bars', '4-bars'] as const;
export type Grid = (typeof grids)[number];

export const quantizeChoices = ['none', ...grids] as const;
export type Quantize = (typeof quantizeChoices)[number];

/** `internal`: set by hand and tapped. `midi`: follows a MIDI clock (24 ticks per quarter note). */
export const tempoSources = ['internal', 'midi'] as const;
export type TempoSource = (typeof tempoSources)[number];

export const slowestBpm = 20;
export const fastestBpm = 300;
export const longestLookahead = 2;

/** What the show file keeps of the tempo. */
export const tempoSettingsSchema = z.strictObject({
  bpm: z.number().min(slowestBpm).max(fastestBpm).default(120),
  beatsPerBar: z.int().min(1).max(16).default(4),
  source: z.enum(tempoSources).default('internal'),
  /** Name of the MIDI device whose clock counts; empty is the first that sends one. */
  device: z.string().max(200).default(''),
  quantize: z.enum(quantizeChoices).default('none'),
  /** Seconds. */
  lookahead: z.number().min(0).max(longestLookahead).default(0),
});

export type TempoSettings = z.infer<typeof tempoSettingsSchema>;

/** Who gives the beat at this moment. */
export interface TempoLead {
  readonly source: TempoSource;
  /**
   * `own`: the internal clock. `waiting`: no tick has come yet. `following`: in time with the MIDI clock. `free`: the MIDI
   * clock fell silent, and the last tempo goes on.
   */
  readonly state: 'own' | 'waiting' | 'following' | 'free';
  /** The MIDI device that is followed, or was last; null where there is none. */
  readonly device: string | null;
  /** Every MIDI device that has sent a clock since the start. */
  readonly devices: readonly string[];
  /** What a person is to know of it, in one line; empty while all is well. */
  readonly message: string;
}

/** The tempo as REST shows it. `beat`, `bar` and `phase` are those of `timeUs`; from there on they go by `bpm`. */
export interface TempoState extends Omit<TempoSettings, 'source' | 'device'> {
  readonly playing: boolean;
  /** Beats since the last one that began bar 0, with fraction; below 0 where that is still to come. */
  readonly beat: number;
  readonly bar: number;
  /** 0..1 inside the beat. */
  readonly phase: number;
  /** Monotonic microseconds, the clock of frames and of `at: { timeUs }`. */
  readonly timeUs: number;
  readonly lead: TempoLead;
}

export interface TempoApi {
  state(): TempoState;
  /** Calls when anything changed but the running of the beats. */
  subscribe(listener: (state: TempoState) => void): () => void;
}
