import { z } from 'zod';
import { defineAdapter } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'artnet',
  name: 'Art-Net',
  description: 'DMX channels from lighting desks and their programs, over UDP',
  roles: ['control'],
  runner: 'shared',
  locator: null,
  config: z.strictObject({
    host: z
      .string()
      .default('127.0.0.1')
      .describe('IPv4 address to listen on: 127.0.0.1 for this machine, 0.0.0.0 for the network'),
    port: z.int().min(0).max(65535).default(6454).describe('UDP port; 0 takes a free one'),
    allow: z
      .array(z.string())
      .default([])
      .describe('Senders besides this machine, as addresses or networks: 192.168.1.20, 10.0.0.0/24'),
    merge: z
      .enum(['htp', 'ltp'])
      .default('htp')
      .describe(
        'Where two desks send one universe: of each channel the highest value counts (htp), or the one that changed last (ltp)',
      ),
  }),
  load: () => import('./run.ts'),
});
