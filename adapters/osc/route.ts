import type { JsonValue } from '../../src/contract/json.ts';
import { isImpulse, type OscMessage } from '../../src/protocols/osc/packet.ts';
import { isOscPattern, readOscPattern } from '../../src/protocols/osc/pattern.ts';

/** `/reverie/main/strength` is Reverie's `/main/strength`; `/scope/noise_scale` is how Scope's rigs write `/noise_scale`. */
const roots = ['reverie', 'scope'];

export type Routed =
  | { readonly address: string; readonly args: readonly JsonValue[] }
  | { readonly code: 'E_ADDRESS_UNKNOWN' | 'E_VALUE_TYPE'; readonly reason: string };

/** What an OSC message means to Reverie, or why it means nothing. */
export function route({ address, args }: OscMessage): Routed {
  const inside = withoutRoot(address);
  if (inside === null) {
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
  return { address: inside, args: bang ? [] : args };
}

// Null where it is not for Reverie. A pattern may stand for the root, too: `/rev*/main/strength`, `//strength`.
function withoutRoot(address: string): string | null {
  if (address.startsWith('//')) return address;
  const slash = address.indexOf('/', 1);
  if (!address.startsWith('/') || slash === -1 || slash === address.length - 1) return null;
  const first = address.slice(1, slash);
  const pattern = isOscPattern(first) ? readOscPattern(first) : null;
  const isOurs = roots.some((root) => root === first || pattern?.matches(root) === true);
  return isOurs ? address.slice(slash) : null;
}

/** NaN and infinity would be null in JSON and could freeze a picture for good; nothing in Reverie ever means them. */
function isPlayable(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return Array.isArray(value) ? value.every(isPlayable) : true;
}
