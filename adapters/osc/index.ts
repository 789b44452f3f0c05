import { z } from 'zod';
import { defineAdapter } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'osc',
  name: 'OSC',
  description:
    'Open Sound Control over UDP: TouchDesigner, TouchOSC, Max, Ableton and anything else that sends it',
  roles: ['control'],
  runner: 'shared',
  locator: null,
  config: z.strictObject({
    host: z
      .string()
      .default('127.0.0.1')
      .describe(
        'Address to listen on: 127.0.0.1 or ::1 for this machine, localhost for both, 0.0.0.0 or :: for the network',
      ),
    port: z.int().min(0).max(65535).default(8000).describe('UDP port; 0 takes a free one'),
    allow: z
      .array(z.string())
      .default([])
      .describe(
        'Senders besides this machine, as addresses or networks: 192.168.1.20, 10.0.0.0/24, fd00::/8',
      ),
    untimed: z
      .array(z.string())
      .default([])
      .describe('Senders, as addresses or networks, whose bundles play when they come, whatever their time'),
    feedback: z
      .array(z.string())
      .default([])
      .describe(
        'Controllers that are sent what changes: 192.168.1.30:9000, tablet.local:9000, [fd00::5]:9000',
      ),
  }),
  load: () => import('./run.ts'),
});
