import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LoadValues } from '../../../src/contract/call.ts';
import type { NodeOpening } from '../../../src/contract/protocol.ts';
import type { Attachment } from '../../../src/engine/attachment.ts';
import { isLoadedWith, Standby } from '../../../src/engine/standby.ts';

// The attachments stand in for runners: of them a standby sees what they were opened with, and no more. That a runner is really
// loaded, held and adopted is shown with OBS in tests/integration/obs.test.ts.
const opening = (load: LoadValues, module = 'dream'): NodeOpening => ({
  role: 'stage',
  module,
  config: {},
  aspect: 'fill',
  picture: { crop: null, turn: 0, flip: 'none' } as unknown as NodeOpening['picture'],
  rateHz: 60,
  lockstep: false,
  values: {
    values: { strength: 0.5, ...load },
    prompt: { texts: [], weights: [] } as unknown as NonNullable<NodeOpening['values']>['prompt'],
    triggers: {},
    tempo: { bpm: 120, beat: 0, bar: 0, phase: 0, beatsPerBar: 4, playing: true },
    mode: 'text',
    timeUs: 0,
  },
  providers: ['cpu'],
  cacheDir: '',
});
const attached = (load: LoadValues, module?: string): Attachment =>
  ({ opening: opening(load, module) }) as unknown as Attachment;

const small = { width: 128 };
const wide = { width: 640 };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function hold(): {
  standby: Standby;
  opened: LoadValues[];
  left: Attachment[];
  room: boolean;
  playing: Attachment | null;
} {
  const here = {
    opened: new Array<LoadValues>(),
    left: new Array<Attachment>(),
    room: true,
    playing: attached({ width: 512 }) as Attachment | null,
  };
  const standby = new Standby({
    active: () => here.playing,
    hasRoom: () => here.room,
    open: (load) => {
      here.opened.push(load);
      return attached(load);
    },
    leave: (attachment) => here.left.push(attachment),
    changed: () => undefined,
  });
  return Object.assign(here, { standby });
}
const calm = (): void => void vi.advanceTimersByTime(600);

describe('what may come next', () => {
  it('is opened once it is wanted for a moment, and not for all that are looked at on the way', () => {
    const here = hold();
    for (const load of [small, wide, small]) here.standby.want(load);
    expect(here.opened).toEqual([]);
    calm();
    expect(here.opened).toEqual([small]);
    here.standby.want({ ...small });
    calm();
    expect(here.opened).toEqual([small]);
  });

  it('is let go for another, or for none', () => {
    const here = hold();
    here.standby.want(small);
    calm();
    const first = here.standby.attachment;
    here.standby.want(wide);
    expect(here.left).toEqual([first]);
    calm();
    expect(here.opened).toEqual([small, wide]);
    here.standby.want(null);
    calm();
    expect(here.standby.attachment).toBeNull();
    expect(here.left).toHaveLength(2);
    expect(here.opened).toHaveLength(2);
  });

  it('waits where there is no room and where nothing plays, and is nothing where it plays already', () => {
    const here = hold();
    here.room = false;
    here.standby.want(small);
    calm();
    expect(here.opened).toEqual([]);
    [here.room, here.playing] = [true, null];
    here.standby.open();
    calm();
    expect(here.opened).toEqual([]);
    here.playing = attached(small);
    here.standby.open();
    calm();
    expect(here.opened).toEqual([]);
    here.playing = attached(wide);
    here.standby.open();
    calm();
    expect(here.opened).toEqual([small]);
  });

  it('is handed out once, and only where it was opened as is wanted now', () => {
    const here = hold();
    here.standby.want(small);
    calm();
    const held = here.standby.attachment;
    expect(here.standby.take(opening(small, 'other'), small)).toBeNull();
    expect(here.standby.take(opening(wide), wide)).toBeNull();
    expect(here.standby.take(opening(small), small)).toBe(held);
    expect(here.standby.take(opening(small), small)).toBeNull();
    expect(here.left).toEqual([]);
  });

  it('is not tried again after it failed', () => {
    const here = hold();
    here.standby.want(small);
    calm();
    const held = here.standby.attachment;
    expect(here.standby.lost(attached(small))).toBe(false);
    expect(held !== null && here.standby.lost(held)).toBe(true);
    here.standby.open();
    calm();
    expect(here.opened).toEqual([small]);
  });

  it('is compared by what counts for loading', () => {
    expect(isLoadedWith(attached({ width: 128, height: 64 }), small)).toBe(true);
    expect(isLoadedWith(attached(wide), small)).toBe(false);
    expect(isLoadedWith({ opening: null } as unknown as Attachment, {})).toBe(true);
  });
});
