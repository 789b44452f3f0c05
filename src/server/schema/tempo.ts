import { z } from 'zod';
import { commandSchema } from '../../contract/command.ts';
import { modulationSchema, type ModulationState } from '../../contract/modulation.ts';
import type { PendingCommand } from '../../contract/schedule.ts';
import { tempoSettingsSchema, tempoSources, type TempoState } from '../../contract/tempo.ts';

export const tempoState: z.ZodType<TempoState> = tempoSettingsSchema
  .pick({ bpm: true, beatsPerBar: true, quantize: true, lookahead: true })
  .extend({
    playing: z.boolean(),
    beat: z.number().describe('Beats since the one that began bar 0, at `timeUs`'),
    bar: z.int(),
    phase: z.number().describe('0..1 inside the beat'),
    timeUs: z.number().describe('Monotonic microseconds'),
    lead: z.object({
      source: z.enum(tempoSources),
      state: z.enum(['own', 'waiting', 'following', 'free']),
      device: z.string().nullable().describe('The MIDI device that is followed, or was last'),
      devices: z.array(z.string()).readonly().describe('MIDI devices that have sent a clock'),
      message: z.string().describe('Empty while all is well'),
    }),
  })
  .meta({ id: 'Tempo' });

export const pendingCommand: z.ZodType<PendingCommand> = z
  .object({
    id: z.string(),
    sender: z.string(),
    address: z.string(),
    command: commandSchema,
    atUs: z.number().describe('When it is due by the present tempo, monotonic microseconds'),
    beat: z.number().nullable().describe('The beat it waits for; null where it waits for a time'),
  })
  .meta({ id: 'PendingCommand' });

export const modulationState: z.ZodType<ModulationState> = z
  .object({
    address: z.string(),
    modulation: modulationSchema,
    base: z.json().describe('What the hand set; null while there is no such parameter'),
    played: z.json().describe('What is played at this moment'),
  })
  .meta({ id: 'Modulation' });
