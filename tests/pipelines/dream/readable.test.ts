import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROMPTS } from '../../../scripts/sheet-prompts.ts';
import { drawSubject } from '../../../scripts/subject.ts';
import { difference } from './pictures.ts';
import { boxes, readable, type Box } from './readable.ts';
import { closeStudio, openStudio, type Studio } from './studio.ts';

const SIDE = 256;

/** How much of the local light of each part must be left; at 0.5 a face is found, at 0.75 a word is read at a glance. */
const LEAST = { face: 0.7, large: 0.8, small: 0.8 } as const;

/** Left and right of the figure, where the source has nothing to say. */
const beside: readonly Box[] = [
  [0, 0.2, 0.28, 0.85],
  [0.72, 0.2, 1, 0.85],
];

describe('a face and lettering under each of the forty prompts', () => {
  let studio: Studio;
  const source = drawSubject(SIDE, SIDE);
  beforeAll(async () => {
    studio = await openStudio({ width: SIDE, height: SIDE });
  }, 60_000);
  afterAll(() => closeStudio(studio));

  it('can be read at any moment, at the default strength', { timeout: 180_000 }, async () => {
    const lost: string[] = [];
    for (const prompt of PROMPTS) {
      const take = studio.take();
      await take.frame({ prompt, source }, 0);
      for (const seconds of [0.5, 1.5]) {
        while (take.seconds < seconds - 0.3) await take.frame({ prompt, source }, 0.25);
        const picture = await take.frame({ prompt, source }, 0.25);
        for (const part of ['face', 'large', 'small'] as const) {
          const left = readable(picture, source, SIDE, boxes[part]);
          if (left < LEAST[part]) lost.push(`${prompt}, ${part}, after ${seconds} s: ${left.toFixed(2)}`);
        }
      }
    }
    expect(lost).toEqual([]);
  });

  it(
    'leave the prompt its look: its structure beside the face, and no two alike',
    { timeout: 180_000 },
    async () => {
      const over = new Map<string, Uint8Array>();
      const kept: number[] = [];
      for (const prompt of PROMPTS) {
        const [alone, picture] = [await studio.still({ prompt }), await studio.still({ prompt, source })];
        over.set(prompt, picture);
        kept.push(Math.max(...beside.map((box) => readable(picture, alone, SIDE, box))));
      }
      // Opal's bands of colour lie elsewhere over a source, as metal's do; all others lie where they were.
      expect(kept.filter((share) => share < 0.6).length).toBeLessThanOrEqual(1);
      expect(kept.toSorted((a, b) => a - b)[PROMPTS.length >> 1]).toBeGreaterThan(0.9);
      const alike: string[] = [];
      for (const [i, a] of PROMPTS.entries())
        for (const b of PROMPTS.slice(0, i))
          if (difference(over.get(a) ?? source, over.get(b) ?? source) < 4) alike.push(`${a} and ${b}`);
      expect(alike).toEqual([]);
    },
  );

  it('are given up towards strength 1, which is the dream alone', async () => {
    const at = (strength: number): Promise<Uint8Array> =>
      studio.still({ prompt: 'hammered copper', source, values: { strength } });
    const [usual, most] = [await at(0.75), await at(1)];
    expect(readable(most, source, SIDE, boxes.face)).toBeLessThan(
      readable(usual, source, SIDE, boxes.face) - 0.2,
    );
  });
});
