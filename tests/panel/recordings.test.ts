import { describe, expect, it } from 'vitest';
import { bytesText, durationText } from '../../panel/src/files/amounts.ts';
import { factsOf, stateOf } from '../../panel/src/recordings/recording-words.ts';
import type { RecordingFile } from '../../src/contract/recording.ts';

const file: RecordingFile = {
  name: 'take.mp4',
  path: '/takes/take.mp4',
  kind: 'video',
  state: 'done',
  node: 'main',
  take: 't1',
  startedAt: 0,
  seconds: 42.6,
  size: { width: 1280, height: 720 },
  bytes: 18_234_000,
  frames: 1278,
  skipped: 0,
  fault: null,
};

describe('A recording in the list', () => {
  it('says how long, how large and from where it is, as far as that is known', () => {
    expect(factsOf(file)).toBe('0:42 · 1280 × 720 · 18.2 MB · from main');
    expect(factsOf({ ...file, kind: 'still', skipped: 2 })).toBe(
      'still · 1280 × 720 · 18.2 MB · from main · 2 pictures left out',
    );
    expect(factsOf({ ...file, kind: 'pictures', size: null, node: null, seconds: null })).toBe(
      '1278 pictures · 18.2 MB',
    );
  });

  it('says what became of it where it did not simply end', () => {
    expect(stateOf(file)).toBeNull();
    expect((['recording', 'interrupted', 'failed'] as const).map((state) => stateOf({ state }))).toEqual([
      'Being recorded',
      'Broken off; it plays up to about its last second',
      'Ended early; it plays up to there',
    ]);
  });
});

it('writes sizes as disks are sold, and times as clocks show them', () => {
  expect([0, 999, 1000, 48_123_456, 512_000_000, 2.5e12].map(bytesText)).toEqual([
    '0 B',
    '999 B',
    '1 KB',
    '48.1 MB',
    '512 MB',
    '2.5 TB',
  ]);
  expect([0, 7.9, 754, 3723].map(durationText)).toEqual(['0:00', '0:07', '12:34', '1:02:03']);
});
