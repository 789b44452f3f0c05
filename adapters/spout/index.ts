import { z } from 'zod';
import { defineAdapter, ui } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'spout',
  name: 'Spout',
  description: 'Pictures of other programs on the same Windows machine, in and out, through SpoutLibrary.',
  roles: ['source', 'sink'],
  runner: 'own',
  locator: 'name',
  config: z.object({
    name: z
      .string()
      .max(250)
      .default('')
      .describe(
        'In: name of the sender, empty for the one that is active. Out: the name to be seen under, empty for Reverie',
      )
      .meta(ui({ label: 'Name', order: 0 })),
  }),
  load: () => import('./run.ts'),
});
