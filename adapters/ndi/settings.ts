import type { JsonObject } from '../../src/contract/json.ts';
import type { colorFormat } from './layouts.ts';

/** What a node of this adapter is set to. */
export interface Settings {
  readonly name: string;
  readonly groups: string;
  readonly bandwidth: 'highest' | 'lowest';
  readonly receiveAs: keyof typeof colorFormat;
  readonly sendAs: 'rgba' | 'bgra';
  readonly alpha: boolean;
  readonly frameRate: string;
}

/** The config is validated already; groups that it leaves open are those of the machine. */
export function readSettings(config: JsonObject, environment: NodeJS.ProcessEnv): Settings {
  const { name, groups, bandwidth, receiveAs, sendAs, alpha, frameRate } = config;
  return {
    name: typeof name === 'string' ? name.trim() : '',
    groups: (typeof groups === 'string' ? groups.trim() : '') || groupsOf(environment),
    bandwidth: bandwidth === 'lowest' ? 'lowest' : 'highest',
    receiveAs: receiveAs === 'bgra' || receiveAs === 'uyvy' || receiveAs === 'fastest' ? receiveAs : 'rgba',
    sendAs: sendAs === 'bgra' ? 'bgra' : 'rgba',
    alpha: alpha !== false,
    frameRate: typeof frameRate === 'string' ? frameRate : 'auto',
  };
}

/** Which groups the operator of this machine looks in; no show can widen it. */
export function groupsOf(environment: NodeJS.ProcessEnv): string {
  return environment['REVERIE_NDI_GROUP'] ?? '';
}

/** Where else the operator lets NDI look: a show names no addresses. */
export function addressesOf(environment: NodeJS.ProcessEnv): string {
  return environment['REVERIE_NDI_ADDRESS'] ?? '';
}
