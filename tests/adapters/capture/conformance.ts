import { capture } from '../../../adapters/capture/source.ts';
import type { AdapterModule } from '../../../src/contract/adapter.ts';
import type { JsonObject } from '../../../src/contract/json.ts';

/** FFmpeg's lavfi instead of a camera, which test machines do not have. */
export async function config(): Promise<{
  readonly config: JsonObject;
  readonly clean: () => Promise<void>;
  readonly play: Pick<AdapterModule, 'source'>;
}> {
  const camera = { device: 'testsrc2=s=128x96:r=30,realtime', name: 'Test picture', readable: true };
  const system = { input: 'lavfi', cameras: () => Promise.resolve([camera]) };
  return Promise.resolve({
    config: {},
    clean: async () => {},
    play: { source: { run: (context) => capture(context, system) } },
  });
}
