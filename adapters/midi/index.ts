import { z } from 'zod';
import { defineAdapter } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'midi',
  name: 'MIDI',
  description:
    'Keyboards, faders, pads and clocks on every MIDI port of this machine, and their lights on the way back',
  roles: ['control'],
  // Of its own adapter alone: a driver that blocks or crashes takes no OSC down, and it never uses up the stages' spare runner.
  runner: 'shared',
  locator: null,
  config: z.strictObject({
    only: z
      .array(z.string())
      .default([])
      .describe('Play only devices whose names begin with one of these; none means every device'),
    ignore: z
      .array(z.string())
      .default([])
      .describe('Leave alone devices whose names begin with one of these; * leaves all alone'),
  }),
  load: () => import('./run.ts'),
});
