import { afterAll, beforeAll, expect, it } from 'vitest';
import { correlation, luma } from './pictures.ts';
import { closeStudio, openStudio, SIZE, type Studio } from './studio.ts';

const QUALITIES = ['draft', 'standard', 'high'] as const;
/** Drawn by the structure; a city is all outlines, which are full in any quality. */
const PROMPTS = ['molten gold', 'labyrinth coral'];
/** At least this much more from each quality to the next. */
const FINER = 1.1;

let studios: Studio[];
beforeAll(async () => {
  studios = [];
  for (const quality of QUALITIES) studios.push(await openStudio({ quality }));
}, 120_000);
afterAll(() => Promise.all(studios.map(closeStudio)));

it('quality gives the same picture finer detail, step by step, and each of them whole', async () => {
  for (const prompt of PROMPTS) {
    const pictures: Uint8Array[] = [];
    for (const studio of studios) pictures.push(await studio.still({ prompt }));
    for (const picture of pictures) {
      expect(picture.every((byte, at) => at % 4 !== 3 || byte === 255)).toBe(true);
      expect(Math.min(...rowContrasts(picture)), prompt).toBeGreaterThan(1);
    }
    const [draft, standard, high] = pictures.map((picture) => luma(picture));
    if (draft === undefined || standard === undefined || high === undefined) throw new Error('No pictures');
    expect(detail(standard), prompt).toBeGreaterThan(FINER * detail(draft));
    expect(detail(high), prompt).toBeGreaterThan(FINER * detail(standard));
    expect(correlation(draft, high), prompt).toBeGreaterThan(0.7);
  }
});

/** How much neighbouring pixels curve: what a coarser structure cannot have. Mean of the Laplacian's magnitude. */
function detail(picture: Float32Array): number {
  let sum = 0;
  for (let y = 1; y < SIZE - 1; y += 1) {
    for (let x = 1; x < SIZE - 1; x += 1) {
      const at = y * SIZE + x;
      const around = [at - 1, at + 1, at - SIZE, at + SIZE].reduce((s, i) => s + (picture[i] ?? 0), 0);
      sum += Math.abs(4 * (picture[at] ?? 0) - around);
    }
  }
  return sum / (SIZE - 2) ** 2;
}

/** Standard deviation along each line, levels: 0 where a line was left out. */
function rowContrasts(picture: Uint8Array): number[] {
  const tones = luma(picture);
  return Array.from({ length: SIZE }, (_, y) => {
    const row = tones.subarray(y * SIZE, (y + 1) * SIZE);
    const mean = row.reduce((sum, tone) => sum + tone, 0) / SIZE;
    return Math.sqrt(row.reduce((sum, tone) => sum + (tone - mean) ** 2, 0) / SIZE);
  });
}
