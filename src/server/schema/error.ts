import { z } from 'zod';
import type { ErrorReport } from '../../contract/error.ts';

export const jsonObject = z.record(z.string(), z.json());

/** An error as data inside a larger answer: a fault, a rejection. */
export const errorReport: z.ZodType<ErrorReport> = z
  .object({
    code: z.string(),
    message: z.string(),
    remedy: z.string().nullable(),
    details: jsonObject.nullable(),
  })
  .meta({ id: 'ErrorReport' });

/** What every failed request answers with. `detail` repeats the message for clients that expect FastAPI's shape. */
export const errorBody = z
  .object({
    error: z.object({
      code: z.string().describe('`E_AREA_WHAT`; docs/reference/errors.md lists them all'),
      message: z.string(),
      remedy: z.string().exactOptional(),
      details: jsonObject.exactOptional(),
    }),
    detail: z.string(),
  })
  .meta({ id: 'Error' });

export type ErrorBody = z.infer<typeof errorBody>;

/** Responses that any route may answer with; a route adds what is its own. */
export const refused = {
  401: errorBody.describe("From beyond the daemon's machine: `E_AUTH_REQUIRED`, `E_AUTH_TOKEN`"),
  403: errorBody.describe('Foreign Host or Origin: `E_HTTP_HOST`, `E_HTTP_ORIGIN`'),
  500: errorBody.describe('`E_INTERNAL`'),
} as const;
