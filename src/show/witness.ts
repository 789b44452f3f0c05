import type { Command } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import type { Entry, Ramp } from './entry.ts';

/** What somebody wants done, found good. */
export type Deed =
  | { readonly kind: 'set'; readonly entry: Entry; readonly value: JsonValue; readonly ramp: Ramp | null }
  | { readonly kind: 'press'; readonly entry: Entry }
  | { readonly kind: 'command'; readonly command: Command };

/** Stands by when something is done: sees what was before and after it. Has to run it, once. */
export type Witness = (deed: Deed, sender: string, atUs: number, run: () => void) => void;
