import { z } from 'zod';
import { definePipeline, port, trigger, ui } from '../../src/contract/pipeline.ts';

const share = (initial: number, description: string) =>
  z.number().min(0).max(1).default(initial).describe(description);

export default definePipeline({
  id: 'dream',
  name: 'Dream',
  version: '1.0.0',
  description:
    'A moving picture from words, with nothing to download. An abstract generator, not text-to-image: a lexicon of more than 300 words ' +
    '(colours, materials, places, weather, light, life, textures, motion) steers palette, structure and motion. Words outside it carry no ' +
    'meaning and only vary the structure. In video mode the source shapes the picture, and faces and lettering stay readable.',
  usage: ['main'],
  supports: { prompts: true },
  promptNote: "Words outside Dream's lexicon carry no meaning.",
  modes: { text: { default: true }, video: {} },
  inputs: { video: port('video') },
  outputs: { video: port('video') },
  params: z.object({
    strength: share(
      0.75,
      'Video mode: how much of the dream covers the source. 0 shows the source, 1 only the dream.',
    ).meta(ui({ label: 'Strength', order: 1, modes: ['video'] })),
    speed: z
      .number()
      .min(0)
      .max(4)
      .default(1)
      .describe('How fast everything moves; 0 stands still.')
      .meta(ui({ label: 'Speed', order: 2 })),
    detail: share(0.5, 'Coarse and soft to fine and carved.').meta(ui({ label: 'Detail', order: 3 })),
    warp: share(0.5, 'How far the structure is bent; 0 is straight.').meta(ui({ label: 'Warp', order: 4 })),
    contrast: share(0.5, 'How far the palette is spread.').meta(ui({ label: 'Contrast', order: 5 })),
    glow: share(0.5, 'Strength of lights, highlights and accents.').meta(ui({ label: 'Glow', order: 6 })),
    feedback: z
      .number()
      .min(0)
      .max(0.95)
      .default(0)
      .describe('How much of the last picture stays, drawn a little larger each time.')
      .meta(ui({ label: 'Feedback', order: 7 })),
    palette: z
      .enum([
        'prompt',
        'ember',
        'lagoon',
        'aurora',
        'orchid',
        'citrus',
        'forest',
        'ice',
        'rose',
        'dusk',
        'neon',
        'sand',
        'mono',
      ])
      .default('prompt')
      .describe('Colours: those of the prompt, or a palette by name.')
      .meta(ui({ label: 'Palette', order: 8, category: 'colour' })),
    seed: z
      .int()
      .min(0)
      .max(999_999)
      .default(1)
      .describe('Another place in the noise, another arrangement of everything that moves.')
      .meta(ui({ label: 'Seed', order: 9, category: 'colour' })),
    pulse: trigger({ label: 'Pulse', order: 10 }).describe('A beat of light that dies away within a second.'),
    width: z
      .int()
      .min(64)
      .max(2048)
      .default(512)
      .describe('Width of the picture, pixels.')
      .meta(ui({ label: 'Width', order: 20, category: 'size', load: true, unit: 'px' })),
    height: z
      .int()
      .min(64)
      .max(2048)
      .default(512)
      .describe('Height of the picture, pixels.')
      .meta(ui({ label: 'Height', order: 21, category: 'size', load: true, unit: 'px' })),
    quality: z
      .enum(['draft', 'standard', 'high'])
      .default('standard')
      .describe(
        'Resolution of the structure: 2/7, 2/5 or 2/3 of the picture. Colour, what moves and lettering are always full.',
      )
      .meta(ui({ label: 'Quality', order: 22, category: 'size', load: true })),
  }),
  load: () => import('./run.ts'),
});
