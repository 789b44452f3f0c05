import { z } from 'zod';
import { defineAdapter, ui } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'ndi',
  name: 'NDI',
  description:
    'Pictures of the network in and out, through the NDI runtime that is installed on this machine.',
  roles: ['source', 'sink'],
  runner: 'own',
  locator: 'name',
  config: z.object({
    name: z
      .string()
      .max(200)
      .default('')
      .describe(
        'In: "NAME" or "MACHINE (NAME)" of the sender, empty for the first one. Out: the name to be seen under, empty for Reverie',
      )
      .meta(ui({ label: 'Name', order: 0 })),
    groups: z
      .string()
      .max(500)
      .default('')
      .describe('Groups to look in, or to be seen in, with commas between; empty for those of this machine')
      .meta(ui({ label: 'Groups', order: 1 })),
    bandwidth: z
      .enum(['highest', 'lowest'])
      .default('highest')
      .describe('In: the picture in full, or the small one that NDI sends for previews')
      .meta(ui({ label: 'Bandwidth', order: 2 })),
    receiveAs: z
      .enum(['rgba', 'bgra', 'uyvy', 'fastest'])
      .default('rgba')
      .describe('In: what the runtime hands over; fastest: as it came, converted here')
      .meta(ui({ label: 'Receive as', order: 3 })),
    sendAs: z
      .enum(['rgba', 'bgra'])
      .default('rgba')
      .describe('Out: what the runtime is handed')
      .meta(ui({ label: 'Send as', order: 4 })),
    alpha: z
      .boolean()
      .default(true)
      .describe('Out: with its transparency; otherwise opaque')
      .meta(ui({ label: 'Alpha', order: 5 })),
    frameRate: z
      .string()
      .regex(/^(auto|\d{1,3}(\.\d{1,3})?|\d{1,7}\/\d{1,5})$/)
      .default('auto')
      .describe('Out: the rate that receivers are told: auto (as measured), 59.94 or 60000/1001')
      .meta(ui({ label: 'Frame rate', order: 6 })),
  }),
  load: () => import('./run.ts'),
});
