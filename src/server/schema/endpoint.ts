import { z } from 'zod';
import type { EndpointList, FinderReport, PickableEndpoint } from '../../contract/endpoint.ts';
import { size } from './status.ts';

const roles = z.array(z.enum(['source', 'sink'])).readonly();

const pickableEndpoint: z.ZodType<PickableEndpoint> = z
  .object({
    url: z.string().describe('As `--in` and `PUT nodes/ID/endpoint` take it'),
    name: z.string(),
    size: size.nullable(),
    rateHz: z.number().nullable(),
    adapter: z.string(),
    roles,
    nodes: z.array(z.string()).readonly().describe('Nodes that play it or are about to'),
    thumbnail: z.string().nullable().describe('Path of a JPEG of it, made when it is asked for'),
  })
  .meta({ id: 'Endpoint' });

const finderReport: z.ZodType<FinderReport> = z
  .object({
    adapter: z.string(),
    name: z.string(),
    roles,
    state: z
      .enum(['fixed', 'typed', 'idle', 'searching', 'failed', 'unavailable'])
      .describe('`fixed`: known without a search; `typed`: its address is typed'),
    reason: z.string().nullable(),
    remedy: z.string().nullable(),
  })
  .meta({ id: 'Finder' });

export const endpointList: z.ZodType<EndpointList> = z
  .object({
    endpoints: z.array(pickableEndpoint).readonly(),
    finders: z.array(finderReport).readonly().describe('How the search of each adapter is'),
  })
  .meta({ id: 'EndpointList' });

export const endpointWish = z.strictObject({
  url: z.string().min(1).max(4096).describe('`test-pattern:bars`, `file:clip.mp4`, `ndi:NAME`, `srt://…`'),
  config: z.record(z.string(), z.json()).default({}).describe('Further settings of the adapter'),
  force: z
    .boolean()
    .default(false)
    .describe('Lets it take over at once, not only with its first frame; the last picture stays until then'),
});
