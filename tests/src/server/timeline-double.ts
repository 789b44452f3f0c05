// Stands for the timeline of a show behind the server's routes. It keeps what it is given and plays nothing.
import { failure } from '../../../src/contract/error.ts';
import { timelineSchema, type TimelineApi } from '../../../src/contract/timeline.ts';
import { patched } from '../../../src/show/timeline/patch.ts';

export function timelineDouble(): TimelineApi {
  let kept = timelineSchema.parse({});
  return {
    read: () => kept,
    state: () => ({
      playing: false,
      position: 0,
      timeUs: 1,
      perSecond: 1,
      recording: false,
      touched: [],
      missing: [],
      dropped: 0,
      undo: false,
      points: 0,
      revision: 0,
    }),
    subscribe: () => () => undefined,
    print: (timeline) => Promise.resolve(JSON.stringify(timeline)),
    replace: (timeline) => (kept = timeline),
    change: (patch) => (kept = patched(kept, patch)),
    undo() {
      throw failure('E_TIMELINE_UNDO', 'Nothing was changed that can be taken back');
    },
  };
}
