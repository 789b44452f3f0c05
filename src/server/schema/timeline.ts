import { z } from 'zod';
import { timelineSchema, type TimelineState } from '../../contract/timeline.ts';

export const timeline = timelineSchema.meta({ id: 'Timeline' });

export const timelineState: z.ZodType<TimelineState> = z
  .object({
    playing: z.boolean(),
    position: z.number().describe('In its unit, at `timeUs`'),
    timeUs: z.number().describe('Monotonic microseconds'),
    perSecond: z.number().describe('Units a second: 1, or beats by the present tempo'),
    recording: z.boolean().describe('Armed: what hands do while it plays is recorded'),
    touched: z.array(z.string()).readonly().describe('Addresses that a hand has, until their next keyframe'),
    missing: z
      .array(z.object({ address: z.string(), count: z.int(), code: z.string(), message: z.string() }))
      .readonly()
      .describe('What could not be played since the start; the rest played'),
    dropped: z.int().describe('Moves that were not recorded, as the timeline was full'),
    undo: z.boolean().describe('Whether there is a change or a recording to take back'),
    points: z.int().describe('Keyframes, clips and marks'),
    revision: z.int().describe('Grows with every change of the timeline'),
  })
  .meta({ id: 'TimelineState' });

/** Scope's own: entries as its workflow files keep them. What else they say is left alone. */
export const scopeTimeline = z.looseObject({
  entries: z
    .array(
      z.looseObject({
        start_time: z.number().min(0).max(864_000).describe('Seconds'),
        end_time: z.number().nullish(),
        prompts: z.array(z.json()).max(32).default([]),
        transition_steps: z.number().min(0).max(3600).nullish(),
        temporal_interpolation_method: z.string().nullish(),
      }),
    )
    .max(1000),
});

export type ScopeTimeline = z.infer<typeof scopeTimeline>;
