import type { SourceContext } from '../../src/contract/adapter.ts';
import { isErrorCode, reportOf, ReverieError } from '../../src/contract/error.ts';
import { privateHostsOf } from '../../src/contract/host-reach.ts';
import { playLive, playPaced } from '../../src/codec/play-live.ts';
import { VideoInput } from '../../src/codec/video-input.ts';
import { FrontDoor } from './front-door.ts';
import { GuardedProxy } from './guarded-proxy.ts';
import { Patience } from './patience.ts';
import { readAddress, shownAddress } from './address.ts';
import { placeOf } from './place.ts';
import { certificateProblem, trustFile } from './trust.ts';

export const source = { run };

/** Its process outlives a failure: what one try has learned of a server holds for the next. */
const patience = new Patience();

async function run(context: SourceContext): Promise<void> {
  const { config, signal } = context;
  const url = typeof config['url'] === 'string' ? config['url'] : '';
  const allowed = privateHostsOf(process.env);
  const anyCertificate = config['anyCertificate'] === true;
  const proxies: GuardedProxy[] = [];
  const doors: FrontDoor[] = [];
  try {
    const place = await placeOf(url, {
      transport: config['transport'] === 'udp' ? 'udp' : 'tcp',
      allowed,
      trust: anyCertificate ? null : await trustFile(),
      patienceMs: patience.next(url),
      proxy: async () => {
        const proxy = await GuardedProxy.open(allowed, anyCertificate);
        proxies.push(proxy);
        return proxy.url;
      },
      door: async (host, port) => {
        const door = await FrontDoor.open(host, port);
        doors.push(door);
        return door.innerPort;
      },
    });
    context.describe({ url: place.name });
    const input = await VideoInput.open(place, signal);
    patience.reset();
    for (const door of doors) door.admitted();
    const { container, durationSeconds } = input.facts;
    const byItself = !container.startsWith('hls') && durationSeconds === null;
    await (byItself ? playLive(context, input) : playPaced(context, input));
  } catch (error) {
    if (signal.aborted) return;
    const untrusted = anyCertificate ? null : await certificateOf(url, error);
    throw refusalOf(proxies[0]) ?? untrusted ?? error;
  } finally {
    for (const each of [...proxies, ...doors]) each.close();
  }
}

/** What the proxy refused says more than the status with which FFmpeg saw it. */
function refusalOf(proxy: GuardedProxy | undefined): ReverieError | null {
  const refusal = proxy?.refusal ?? null;
  if (refusal === null || !isErrorCode(refusal.code)) return null;
  return new ReverieError(refusal.code, refusal.message, refusal.details, undefined);
}

/** Why FFmpeg's connection failed, where it was the certificate: it says no more than that it failed. */
async function certificateOf(url: string, error: unknown): Promise<ReverieError | null> {
  const failed = ['E_SOURCE_ABSENT', 'E_SOURCE_UNREADABLE'].includes(reportOf(error).code);
  if (!failed || !/^(rtsps|rtmps):/i.test(url)) return null;
  const { host, port } = readAddress(url);
  return certificateProblem({ host, port, name: shownAddress(url) });
}
