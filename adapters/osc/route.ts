import type { JsonValue } from '../../src/contract/json.ts';
import { isImpulse, type OscMessage } from '../../src/protocols/osc/packet.ts';

/** `/reverie/main/strength` is Reverie's `/main/strength`; `/scope/noise_scale` is how Scope's rigs write `/noise_scale`. */
const prefixes = ['/reverie/', '/scope/'];

export type Routed =
  | { readonly address: string; readonly args: readonly JsonValue[] }
  | { readonly code: 'E_ADDRESS_UNKNOWN' | 'E_VALUE_TYPE'; readonly reason: string };

/** What an OSC message means to Reverie, or why it means nothing. */
export function route({ address, args }: OscMessage): Routed {
  const prefix = prefixes.find((start) => address.startsWith(start) && address.length > start.length);
  if (prefix === undefined) {
    return {
      code: 'E_ADDRESS_UNKNOWN',
      reason: `${address} is not for Reverie: its OSC addresses start with /reverie/, as in /reverie/main/strength`,
    };
  }
  const wrong = args.findIndex((value) => !isPlayable(value));
  if (wrong !== -1)
    return { code: 'E_VALUE_TYPE', reason: `Argument ${wrong + 1} of ${address} is not a finite number` };
  // A bang is a message without arguments, whichever way it is written.
  const bang = args.length === 1 && isImpulse(args[0]);
  return { address: address.slice(prefix.length - 1), args: bang ? [] : args };
}

/** NaN and infinity would be null in JSON and could freeze a picture for good; nothing in Reverie ever means them. */
function isPlayable(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return Array.isArray(value) ? value.every(isPlayable) : true;
}
