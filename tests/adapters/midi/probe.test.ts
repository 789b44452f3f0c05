import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { probe } from '../../../adapters/midi/run.ts';

test.runIf(process.platform === 'linux')(
  'a Linux machine without a sequencer names what is missing and how to get it',
  async () => {
    const answer = await probe();
    if (existsSync('/dev/snd/seq'))
      expect(answer.available || answer.reason.includes('/dev/snd/seq')).toBe(true);
    else
      expect(answer).toEqual({
        available: false,
        reason: expect.stringMatching(/\/dev\/snd\/seq|libasound/),
        remedy: expect.stringMatching(/snd-seq|apt-get/),
      });
  },
);
