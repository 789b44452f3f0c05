import type { SourceContext } from '../../src/contract/adapter.ts';
import { ReverieError, isErrorCode } from '../../src/contract/error.ts';
import { privateHostsOf } from '../../src/contract/host-reach.ts';
import { playLive, playPaced } from '../../src/codec/play-live.ts';
import { VideoInput } from '../../src/codec/video-input.ts';
import { GuardedProxy } from './guarded-proxy.ts';
import { placeOf } from './place.ts';

export const source = { run };

async function run(context: SourceContext): Promise<void> {
  const { config, signal } = context;
  const allowed = privateHostsOf(process.env);
  let proxy: GuardedProxy | null = null;
  try {
    const place = await placeOf(typeof config['url'] === 'string' ? config['url'] : '', {
      transport: config['transport'] === 'udp' ? 'udp' : 'tcp',
      allowed,
      proxy: async () => (proxy = await GuardedProxy.open(allowed)).url,
    });
    context.describe({ url: place.name });
    const input = await VideoInput.open(place, signal);
    const { container, durationSeconds } = input.facts;
    const byItself = !container.startsWith('hls') && durationSeconds === null;
    await (byItself ? playLive(context, input) : playPaced(context, input));
  } catch (error) {
    if (!signal.aborted) throw refusalOf(proxy) ?? error;
  } finally {
    closeProxy(proxy);
  }
}

/** What the proxy refused says more than the status with which FFmpeg saw it. */
function refusalOf(proxy: GuardedProxy | null): ReverieError | null {
  const refusal = proxy?.refusal ?? null;
  if (refusal === null || !isErrorCode(refusal.code)) return null;
  return new ReverieError(refusal.code, refusal.message, refusal.details, undefined);
}

function closeProxy(proxy: GuardedProxy | null): void {
  proxy?.close();
}
