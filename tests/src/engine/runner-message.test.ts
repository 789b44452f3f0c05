import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FromRunner, NodeCounters } from '../../../src/contract/protocol.ts';
import { checkMessage } from '../../../src/engine/runner-message.ts';

const none = { counts: [], max: 0 };
const stats: NodeCounters = {
  framesIn: 30,
  framesOut: 30,
  ticks: 0,
  repeats: 0,
  skipped: 0,
  hop: { counts: [50, 30], max: 1.5 },
  call: none,
  tickGap: none,
  age: none,
};
const slot = { link: 'in.video.0', generation: 1, slot: 3 };
const of = { node: 'main', epoch: 7 };
const error = { code: 'E_PIPELINE_LOAD', message: 'the weights are missing', remedy: null, details: null };

const good: readonly FromRunner[] = [
  { t: 'hello', v: 1 },
  { t: 'take', ...of, port: 'video', count: 0, release: [], want: null },
  { t: 'take', ...of, port: 'video', count: 4, release: [slot], want: { width: 512, height: 288 } },
  { t: 'resize', ...of, burst: 2, width: -5, height: 1e9 },
  { t: 'publish', ...of, ...slot, ptsUs: 1, captureUs: 1, publishedUs: 2 },
  { t: 'status', ...of, state: 'failed', error, info: { listening: ['127.0.0.1:8000'] } },
  { t: 'event', node: 'main', name: 'found', data: {} },
  { t: 'command', node: 'osc', batch: [{ address: '/main/strength', args: [0.5], sender: 'osc' }] },
  { t: 'reply', id: 4, result: { width: 64 }, error: null },
  { t: 'stats', ...of, stats },
  { t: 'log', node: 'main', line: 'loaded', dropped: 0 },
  { t: 'busy', node: 'main', what: 'reading weights', deadlineMs: 10_000 },
  { t: 'pong', at: 12, rssBytes: 80e6 },
];
const bad: readonly (readonly [unknown, RegExp])[] = [
  [null, /sent null/],
  ['ready', /sent "ready"/],
  [{}, /no message/],
  [{ t: 'shout' }, /no message/],
  [{ t: '__proto__' }, /no message/],
  [{ t: 'take', node: 'main' }, /"take" whose epoch is missing/],
  [{ ...good[2], release: null }, /whose release is null/],
  [{ ...good[2], release: [null] }, /whose release is \[null\]/],
  [{ ...good[2], count: 1.5 }, /whose count is 1.5/],
  [{ ...good[2], want: { width: 0, height: 9 } }, /whose want is/],
  [{ ...good[4], slot: -1 }, /whose slot is -1/],
  [{ ...good[4], ptsUs: null }, /whose ptsUs is null/],
  [{ ...good[5], state: 'toString' }, /whose state is "toString"/],
  [{ ...good[5], error: 'E_X' }, /whose error is "E_X"/],
  [{ ...good[5], info: [] }, /whose info is \[\]/],
  [{ ...good[7], batch: [{ address: 4 }] }, /whose batch is/],
  [{ ...good[9], stats: { ...stats, hop: null } }, /whose stats is/],
  [{ ...good[10], line: 'x', dropped: '9'.repeat(1000) }, /whose dropped is "9{99}…$/],
];

const checking = (message: unknown) => () => checkMessage(message);

describe('what a runner sends', () => {
  it.each(good)('is taken where it is a message: $t', (message) => {
    expect(checking(JSON.parse(JSON.stringify(message)))).not.toThrow();
  });

  it.each(bad)('is refused by name where it is none: %j', (message, words) => {
    expect(checking(message)).toThrow(
      expect.objectContaining({ code: 'E_RUNNER_PROTOCOL', message: expect.stringMatching(words) }),
    );
  });

  it('is refused where any of its fields is missing', () => {
    for (const message of good)
      for (const key of Object.keys(message)) {
        // What a handler answers may be nothing, and a version is compared, whatever it is.
        if (key === 'result' || key === 'v') continue;
        expect(checking({ ...message, [key]: undefined }), `${message.t} ${key}`).toThrow();
      }
  });

  it('is refused by its code, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        expect(checking(message)).toThrow(expect.objectContaining({ code: 'E_RUNNER_PROTOCOL' }));
      }),
    );
  });
});
