import { z } from 'zod';
import { logLevels, type LogPage } from '../../contract/log.ts';

export const logQuery = z.object({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .exactOptional()
    .describe('Only lines with a larger id: `next` of the last answer; without it the newest ones'),
  level: z.enum(logLevels).exactOptional().describe('This level and what is worse'),
  node: z.string().min(1).max(64).exactOptional().describe('Only lines about this node'),
  limit: z.coerce.number().int().min(1).max(1000).default(200).describe('At most so many lines'),
});

export const logPage: z.ZodType<LogPage> = z
  .object({
    lines: z
      .array(
        z
          .object({
            id: z.int(),
            at: z.number().describe('Milliseconds since 1970'),
            level: z.enum(logLevels),
            node: z.string().nullable().describe('null where it is about the daemon'),
            message: z.string(),
          })
          .meta({ id: 'LogLine' }),
      )
      .describe('Oldest first'),
    next: z.int().describe('Ask with `after` set to it for what comes next'),
    missed: z.int().describe('Lines after `after` that are no longer kept in memory'),
  })
  .meta({ id: 'LogPage' });
