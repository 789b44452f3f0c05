import { describe, expect, it } from 'vitest';
import type { NodeStatus } from '../../src/contract/engine-api.ts';
import type { NodeState } from '../../src/contract/status.ts';
import { doneWords, mixOf, sameTexts, spoken, weightRange } from '../../panel/src/prompt/mix.ts';
import { noFailedChanges, withReport } from '../../panel/src/shell/failed-changes.ts';
import { inOrder } from '../../panel/src/preview/path.ts';
import { firstWords, overallOf, plain, troublesOf, wordsOf } from '../../panel/src/words.ts';

const node = (state: NodeState, code: string | null = null): NodeStatus => ({
  id: state,
  role: 'stage',
  module: 'dream',
  pid: 1,
  warmingPid: null,
  standby: null,
  status: { state, code, message: '', remedy: null, context: {}, since: 0 },
  mode: null,
  size: null,
  info: {},
  restarts: 0,
  fault: null,
  endpoint: null,
});

describe('the state in one line', () => {
  it.each<[NodeState[], boolean, string]>([
    [['live', 'live'], false, 'Playing'],
    [['live', 'off'], false, 'Playing'],
    [['live', 'starting'], false, 'Getting ready'],
    [['live', 'stalled', 'failed'], false, 'Something is not working'],
    [['live', 'stalled'], false, 'Holding the last picture'],
    [['live'], true, 'Paused: the picture stands still'],
  ])('of %j, paused %s, is "%s"', (states, paused, words) => {
    expect(
      overallOf(
        states.map((state) => node(state)),
        paused,
      ).words,
    ).toBe(words);
  });

  it('is good with a word of a controller or an OBS that is not there, and no better than the picture', () => {
    const obs: NodeStatus = { ...node('failed'), id: 'obs', role: 'control' };
    const artnet: NodeStatus = { ...obs, id: 'artnet' };
    const midi: NodeStatus = { ...node('starting'), id: 'midi', role: 'control' };
    expect(overallOf([node('live'), obs], false)).toEqual({ mood: 'wait', words: 'Playing without OBS' });
    expect(overallOf([node('live'), obs, artnet], false).words).toBe('Playing without OBS and Art-Net');
    expect(overallOf([node('live'), midi], false).words).toBe('Playing');
    expect(overallOf([node('stalled'), obs], false).words).toBe('Holding the last picture');
  });

  it('tells of trouble that someone should act on, and not of a pipeline that is merely slow', () => {
    const nodes = [node('live'), node('degraded-inference', 'E_X'), node('failed', 'E_Y'), node('starting')];
    expect(troublesOf(nodes, noFailedChanges).map((trouble) => trouble.node)).toEqual(['failed']);
  });

  it('raises the alarm for the picture alone', () => {
    const nodes = [
      node('failed', 'E_X'),
      node('degraded-input', 'E_X'),
      { ...node('failed', 'E_X'), role: 'control' } as const,
    ];
    expect(troublesOf(nodes, noFailedChanges).map(({ mood }) => mood)).toEqual(['bad', 'wait', 'wait']);
  });
});

it('tells of what is to take over and cannot be opened, not of what merely warms up', () => {
  const changing = (error: { message: string } | null): NodeStatus => ({
    ...node('live'),
    role: 'source',
    endpoint: {
      url: 'test-pattern',
      state: 'live',
      since: 0,
      next: {
        url: 'file:late.mp4',
        state: 'searching',
        error: error === null ? null : { code: 'E_X', remedy: 'Copy it there', details: null, ...error },
      },
    },
  });
  expect(troublesOf([changing(null)], noFailedChanges)).toEqual([]);
  expect(troublesOf([changing({ message: 'No such file' })], noFailedChanges)).toEqual([
    {
      node: 'live',
      mood: 'wait',
      words: 'file:late.mp4 is not there yet; what played goes on',
      message: 'No such file',
      remedy: 'Copy it there',
    },
  ]);
});

/** A node whose process `pid` plays, and whose last trouble was that of another. */
const faulted = (pid: number, faultPid: number): NodeStatus => {
  const fault = { node: 'live', code: 'E_X', message: 'no such file', remedy: null, at: 5, pid: faultPid };
  return { ...node('live'), pid, fault: { ...fault, exitCode: null, signal: null, log: [] } };
};

it('tells of a change that failed while the old process plays on, until another one plays', () => {
  const failed = withReport(noFailedChanges, node('live'), faulted(1, 2));
  expect(troublesOf([faulted(1, 2)], failed)).toMatchObject([{ message: 'no such file' }]);
  const replaced = withReport(failed, faulted(1, 2), faulted(3, 2));
  expect(troublesOf([faulted(3, 2)], replaced)).toEqual([]);
});

it('does not take a process that died and came back for a change that failed', () => {
  expect(withReport(noFailedChanges, node('live'), faulted(2, 1))).toEqual(noFailedChanges);
});

describe('words', () => {
  it('are a person’s, not a program’s', () => {
    expect(wordsOf('ease-in-out')).toBe('Ease in out');
    expect(wordsOf('permanent_merge')).toBe('Permanent merge');
    expect(plain('\u001b[31mred\u001b[0m')).toBe('red');
  });

  it('show the beginning of a long description first', () => {
    const long = `${'A moving picture from words, with nothing to download at all, ever. '.repeat(1)}${'And more. '.repeat(9)}`;
    expect(firstWords(long).first).toMatch(/ever\.$/);
    expect(firstWords('Short.')).toEqual({ first: 'Short.', rest: '' });
  });
});

describe('prompts', () => {
  it('are read from what the daemon tells, and nothing else', () => {
    expect(mixOf([{ text: 'gold', weight: 0.5 }, { text: 'fog' }, 'odd', null])).toEqual([
      { text: 'gold', weight: 0.5 },
      { text: 'fog', weight: 1 },
    ]);
    expect(mixOf('odd')).toEqual([]);
  });

  it('are sent without the empty ones', () => {
    expect(
      spoken([
        { text: ' gold ', weight: 1 },
        { text: '  ', weight: 1 },
      ]),
    ).toEqual([{ text: 'gold', weight: 1 }]);
    expect(sameTexts([{ text: 'a', weight: 1 }], [{ text: 'a', weight: 2 }])).toBe(true);
  });

  it('are weighed from 0 to 2, and up to 100 where another tool does so', () => {
    expect(weightRange([{ text: 'a', weight: 1.5 }]).maximum).toBe(2);
    expect(weightRange([{ text: 'a', weight: 80 }]).maximum).toBe(100);
  });

  it('are said back as what happens now', () => {
    expect(doneWords(1, 0, 'seconds')).toBe('The new prompt plays now.');
    expect(doneWords(2, 4, 'beats')).toBe('The mix of 2 prompts plays, gliding over 4 beats.');
    expect(doneWords(0, 0, 'seconds')).toBe('The prompt is taken away now.');
  });
});

it('shows the nodes in the order of the picture’s way, however the graph lists them', () => {
  const stage = {
    type: 'stage' as const,
    aspect: 'fill' as const,
    fallback: 'hold' as const,
    rateHz: 30,
    force: false,
  };
  const graph = {
    nodes: [
      {
        id: 'out',
        type: 'sink' as const,
        adapter: 'stills',
        config: {},
        aspect: 'fill' as const,
        rateHz: 60,
      },
      { id: 'main', pipeline: 'dream', ...stage },
      { id: 'in', type: 'source' as const, adapter: 'file', config: {}, pacing: 'live' as const },
    ],
    links: [
      { from: 'in', fromPort: 'video', to: 'main', toPort: 'video' },
      { from: 'main', fromPort: 'video', to: 'out', toPort: 'video' },
    ],
  };
  expect(inOrder(graph).map((place) => place.node)).toEqual(['in', 'main', 'out']);
});
