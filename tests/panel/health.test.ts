import { describe, expect, it } from 'vitest';
import type { EngineStats, NodeStats } from '../../src/contract/engine-api.ts';
import { curve, scaleOf } from '../../panel/src/health/curve.ts';
import { emptyHistory, remember, samplesOf } from '../../panel/src/health/history.ts';
import { legsOf, milliseconds } from '../../panel/src/health/latency.ts';

const times = (p50: number, count = 1) => ({ count, p50, p95: p50, p99: p50, max: p50 });

function stats(id: string, drops: number, hopMs: number, callMs: number): EngineStats {
  const timings = {
    hop: times(hopMs, hopMs > 0 ? 1 : 0),
    call: times(callMs, callMs > 0 ? 1 : 0),
    tickGap: times(0, 0),
    age: times(0, 0),
  };
  const node: NodeStats = {
    id,
    rateInHz: 30,
    rateOutHz: 25,
    framesIn: 0,
    framesOut: 0,
    ticks: 0,
    repeats: 0,
    drops,
    skipped: 0,
    logLinesDropped: 0,
    rssBytes: 0,
    recent: timings,
    total: timings,
  };
  const nodes = [node];
  return { nodes, links: [], eventLoopDelay: times(0), cpuSeconds: 0, rssBytes: 0 };
}

describe('the last minute', () => {
  it('keeps sixty seconds, and counts drops by the second', () => {
    let history = emptyHistory;
    for (let second = 0; second < 70; second++) history = remember(history, stats('main', second * 2, 1, 5));
    const samples = samplesOf(history, 'main');
    expect(samples).toHaveLength(60);
    expect(samples.at(-1)).toMatchObject({ drops: 2, rateHz: 30, hopMs: 1, callMs: 5, ageMs: null });
  });

  it('shows no drops below zero when the counters were reset, and forgets nodes that are gone', () => {
    const reset = remember(remember(emptyHistory, stats('main', 50, 1, 1)), stats('main', 3, 1, 1));
    expect(samplesOf(reset, 'main').at(-1)?.drops).toBe(0);
    expect(samplesOf(remember(reset, stats('other', 0, 1, 1)), 'main')).toEqual([]);
  });
});

describe('a graph', () => {
  it('ends at the right edge, and has a gap where nothing was measured', () => {
    const path = curve([1, null, 2, 2], { width: 118, height: 20, top: 2, bars: false });
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path).toMatch(/L118\.0 \S+$/);
  });

  it('has a round scale at or above all values', () => {
    expect(scaleOf([27, 30, null])).toBe(30);
    expect(scaleOf([31])).toBe(40);
    expect(scaleOf([null, 0])).toBe(1);
  });
});

it('says leg by leg where the time of a picture goes', () => {
  const history = remember(emptyHistory, stats('main', 0, 0.4, 12));
  const places = [
    { node: 'in', module: 'file' },
    { node: 'main', module: 'dream' },
  ];
  expect(legsOf(places, history)).toEqual([
    { label: 'in to main', kind: 'hop', ms: 0.4 },
    { label: 'main', kind: 'call', ms: 12 },
  ]);
  expect([0.42, 4.2, 42].map(milliseconds)).toEqual(['0.42 ms', '4.2 ms', '42 ms']);
});
