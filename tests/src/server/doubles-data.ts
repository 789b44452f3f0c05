// Stands for the catalog's `dream` and the default graph: one parameter of each type. Its figures mean nothing.
import { z } from 'zod';
import { graphSchema } from '../../../src/contract/graph.ts';
import {
  color,
  definePipeline,
  describePipeline,
  port,
  trigger,
  ui,
} from '../../../src/contract/pipeline.ts';

export const firstGraph = graphSchema.parse({
  nodes: [
    { id: 'in', type: 'source', adapter: 'test-pattern', config: { pattern: 'bars', text: 'hello' } },
    { id: 'main', type: 'stage', pipeline: 'dream' },
    { id: 'out', type: 'sink', adapter: 'stills' },
  ],
  links: [
    { from: 'in', to: 'main' },
    { from: 'main', to: 'out' },
  ],
});

const params = z.object({
  strength: z
    .number()
    .min(0)
    .max(1)
    .default(0.7)
    .describe('How far the picture leaves its source')
    .meta(ui({ label: 'Strength' })),
  steps: z
    .int()
    .min(1)
    .max(8)
    .default(2)
    .describe('Passes over each picture')
    .meta(ui({ label: 'Steps' })),
  mirror: z
    .boolean()
    .default(false)
    .describe('Mirrors left and right')
    .meta(ui({ label: 'Mirror' })),
  palette: z
    .enum(['prompt', 'warm', 'cold'])
    .default('prompt')
    .describe('Where the colours come from')
    .meta(ui({ label: 'Palette' })),
  tint: color('#8040ff')
    .describe('Mixed over everything')
    .meta(ui({ label: 'Tint' })),
  caption: z
    .string()
    .max(80)
    .default('')
    .describe('A line of text')
    .meta(ui({ label: 'Caption' })),
  points: z
    .array(z.number())
    .default([0, 1])
    .describe('Two ends')
    .meta(ui({ label: 'Points' })),
  burst: trigger({ label: 'Burst' }).describe('Sends a wave through the picture'),
  width: z
    .int()
    .min(64)
    .max(2048)
    .default(512)
    .describe('Width in pixels')
    .meta(ui({ label: 'Width', load: true, unit: 'px' })),
});

export const dreamLike = describePipeline(
  definePipeline({
    id: 'dream',
    name: 'Dream',
    version: '1.0.0',
    description: 'An abstract generator: it paints moods, not things.',
    supports: { prompts: true },
    modes: { text: {}, video: { default: true } },
    inputs: { video: port('video') },
    outputs: { video: port('video') },
    params,
    load: () => Promise.reject(new Error('never loaded')),
  }),
);
