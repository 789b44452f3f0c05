// The real cue list, with nothing to play it to.
import { Cues } from '../../../src/show/cues.ts';

export function cuesDouble(): Cues {
  return new Cues({
    signals: { changed: () => undefined, touched: () => undefined },
    timers: () => () => undefined,
    execute: () => [],
  });
}
