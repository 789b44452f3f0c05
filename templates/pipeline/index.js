import { color, definePipeline, port, ui, z } from 'reverie/pipeline';

// What the pipeline is. Reverie reads this in a process that it throws away, so nothing heavy belongs here: models, files and
// devices are for load() in run.js.
export default definePipeline({
  id: 'my-pipeline',
  name: 'My Pipeline',
  version: '0.1.0',
  description: 'Tints the picture in one colour, and turns that colour towards what the prompt says.',
  supports: { prompts: true },
  modes: { video: { default: true } },
  inputs: { video: port('video') },
  outputs: { video: port('video') },
  // Each field is a fader, a switch or a picker in the panel and an address in OSC: /reverie/main/amount.
  params: z.object({
    amount: z
      .number()
      .min(0)
      .max(1)
      .default(0.8)
      .describe('How far the picture is tinted')
      .meta(ui({ label: 'Amount', order: 1 })),
    tint: color('#ff8040')
      .describe('The colour it is tinted in')
      .meta(ui({ label: 'Tint', order: 2 })),
    prompted: z
      .number()
      .min(0)
      .max(1)
      .default(0.8)
      .describe('How far the prompt turns the colour')
      .meta(ui({ label: 'Prompted', order: 3 })),
  }),
  load: () => import('./run.js'),
});
