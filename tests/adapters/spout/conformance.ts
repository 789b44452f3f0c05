import { receive, transmit } from '../../../adapters/spout/play.ts';
import type { AdapterModule } from '../../../src/contract/adapter.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { SharedDouble } from './shared-double.ts';

/** The adapter's own loops over the double: Spout itself is there on Windows only. */
export function config(): Promise<{
  readonly config: JsonObject;
  readonly clean: () => Promise<void>;
  readonly needsProbe: false;
  readonly play: Pick<AdapterModule, 'source' | 'sink'>;
}> {
  const share = new SharedDouble();
  const size = { width: 20, height: 10 };
  let n = 0;
  const drawing = setInterval(() => share.draw('OTHER', new Uint8Array(800).fill((n += 1)), size), 5);
  return Promise.resolve({
    config: { name: 'OTHER' },
    needsProbe: false,
    play: {
      source: { run: (context) => receive(share, context) },
      sink: { run: (context) => transmit(share, context) },
    },
    clean: () => Promise.resolve(clearInterval(drawing)),
  });
}
