import { failure } from '../../../src/contract/error.ts';
import { Bindings } from '../../../src/show/bindings/bindings.ts';

/** The real bindings, beside a show without addresses: what they are, not what they play. */
export function bindingsBeside(): Bindings {
  return new Bindings({
    clock: () => 0,
    wallClock: () => 1_700_000_000_000,
    timers: () => () => undefined,
    log: () => undefined,
    signals: { changed: () => undefined, touched: () => undefined },
    find: () => null,
    execute: () => {
      throw failure('E_INTERNAL', 'Nothing plays here');
    },
    refused: () => undefined,
    unbound: () => undefined,
    subscribe: () => () => undefined,
  });
}
