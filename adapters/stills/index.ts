import { z } from 'zod';
import { defineAdapter, ui } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'stills',
  name: 'Stills and preview',
  description:
    'Makes PNG and JPEG pictures of what it is linked to, and the JPEG preview stream, only when somebody asks.',
  roles: ['sink'],
  runner: 'own',
  locator: null,
  config: z.object({
    jpegQuality: z
      .int()
      .min(1)
      .max(100)
      .default(82)
      .describe('Quality of JPEG pictures that are asked for without one')
      .meta(ui({ label: 'JPEG quality', order: 0 })),
    maxSide: z
      .int()
      .min(16)
      .max(8192)
      .nullable()
      .default(null)
      .describe('Longest side of pictures that are asked for without one; null keeps the size')
      .meta(ui({ label: 'Longest side', order: 1, unit: 'px' })),
    previewRateHz: z
      .number()
      .min(0.1)
      .max(60)
      .default(30)
      .describe('Pictures a second of the preview, at most, where the viewer does not say')
      .meta(ui({ label: 'Preview rate', order: 2, unit: 'Hz' })),
  }),
  load: () => import('./run.ts'),
});
