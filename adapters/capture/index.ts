import { z } from 'zod';
import { defineAdapter, ui } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'capture',
  name: 'Camera',
  description: 'Cameras and capture cards of this machine, through FFmpeg.',
  roles: ['source'],
  runner: 'own',
  exclusive: true,
  locator: 'device',
  config: z.object({
    device: z
      .string()
      .max(256)
      .default('')
      .describe('Path, number or name of the device, as /dev/video0; empty takes the first')
      .meta(ui({ label: 'Device', order: 0 })),
    width: z
      .int()
      .min(16)
      .max(8192)
      .nullable()
      .default(null)
      .describe('Of the picture that the device is asked for; null leaves it to the device')
      .meta(ui({ label: 'Width', order: 1, unit: 'px' })),
    height: z
      .int()
      .min(16)
      .max(8192)
      .nullable()
      .default(null)
      .describe('Counts together with the width')
      .meta(ui({ label: 'Height', order: 2, unit: 'px' })),
    rateHz: z
      .number()
      .min(1)
      .max(240)
      .nullable()
      .default(null)
      .describe('Frames a second that the device is asked for; null leaves it to the device')
      .meta(ui({ label: 'Rate', order: 3, unit: 'Hz' })),
    aspect: z
      .enum(['fill', 'fit', 'stretch'])
      .default('fill')
      .describe('How a picture of another shape is put into the size that the consumers want')
      .meta(ui({ label: 'Aspect', order: 4 })),
  }),
  load: () => import('./run.ts'),
});
