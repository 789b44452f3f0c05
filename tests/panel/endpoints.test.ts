import { describe, expect, it } from 'vitest';
import { endpointMoods, formsOf, infoWords, sizeWords } from '../../panel/src/setup/endpoint-words.ts';
import { pictureOf } from '../../panel/src/setup/picture.ts';

describe('What a source or sink is connected to', () => {
  it('is told in one line: size, rate, and what its runner says that a person can use', () => {
    expect(sizeWords({ width: 1280, height: 720 }, 59.94006)).toBe('1280 × 720 · 59.94 a second');
    expect(sizeWords(null, null)).toBe('');
    const info = {
      codec: 'h264',
      width: 1280,
      rateHz: 30,
      ticks: 9,
      late: 0,
      skipped: 3,
      bFrames: true,
      alpha: false,
    };
    expect(infoWords({ ...info, note: '', sources: ['a'] })).toBe('codec h264 · skipped 3 · b frames');
  });

  it('has the colour of trouble where no pictures come', () => {
    expect([endpointMoods.live, endpointMoods.searching, endpointMoods.stalled, endpointMoods.lost]).toEqual([
      'good',
      'wait',
      'bad',
      'bad',
    ]);
  });

  it('can be typed in every form that the adapters here read, each explained once', () => {
    const forms = formsOf([
      { id: 'file', locator: 'path', schemes: [] },
      { id: 'stream', locator: 'url', schemes: ['rtsp', 'rtsps', 'srt'] },
      { id: 'mine', locator: 'name', schemes: [] },
      { id: 'stills', locator: null, schemes: [] },
    ]).map(({ form }) => form);
    expect(forms).toEqual([
      'file:clip.mp4',
      'rtsp://camera.local/live',
      'srt://host:9000',
      'srt://:9000?mode=listener',
      'mine:…',
      'stills',
    ]);
  });

  it('has a picture as it is where nothing is done to it', () => {
    const node = { id: 'in', type: 'source', adapter: 'file', config: {}, pacing: 'live' } as const;
    expect(pictureOf(node)).toMatchObject({ rotate: 0, flip: 'none', aspect: null, maxRateHz: null });
  });
});
