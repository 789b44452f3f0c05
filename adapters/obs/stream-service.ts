import type { JsonObject } from '../../src/contract/json.ts';
import type { ObsSetupPlan, ObsSetupReport } from '../../src/contract/obs-ways.ts';
import type { Connection } from './connection.ts';
import { isObject, textAt, valueAt } from './reading.ts';

type Line = Pick<Connection, 'call' | 'versions'>;

interface Outcome {
  readonly outcome: ObsSetupReport['stream'];
  readonly said: readonly string[];
}

const WHIP = 'whip_custom';
/** OBS 30 is the first that streams by WHIP. */
const FIRST_WITH_WHIP = 30;
/** What was set before ours is kept by OBS itself, beside the service in the profile: it may hold a stream key. */
const kept = { realm: 'OBS_WEBSOCKET_DATA_REALM_PROFILE', slotName: 'reverie.stream-service' } as const;

/** Lets OBS stream to us. A service that somebody has set stays, unless it is to be replaced. */
export async function setService(line: Line, { whip, replace }: ObsSetupPlan): Promise<Outcome> {
  if (whip === null) return { outcome: 'left-alone', said: [] };
  if (whip === 'no-source')
    return {
      outcome: 'left-alone',
      said: ['To stream from OBS into Reverie pick whip:obs as the source of the show, and set up again.'],
    };
  if (Number.parseInt(line.versions.obs, 10) < FIRST_WITH_WHIP)
    return {
      outcome: 'too-old',
      said: [`OBS ${line.versions.obs} cannot stream by WHIP; OBS ${FIRST_WITH_WHIP} and newer can.`],
    };
  const present = await line.call('GetStreamServiceSettings');
  const ours = isOurs(await readKept(line), present);
  if (!ours && isSet(present) && !replace)
    return {
      outcome: 'in-use',
      said: [
        'OBS has a stream service set, which stays. With "replace" it makes room and is put back later.',
      ],
    };
  if (!ours) await keep(line, { type: typeOf(present), settings: settingsOf(present), server: whip.server });
  else await keep(line, { ...(await readKept(line)), server: whip.server });
  await line.call('SetStreamServiceSettings', {
    streamServiceType: WHIP,
    streamServiceSettings: { server: whip.server, bearer_token: whip.token },
  });
  return {
    outcome: 'set',
    said: [
      `"Start Streaming" in OBS sends its program to ${whip.server}.`,
      'In Settings, Output, Streaming set the keyframe interval to 1 s: OBS sends no keyframe when it is asked for one, and without it a picture that was lost stays broken for longer.',
    ],
  };
}

/** Puts back what was set before ours; what somebody has set since stays. */
export async function putBackService(line: Line): Promise<Outcome> {
  const before = await readKept(line);
  if (before === null) return { outcome: 'left-alone', said: [] };
  const ours = isOurs(before, await line.call('GetStreamServiceSettings'));
  if (ours)
    await line.call('SetStreamServiceSettings', {
      streamServiceType: textAt(before, 'type') ?? 'rtmp_common',
      streamServiceSettings: objectAt(before, 'settings'),
    });
  await line.call('SetPersistentData', { ...kept, slotValue: null });
  return ours
    ? { outcome: 'put-back', said: ['The stream service is what it was before.'] }
    : { outcome: 'left-alone', said: [] };
}

async function readKept(line: Line): Promise<JsonObject | null> {
  const value = valueAt(await line.call('GetPersistentData', kept), 'slotValue');
  return isObject(value) ? value : null;
}

async function keep(line: Line, slotValue: JsonObject): Promise<void> {
  await line.call('SetPersistentData', { ...kept, slotValue });
}

/** Set by us, and not changed to another place since. */
function isOurs(before: JsonObject | null, present: JsonObject): boolean {
  const server = textAt(before, 'server');
  return server !== null && typeOf(present) === WHIP && textAt(settingsOf(present), 'server') === server;
}

/** Somebody has filled it in: a fresh OBS names a service and has no key for it. */
function isSet(present: JsonObject): boolean {
  const settings = settingsOf(present);
  const type = typeOf(present);
  if (textAt(settings, 'key') !== null || textAt(settings, 'bearer_token') !== null) return true;
  return type !== 'rtmp_common' && textAt(settings, 'server') !== null;
}

const typeOf = (service: JsonObject): string => textAt(service, 'streamServiceType') ?? 'rtmp_common';

const settingsOf = (service: JsonObject): JsonObject => objectAt(service, 'streamServiceSettings');

function objectAt(value: JsonObject, key: string): JsonObject {
  const found = valueAt(value, key);
  return isObject(found) ? found : {};
}
