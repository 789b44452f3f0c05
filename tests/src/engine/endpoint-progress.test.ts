import { describe, expect, it } from 'vitest';
import { EndpointProgress } from '../../../src/engine/endpoint-progress.ts';

describe('how far a node is with its endpoint', () => {
  it('is connecting until the first frame, then live, and stalled while none comes', () => {
    const progress = new EndpointProgress();
    progress.tried(0);
    expect(progress.state(100, null)).toBe('connecting');
    progress.lived();
    expect(progress.state(200, true)).toBe('live');
    expect(progress.state(2000, false)).toBe('stalled');
  });

  it('that waits to be called is searching, and lost once somebody was there', () => {
    const progress = new EndpointProgress();
    progress.tried(0);
    expect(progress.waiting()).toBe('searching');
    progress.lived();
    expect(progress.waiting()).toBe('lost');
  });

  it('is searching through all tries that fail before it was ever live', () => {
    const progress = new EndpointProgress();
    for (let at = 0; at < 5000; at += 1000) {
      progress.tried(at);
      expect(progress.state(at + 100, null)).toBe(at === 0 ? 'connecting' : 'searching');
      progress.failed();
      expect(progress.state(at + 500, null)).toBe('searching');
    }
  });

  it('is lost once it was live, until a frame comes', () => {
    const progress = new EndpointProgress();
    progress.tried(0);
    progress.lived();
    progress.failed();
    progress.tried(1000);
    expect(progress.state(1100, null)).toBe('lost');
    progress.lived();
    expect(progress.state(1200, true)).toBe('live');
  });

  it('is connecting again where a try goes on without failing', () => {
    const progress = new EndpointProgress();
    progress.tried(0);
    progress.failed();
    progress.tried(1000);
    expect(progress.state(2600, null)).toBe('connecting');
  });

  it('knows nothing of the endpoint before', () => {
    const progress = new EndpointProgress();
    progress.tried(0);
    progress.lived();
    progress.begin(100);
    progress.failed();
    expect(progress.state(200, null)).toBe('searching');
  });

  it('keeps the time since when it is in a state', () => {
    const progress = new EndpointProgress();
    expect(progress.isNews('live')).toBe(false);
    expect(progress.tell('connecting', 10)).toEqual({ state: 'connecting', since: 10 });
    expect(progress.tell('connecting', 20)).toEqual({ state: 'connecting', since: 10 });
    expect(progress.isNews('live')).toBe(true);
    expect(progress.tell('live', 30)).toEqual({ state: 'live', since: 30 });
  });
});
