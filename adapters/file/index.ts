import { z } from 'zod';
import { defineAdapter, ui } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'file',
  name: 'File',
  description: 'Plays a video or picture file in a loop, through FFmpeg.',
  roles: ['source'],
  runner: 'own',
  locator: 'path',
  config: z.object({
    path: z
      .string()
      .min(1)
      .max(4096)
      .describe('Name of a file in the media folder, or absolute path of a video or picture')
      .meta(ui({ label: 'File', order: 0 })),
    loop: z
      .boolean()
      .default(true)
      .describe('Begins again at the end; otherwise the source ends')
      .meta(ui({ label: 'Loop', order: 1 })),
    rotation: z
      .union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)])
      .default(0)
      .describe('Clockwise, on top of what the file says of itself')
      .meta(ui({ label: 'Rotation', order: 2, unit: '°' })),
    aspect: z
      .enum(['fill', 'fit', 'stretch'])
      .default('fill')
      .describe('How a picture of another shape is put into the size that the consumers want')
      .meta(ui({ label: 'Aspect', order: 3 })),
    stillRateHz: z
      .number()
      .min(1)
      .max(240)
      .default(30)
      .describe('How often a still picture is sent, frames a second')
      .meta(ui({ label: 'Still picture rate', order: 4, unit: 'Hz' })),
  }),
  load: () => import('./run.ts'),
});
