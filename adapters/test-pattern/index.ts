import { z } from 'zod';
import { defineAdapter, ui } from '../../src/contract/adapter.ts';

const side = z.int().min(1).max(8192).nullable().default(null);

export default defineAdapter({
  id: 'test-pattern',
  name: 'Test pattern',
  description:
    'A moving picture that needs no camera: a portrait with lettering, colour bars, a slate with a message, or black.',
  roles: ['source'],
  runner: 'own',
  locator: 'pattern',
  config: z.object({
    pattern: z
      .enum(['motion', 'bars', 'slate', 'black'])
      .default('motion')
      .describe('What is drawn')
      .meta(ui({ label: 'Pattern', order: 0 })),
    message: z
      .string()
      .max(200)
      .default('One moment')
      .describe('What the slate says')
      .meta(ui({ label: 'Message', order: 1 })),
    width: side
      .describe('Pixels; null takes what the consumers want, else 512')
      .meta(ui({ label: 'Width', order: 2, unit: 'px' })),
    height: side
      .describe('Pixels; null takes what the consumers want, else 512')
      .meta(ui({ label: 'Height', order: 3, unit: 'px' })),
    rateHz: z
      .number()
      .min(1)
      .max(240)
      .default(30)
      .describe('Frames a second')
      .meta(ui({ label: 'Rate', order: 4, unit: 'Hz' })),
    counter: z
      .boolean()
      .default(true)
      .describe('Paints the sequence number into the top and bottom edge, for measuring')
      .meta(ui({ label: 'Frame counter', order: 5 })),
  }),
  load: () => import('./run.ts'),
});
