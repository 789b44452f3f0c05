import type { JsonObject } from '../../../src/contract/json.ts';
import { buildNdi, hasCompiler, NdiRoom } from '../../support/ndi.ts';

/** The double for a runtime, a sender to look at; null where there is no compiler to build them. The real one is not loaded. */
export async function config(): Promise<{
  readonly config: JsonObject;
  readonly clean: () => Promise<void>;
} | null> {
  if (!hasCompiler()) return null;
  const room = new NdiRoom(await buildNdi());
  const leave = room.enter();
  await room.send('CAM', '160x120', 'RGBA', '100/1');
  return {
    // A source finds the sender by it, and a sink takes it for its own name.
    config: { name: 'CAM' },
    clean: async () => {
      leave();
      await room.close();
    },
  };
}
