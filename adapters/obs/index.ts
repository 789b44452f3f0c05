import { z } from 'zod';
import { defineAdapter } from '../../src/contract/adapter.ts';

export default defineAdapter({
  id: 'obs',
  name: 'OBS',
  description: 'Scenes, sources, meters and the state of OBS Studio 28 and newer, over its WebSocket server',
  roles: ['control'],
  runner: 'own',
  locator: null,
  config: z.strictObject({
    url: z.string().default('ws://127.0.0.1:4455').describe('Where the WebSocket server of OBS listens'),
    password: z.string().nullable().default(null).describe('Of that server; null where it asks for none'),
  }),
  load: () => import('./run.ts'),
});
