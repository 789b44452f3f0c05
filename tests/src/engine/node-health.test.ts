import { describe, expect, it } from 'vitest';
import { stateNow } from '../../../src/engine/node-health.ts';

const idle = { callSinceMs: null, slowestCallMs: 20 };
const now = 100_000;

describe('a node that has been live', () => {
  it('is degraded by its input while no frames come in, however it keeps up', () => {
    expect(stateNow(idle, now, true, 0, 0)).toBe('degraded-input');
    expect(stateNow(idle, now, true, 5, 30)).toBe('degraded-input');
    expect(stateNow(idle, now, false, 30, 30)).toBe('live');
  });

  it('is degraded by its inference where it takes less than half of what comes', () => {
    expect(stateNow(idle, now, false, 14, 30)).toBe('degraded-inference');
    expect(stateNow(idle, now, false, 15, 30)).toBe('live');
  });

  it('is not judged by its rate where that says nothing: without input, before the first report, or at one frame a second', () => {
    expect(stateNow(idle, now, false, null, 30)).toBe('live');
    expect(stateNow(idle, now, false, 0, 30)).toBe('live');
    expect(stateNow(idle, now, false, 0.4, 1)).toBe('live');
  });

  it('is stalled once a call takes a second and three times its slowest, whatever comes in', () => {
    const calling = { callSinceMs: now - 1_500, slowestCallMs: 20 };
    expect(stateNow(calling, now, true, 5, 30)).toBe('stalled');
    expect(stateNow({ ...calling, slowestCallMs: 600 }, now, false, 30, 30)).toBe('live');
    expect(stateNow({ ...calling, callSinceMs: now - 900 }, now, false, 30, 30)).toBe('live');
  });
});
