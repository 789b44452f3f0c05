import { z } from 'zod';

export const tempoEnable = z.looseObject({
  source: z.enum(['link', 'midi_clock', 'internal']),
  bpm: z.number().min(20).max(300).exactOptional(),
  beats_per_bar: z.int().min(1).max(16).exactOptional(),
  midi_device: z.string().max(200).nullish().describe('None: the first that sends a clock'),
});

export const tempoSet = z.looseObject({ bpm: z.number().min(20).max(300) });

export const tempoStatus = z.object({
  enabled: z.boolean(),
  source: z.object({ type: z.enum(['midi_clock', 'internal']) }).nullable(),
  beats_per_bar: z.int(),
  beat_state: z
    .object({
      bpm: z.number(),
      beat_phase: z.number(),
      bar_position: z.number().describe('Beats since the bar began'),
      beat_count: z.int(),
      is_playing: z.boolean(),
      source: z.string(),
    })
    .nullable()
    .describe('Null while disabled, or while no MIDI clock is heard'),
});

const source = z.object({
  available: z.boolean(),
  name: z.string(),
  reason: z.string().nullable().exactOptional(),
  install_hint: z.string().nullable().exactOptional(),
});

export const tempoSourceList = z.object({
  sources: z.object({
    link: source,
    midi_clock: source.extend({ devices: z.array(z.string()) }),
    internal: source,
  }),
});

export type TempoEnable = z.infer<typeof tempoEnable>;
export type TempoStatus = z.infer<typeof tempoStatus>;
export type TempoSources = z.infer<typeof tempoSourceList>;
