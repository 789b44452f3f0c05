import { z } from 'zod';
import type { RecordingFile, RecordingsState, ReplayState, Take } from '../../contract/recording.ts';
import { errorReport } from './error.ts';
import { size } from './status.ts';

const wallClock = z.number().describe('Milliseconds since 1970');
const skipped = z.int().describe('Frames that came while the encoder was busy');

export const take: z.ZodType<Take> = z
  .object({
    id: z.string(),
    node: z.string(),
    by: z.enum(['request', 'graph']).describe('`graph`: a sink `record` of the graph, which ends with it'),
    state: z.enum(['waiting', 'recording', 'stopped', 'failed']),
    startedAt: wallClock,
    files: z.array(z.string()).readonly().describe('Their names, in order'),
    frames: z.int(),
    skipped,
    fault: errorReport.nullable(),
  })
  .meta({ id: 'Take' });

export const recordingFile: z.ZodType<RecordingFile> = z
  .object({
    name: z.string().describe('Unique in the folder; what it is downloaded and deleted by'),
    path: z.string(),
    kind: z.enum(['video', 'pictures', 'still']),
    state: z
      .enum(['recording', 'done', 'interrupted', 'failed'])
      .describe('`interrupted` and `failed` play up to about the last second'),
    node: z.string().nullable(),
    take: z.string().nullable(),
    startedAt: wallClock,
    seconds: z.number().nullable(),
    size: size.nullable(),
    bytes: z.number(),
    frames: z.int().nullable(),
    skipped,
    fault: errorReport.nullable(),
  })
  .meta({ id: 'RecordingFile' });

export const replayState: z.ZodType<ReplayState> = z
  .object({
    seconds: z.number().describe('0 where nothing is kept'),
    node: z.string().nullable(),
    keptSeconds: z.number().describe('What saving would save now'),
    bytes: z.number(),
    maxBytes: z.number(),
    frames: z.int(),
    evicted: z.int().describe('Frames that left because of the memory, before their time'),
    skipped,
  })
  .meta({ id: 'ReplayState' });

export const recordingsState: z.ZodType<RecordingsState> = z.object({
  folder: z.string(),
  freeBytes: z.number().nullable(),
  takes: z.array(take).readonly(),
  files: z.array(recordingFile).readonly().describe('The newest first'),
  replay: replayState,
});
