import { z } from 'zod';
import type { SessionReport } from '../../contract/session.ts';
import { jsonObject } from './error.ts';

export const sessionReport: z.ZodType<SessionReport> = z
  .object({
    id: z.string(),
    client: z.string().describe('Who asked: `whep`, `whip`, `panel`, `scope`'),
    state: z.enum(['connecting', 'connected', 'closed']),
    views: z.array(z.string()).describe('Nodes whose pictures it is sent'),
    feeds: z.array(z.string()).describe('Source nodes it feeds'),
    refused: z.array(z.object({ node: z.string(), reason: z.string() })),
    info: jsonObject.describe('Codec, rung, bitrate, round-trip time, losses'),
  })
  .meta({ id: 'Session' });

export const iceServer = z
  .object({ urls: z.string(), username: z.string().exactOptional(), credential: z.string().exactOptional() })
  .meta({ id: 'IceServer' });

export const trickledCandidates = z.object({
  candidates: z
    .array(
      z.object({
        candidate: z.string().max(500).describe('As the browser gave it; empty: there are no more'),
        sdpMid: z.string().max(64).nullable().default(null),
        sdpMLineIndex: z.number().int().nullable().default(null),
      }),
    )
    .max(50),
});
