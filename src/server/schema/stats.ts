import { z } from 'zod';
import type { DaemonStats } from '../../contract/daemon.ts';
import type { LinkStats, NodeStats, Timings } from '../../contract/engine-api.ts';
import type { Percentiles } from '../../contract/histogram.ts';
import { size } from './status.ts';

const percentiles: z.ZodType<Percentiles> = z
  .object({ count: z.int(), p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() })
  .meta({ id: 'Percentiles', description: 'Milliseconds; all 0 while count is 0' });

const timings: z.ZodType<Timings> = z
  .object({ hop: percentiles, call: percentiles, tickGap: percentiles, age: percentiles })
  .meta({ id: 'Timings' });

const nodeStats: z.ZodType<NodeStats> = z
  .object({
    id: z.string(),
    rateInHz: z.number(),
    rateOutHz: z.number(),
    framesIn: z.int(),
    framesOut: z.int(),
    ticks: z.int(),
    repeats: z.int(),
    drops: z.int(),
    skipped: z.int().describe('Frames of a source beyond its rate cap'),
    logLinesDropped: z.int().describe('Lines that its runner logged faster than they can be read'),
    rssBytes: z.number(),
    recent: timings.describe('Over the last ten seconds'),
    total: timings.describe('Since the start or the last reset'),
  })
  .meta({ id: 'NodeStats' });

const linkStats: z.ZodType<LinkStats> = z
  .object({
    id: z.string(),
    size: size.nullable(),
    generation: z.int(),
    published: z.int(),
    drops: z.int(),
    slots: z.int(),
    free: z.int(),
    granted: z.int(),
    held: z.int(),
    consumers: z.int(),
  })
  .meta({ id: 'LinkStats' });

export const daemonStats: z.ZodType<DaemonStats> = z
  .object({
    nodes: z.array(nodeStats),
    links: z.array(linkStats),
    eventLoopDelay: percentiles.describe('Of the daemon, over the resolution of its timer'),
    cpuSeconds: z.number(),
    rssBytes: z.number(),
    sockets: z.object({
      clients: z.int().describe('Connected now'),
      lost: z.int().describe('Sessions whose line broke and that may still come back'),
      resumed: z.int().describe('Sessions that came back'),
      forgotten: z.int().describe('Sessions that were forgotten before they came back'),
      previews: z.int(),
      previewSkips: z.int(),
      streams: z.int(),
      streamSkips: z.int(),
      slowClients: z.int(),
      badMessages: z.int(),
    }),
  })
  .meta({ id: 'DaemonStats' });
