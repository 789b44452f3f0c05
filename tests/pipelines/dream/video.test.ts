import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { correlation, difference, face, luma } from './pictures.ts';
import { closeStudio, openStudio, SIZE, type Studio } from './studio.ts';

const PALE = ['cherry blossom', 'snow', 'marble', 'milk', 'pastel sky', 'dawn'];
const MANY = [
  'molten gold',
  'deep ocean',
  'neon city night',
  'autumn forest',
  'chrome',
  'stained glass',
  'galaxy',
  ...PALE,
];

describe('video mode', () => {
  let studio: Studio;
  const source = face(SIZE);
  beforeAll(async () => {
    studio = await openStudio();
  }, 60_000);
  afterAll(() => closeStudio(studio));

  it('shows nearly the source at strength 0, and only the dream at strength 1', async () => {
    const bare = await studio.still({ prompt: 'molten gold', source, values: { strength: 0 } });
    expect(difference(bare, source)).toBeLessThan(0.5);
    let last = 0;
    for (const strength of [0.25, 0.5, 0.75, 1]) {
      const away = difference(
        await studio.still({ prompt: 'molten gold', source, values: { strength } }),
        source,
      );
      expect(away).toBeGreaterThan(last);
      last = away;
    }
    expect(last).toBeGreaterThan(15);
  });

  it('keeps a face and lettering readable at the default strength, whatever the prompt', async () => {
    for (const prompt of MANY) {
      const picture = await studio.still({ prompt, source });
      expect(correlation(luma(picture), luma(source)), `${prompt}: light`).toBeGreaterThan(0.5);
      expect(correlation(contours(picture), contours(source)), `${prompt}: edges`).toBeGreaterThan(0.35);
    }
  });

  it('keeps the tones of a face on pale palettes: nothing burns out', async () => {
    for (const prompt of PALE) {
      const picture = luma(await studio.still({ prompt, source }));
      const light = luma(source);
      const cheek: number[] = [];
      for (let i = 0; i < light.length; i += 1)
        if ((light[i] ?? 0) > 130 && (light[i] ?? 0) < 210) cheek.push(picture[i] ?? 0);
      const burnt = cheek.filter((value) => value > 250).length / cheek.length;
      expect(burnt, prompt).toBeLessThan(0.12);
      expect(spread(cheek), prompt).toBeGreaterThan(5);
    }
  });

  it('bends its structure to the source, not only its light', async () => {
    const flat = new Uint8Array(SIZE * SIZE * 4).fill(128);
    const values = { strength: 1 };
    const plain = await studio.still({ prompt: 'chrome', source: flat, values });
    const bent = await studio.still({ prompt: 'chrome', source, values });
    expect(difference(plain, bent)).toBeGreaterThan(8);
  });

  it('switches between text and video call by call', async () => {
    const take = studio.take();
    const text = await take.frame({ prompt: 'fire' }, 0);
    const video = await take.frame({ prompt: 'fire', source }, 0);
    const again = await take.frame({ prompt: 'fire' }, 0);
    expect(difference(text, video)).toBeGreaterThan(5);
    expect(difference(text, again)).toBeLessThan(1.5);
  });

  it('feeds the last picture back over the source too', async () => {
    const take = studio.take();
    const call = { prompt: 'neon', source, values: { feedback: 0.9 } };
    await take.frame(call);
    const before = await take.frame(call);
    const dark = new Uint8Array(SIZE * SIZE * 4).fill(10);
    const trail = await take.frame({ ...call, source: dark });
    const cut = await studio.take().frame({ ...call, source: dark, values: { feedback: 0 } });
    expect(difference(trail, before)).toBeLessThan(difference(cut, before) / 2);
  });
});

/** Strength of the edge at each pixel, over two pixels: what a face and a letter are read by. */
function contours(picture: Uint8Array): Float32Array {
  const light = luma(picture);
  return light.map((_, i) => {
    const at = (offset: number): number => light[Math.min(light.length - 1, Math.max(0, i + offset))] ?? 0;
    return Math.hypot(at(1) - at(-1), at(SIZE) - at(-SIZE));
  });
}

/** Standard deviation. */
function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
