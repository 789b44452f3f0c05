import { z } from 'zod';
import { activityOutcomes, type ActivityPage } from '../../contract/activity.ts';
import { errorReport } from './error.ts';

export const activityQuery = z.object({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .exactOptional()
    .describe('Only what changed later: `next` of the last answer'),
  limit: z.coerce.number().int().min(1).max(500).default(500).describe('At most so many lines'),
});

const wallClock = z.number().describe('Milliseconds since 1970');

export const activityPage: z.ZodType<ActivityPage> = z
  .object({
    lines: z
      .array(
        z
          .object({
            id: z.int().describe('Stays while the line is kept'),
            sequence: z.int().describe('Grows with everything that arrives'),
            sender: z.string(),
            address: z.string(),
            outcome: z.enum(activityOutcomes),
            count: z.int().describe('How often, since the line is kept'),
            value: z.json().describe('The newest value; long ones are shortened'),
            at: wallClock,
            dueAt: wallClock.nullable().describe('When it is due; null where it does not wait'),
            error: errorReport.nullable().describe('Why it was refused'),
          })
          .meta({ id: 'ActivityLine' }),
      )
      .describe('One per sender and address, the one that changed last at the end'),
    next: z.int().describe('Ask with `after` set to it for what changes next'),
    forgotten: z.int().describe('Lines that are no longer kept'),
  })
  .meta({ id: 'ActivityPage' });
