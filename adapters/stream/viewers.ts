import type { SinkContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { KEY_CHUNK } from '../../src/contract/live-stream.ts';
import { LiveEncoder, type LiveEncoderSettings } from './live-encoder.ts';
import { TransportStream } from './transport-stream.ts';

interface Encode {
  readonly encoder: LiveEncoder;
  readonly stream: TransportStream;
}

/**
 * A transport stream for players that ask the daemon for it by HTTP. Encodes while somebody watches; `viewers` with `on` is asked
 * once more for each who comes, and brings a key picture to begin with.
 */
export async function playToViewers(context: SinkContext, settings: LiveEncoderSettings): Promise<void> {
  let encode: Encode | null = null;
  let wanted = false;
  context.want(null);
  context.onRequest('viewers', async (params: JsonObject): Promise<JsonValue> => {
    wanted = params['on'] === true;
    if (wanted) encode?.encoder.wantKey();
    return { on: wanted };
  });
  await context.present(async ({ frame, repeat }) => {
    if (!wanted) {
      const over = encode;
      encode = null;
      return closeEncode(over);
    }
    // By the clock of the machine: after a restart of this process, the stream of who watches goes on and not back.
    encode ??= {
      encoder: new LiveEncoder(settings),
      stream: new TransportStream(settings.rateHz, nowUs()),
    };
    const picture = await encode.encoder.encode(frame, repeat);
    if (picture !== null) context.bulk(picture.key ? KEY_CHUNK : 0, await encode.stream.add(picture));
  });
  await closeEncode(encode);
}

async function closeEncode(encode: Encode | null): Promise<void> {
  await encode?.encoder.close();
  await encode?.stream.close();
}
