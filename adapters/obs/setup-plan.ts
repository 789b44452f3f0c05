import type { JsonObject } from '../../src/contract/json.ts';
import { obsWayNames, type ObsSetupPlan } from '../../src/contract/obs-ways.ts';
import { isTrueAt, textAt, valueAt } from './reading.ts';

/** The plan as it came from the daemon. */
export function planIn(params: JsonObject): ObsSetupPlan {
  const whip = valueAt(params, 'whip');
  const server = textAt(whip, 'server');
  const way = textAt(params, 'way');
  return {
    way: obsWayNames.find((each) => each === way) ?? 'auto',
    page: textAt(params, 'page') ?? '',
    transportStream: textAt(params, 'transportStream') ?? '',
    ndi: textAt(params, 'ndi'),
    spout: textAt(params, 'spout'),
    whip:
      server === null ? (whip === 'no-source' ? whip : null) : { server, token: textAt(whip, 'token') ?? '' },
    replace: isTrueAt(params, 'replace'),
  };
}
