import { describe, expect, it } from 'vitest';
import { RetryPolicy } from '../../../src/engine/retry.ts';

describe('the retry of a node that went down', () => {
  it('is at once after a second of live output, however often', () => {
    const policy = new RetryPolicy();
    expect([1, 2, 3, 4].map(() => policy.delayAfter('crash', 1_500))).toEqual([0, 0, 0, 0]);
  });

  it('backs off from a quarter of a second to thirty where it dies young', () => {
    const policy = new RetryPolicy();
    const delays = Array.from({ length: 11 }, () => policy.delayAfter('crash', 200));
    expect(delays).toEqual([0, 250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  });

  it('forgets early deaths once it was live', () => {
    const policy = new RetryPolicy();
    for (let i = 0; i < 5; i++) policy.delayAfter('crash', 0);
    policy.delayAfter('crash', 1_000);
    expect(policy.delayAfter('crash', 0)).toBe(0);
  });

  it('comes back within a second from a kill by hand, twenty in a row', () => {
    const policy = new RetryPolicy();
    const delays = Array.from({ length: 20 }, () => policy.delayAfter('signal', 300));
    expect(Math.max(...delays)).toBe(1000);
  });

  it('is not slower after a crash because others killed it before', () => {
    const policy = new RetryPolicy();
    for (let i = 0; i < 20; i++) policy.delayAfter('signal', 0);
    expect([policy.delayAfter('crash', 0), policy.delayAfter('crash', 0)]).toEqual([0, 250]);
  });

  it('tries an absent endpoint every second, for ever', () => {
    const policy = new RetryPolicy();
    const delays = Array.from({ length: 50 }, () => policy.delayAfter('absent', 0));
    expect(new Set(delays)).toEqual(new Set([1000]));
  });
});
