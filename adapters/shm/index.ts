import { z } from 'zod';
import { defineAdapter, ui } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'shm',
  name: 'Shared memory',
  description:
    'Pictures to and from programs of this machine (TouchDesigner, Max, Unity, Python) by shared memory, not compressed.',
  roles: ['source', 'sink'],
  runner: 'own',
  locator: 'name',
  config: z.object({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
      .describe('The name that both sides use: letters, digits, - and _')
      .meta(ui({ label: 'Name', order: 0 })),
  }),
  load: () => import('./run.ts'),
});
