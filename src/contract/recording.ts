import { z } from 'zod';
import type { ErrorReport } from './error.ts';
import type { Size } from './frame.ts';
import { ui } from './parameter.ts';
import { DEFAULT_NAME } from './recording-name.ts';

/** Makes names of files; `{date}`, `{time}`, `{node}`, `{preset}` and `{take}` are filled in. Empty is the default. */
const recordingName = z.string().max(120);

/** How a node is recorded. The same for a sink `record` of the graph and for a take beside any node. */
export const recordingSettings = z.object({
  format: z
    .enum(['mp4', 'png'])
    .default('mp4')
    .describe('mp4: H.264 for every player; png: a folder of pictures with alpha, every pixel kept')
    .meta(ui({ label: 'Format', order: 0 })),
  quality: z
    .int()
    .min(1)
    .max(100)
    .default(75)
    .describe('Of mp4: 50 for sharing, 75 for the archive, 90 and more for cutting')
    .meta(ui({ label: 'Quality', order: 1 })),
  bitrateKbps: z
    .int()
    .min(0)
    .max(400_000)
    .default(0)
    .describe('Of mp4, instead of the quality; 0: as much as the quality needs')
    .meta(ui({ label: 'Bitrate', order: 2, unit: 'kbit/s' })),
  effort: z
    .enum(['fast', 'balanced', 'small'])
    .default('fast')
    .describe('Time for smaller files: balanced costs about twice what fast does, small four times')
    .meta(ui({ label: 'Effort', order: 3 })),
  rateHz: z
    .number()
    .min(0)
    .max(240)
    .default(0)
    .describe('Constant frames a second, repeats filled in; 0: each frame at its own time, none twice')
    .meta(ui({ label: 'Constant rate', order: 4, unit: 'Hz' })),
  splitMinutes: z
    .number()
    .min(0)
    .max(1440)
    .default(0)
    .describe('A new file after so long, without a lost frame; 0: never')
    .meta(ui({ label: 'New file after', order: 5, unit: 'min' })),
  splitMegabytes: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe('A new file at this size; 0: never')
    .meta(ui({ label: 'New file at', order: 6, unit: 'MB' })),
  name: recordingName
    .default(DEFAULT_NAME)
    .describe('Name of the files: {date} {time} {node} {preset} {take} are filled in')
    .meta(ui({ label: 'Name', order: 7 })),
});

/** Starts a take. What is left out is as the settings' defaults say; without a node, what the audience sees is recorded. */
export const takeRequest = recordingSettings.partial().extend({ node: z.string().exactOptional() }).strict();
export type TakeRequest = z.infer<typeof takeRequest>;

/** The last `seconds` of a node, kept encoded in memory for `save`; 0 seconds keep nothing. */
export const replayRequest = z.strictObject({
  seconds: z.number().min(0).max(1800),
  node: z.string().exactOptional().describe('Unless given, what the audience sees'),
  megabytes: z
    .number()
    .min(1)
    .max(4096)
    .default(256)
    .describe('Memory it may take; counts before the seconds'),
  quality: z.int().min(1).max(100).default(75),
});
export type ReplayRequest = z.input<typeof replayRequest>;

export type TakeState =
  /** Its node is not there, has no picture yet, or its runner starts. */
  | 'waiting'
  | 'recording'
  | 'stopped'
  /** It goes on once what is wrong is gone: a full disk, a folder that may not be written. */
  | 'failed';

/** One recording from its start to its stop; splits, other sizes and a runner that died give it several files. */
export interface Take {
  readonly id: string;
  readonly node: string;
  /** `graph`: a sink `record` that is in the graph and ends with it. */
  readonly by: 'request' | 'graph';
  readonly state: TakeState;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Names of its files, in order. */
  readonly files: readonly string[];
  /** Pictures that were written. */
  readonly frames: number;
  /** Frames that came while the encoder was busy. */
  readonly skipped: number;
  readonly fault: ErrorReport | null;
}

export type RecordingState =
  | 'recording'
  | 'done'
  /** Its runner or the daemon died: it plays up to about the last second. */
  | 'interrupted'
  /** It ended because of `fault`, and plays up to there. */
  | 'failed';

/** A file in the folder of recordings, or a folder of pictures. */
export interface RecordingFile {
  /** Name in the folder, unique: what it is downloaded and deleted by. */
  readonly name: string;
  readonly path: string;
  readonly kind: 'video' | 'pictures' | 'still';
  readonly state: RecordingState;
  /** Null where it lay there before and nothing tells. */
  readonly node: string | null;
  readonly take: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly seconds: number | null;
  readonly size: Size | null;
  readonly bytes: number;
  readonly frames: number | null;
  readonly skipped: number;
  readonly fault: ErrorReport | null;
}

/** What `save` would save now. */
export interface ReplayState {
  /** The wish; 0 where nothing is kept. */
  readonly seconds: number;
  readonly node: string | null;
  /** What is in memory. */
  readonly keptSeconds: number;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly frames: number;
  /** Frames that left because of the memory, before their time. */
  readonly evicted: number;
  readonly skipped: number;
}

export interface RecordingsState {
  readonly folder: string;
  /** Room on its disk; null where that cannot be told. */
  readonly freeBytes: number | null;
  /** Those that are under way, and the last ones that stopped. */
  readonly takes: readonly Take[];
  readonly files: readonly RecordingFile[];
  readonly replay: ReplayState;
}

/** Recording of any node, independent of who looks. Errors: `E_RECORDING_*`, `E_GRAPH_UNKNOWN_NODE`, `E_FRAME_NONE`. */
export interface RecordingsApi {
  state(): RecordingsState;
  /** Whether what the audience sees is being recorded: a take that was asked for without a node. */
  recording(): boolean;
  replay(): ReplayState;
  /** Without a node while such a take is under way, that one. */
  start(request: TakeRequest): Promise<Take>;
  /** Its last file is whole when this resolves. */
  stop(take: string): Promise<Take>;
  /** Ends the take of what the audience sees, if there is one. */
  stopShown(): Promise<void>;
  /** A PNG of a node into the folder. */
  still(node?: string): Promise<RecordingFile>;
  /** Path of the file behind a name; of a folder of pictures, that of one `picture`, from 1. */
  content(name: string, picture?: number): Promise<string>;
  remove(name: string): Promise<void>;
  /** Gives a file another name, made safe and with the ending that it had; answers it as it is listed. `E_RECORDING_NAME` where there is one. */
  rename(name: string, wish: string): Promise<RecordingFile>;
  keepReplay(request: ReplayRequest): Promise<ReplayState>;
  /** Save what just happened. */
  saveReplay(): Promise<RecordingFile>;
  /** After every change, progress once a second included. */
  subscribe(listener: () => void): () => void;
}

/** What the event `recording` of the adapter `record` holds: when a file is begun, once a second, and when it ended. */
export type RecordingNews = Pick<
  RecordingFile,
  'path' | 'kind' | 'state' | 'startedAt' | 'bytes' | 'skipped' | 'fault'
> & { readonly seconds: number; readonly size: Size; readonly frames: number };
