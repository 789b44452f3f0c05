import { z } from 'zod';
import { obsRuleSchema, obsTallies, type ObsReport, type ObsRuleState } from '../../contract/obs.ts';
import { errorReport } from './error.ts';

const name = z.string();

export const obsRuleState: z.ZodType<ObsRuleState> = z
  .object({
    rule: obsRuleSchema,
    problem: errorReport
      .nullable()
      .describe('What it names that is not there, in the show or in the OBS that is connected'),
    fired: z.int(),
    failed: z.int(),
    lastError: errorReport.nullable(),
  })
  .meta({ id: 'ObsRuleState' });

const scene = z.object({ name, sources: z.array(name).describe('Those inside its groups included') });
const input = z.object({ name, kind: z.string(), audio: z.boolean().describe('It can be metered') });

export const obsReport: z.ZodType<ObsReport> = z
  .object({
    on: z.boolean().describe('Asked for with --obs'),
    state: z.object({
      connected: z.boolean(),
      version: z.string().nullable(),
      plugin: z.string().nullable().describe('Version of obs-websocket'),
      program: name.nullable(),
      preview: name.nullable().describe('Of studio mode'),
      studioMode: z.boolean(),
      streaming: z.boolean(),
      recording: z.boolean(),
      virtualCamera: z.boolean().nullable().describe('Null where this OBS has none'),
      tally: z.enum(obsTallies).describe('Where in OBS our picture is'),
      ours: z.array(name).describe('Inputs that show what comes from here'),
      collection: z.object({
        scenes: z.array(scene),
        inputs: z.array(input),
        filters: z.record(z.string(), z.array(name)).describe('By the input or scene that has them'),
      }),
    }),
    error: errorReport.nullable().describe('Why it is not connected'),
    rules: z.array(obsRuleState),
  })
  .meta({ id: 'ObsReport' });
