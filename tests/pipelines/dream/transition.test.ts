import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mixLinear, mixSpherical } from '../../../pipelines/dream/scene/mix.ts';
import { embed } from '../../../pipelines/dream/scene/embed.ts';
import { placeOf, SCENE_LENGTH } from '../../../pipelines/dream/scene/layout.ts';
import type { PromptMix } from '../../../src/contract/prompt.ts';
import { GLIDE, moment } from './moment.ts';
import { difference } from './pictures.ts';
import { closeStudio, openStudio, type Playing, type Studio } from './studio.ts';

const DOZEN = [
  'molten gold', 'deep ocean', 'neon city night', 'autumn forest', 'chrome', 'cherry blossom', 'galaxy', 'desert dunes at dusk',
  'stained glass', 'snow', 'fire', 'aurora over ice',
]; // prettier-ignore

describe('a transition between prompts', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await openStudio();
  }, 60_000);
  afterAll(() => closeStudio(studio));

  it('glides between any two of a dozen prompts', { timeout: 120_000 }, async () => {
    const player = studio.take();
    const faults: string[] = [];
    for (const [i, from] of DOZEN.entries()) {
      for (const [k, to] of DOZEN.slice(0, i).entries()) {
        // Every other pair the other way round and on the sphere, so that all four kinds are walked.
        const odd = (i + k) % 2 === 1;
        const pair = odd ? ([to, from] as const) : ([from, to] as const);
        faults.push(...(await walk(player, pair, (i + k) % 4 < 2 ? 'linear' : 'slerp')));
      }
    }
    expect(faults).toEqual([]);
  });

  it('shows two clearly different pictures at its ends', async () => {
    const ends = new Map<string, Uint8Array>();
    for (const prompt of DOZEN) ends.set(prompt, await studio.still({ prompt }));
    const near: string[] = [];
    for (const [i, a] of DOZEN.entries()) {
      for (const b of DOZEN.slice(0, i)) {
        const apart = difference(ends.get(a) ?? new Uint8Array(4), ends.get(b) ?? new Uint8Array(4));
        if (apart < GLIDE.ends) near.push(`${a} and ${b}: ${apart.toFixed(1)} %`);
      }
    }
    expect(near).toEqual([]);
  });

  it('does not pop when it is retargeted half way', async () => {
    const take = studio.take();
    await take.frame({ prompt: moment('chrome', 'desert', 0.5, 'linear') }, 0.25);
    const before = await take.frame({ prompt: moment('chrome', 'desert', 0.5, 'linear') });
    const half = [{ text: 'chrome', weight: 0.5 }, { text: 'desert', weight: 0.5 }]; // prettier-ignore
    const blend = { from: half, to: [{ text: 'fire', weight: 1 }], t: 0, interpolation: 'linear' as const };
    const after = await take.frame({ prompt: { texts: half, interpolation: 'linear', blend } });
    expect(difference(before, after)).toBeLessThan(GLIDE.high / 2);
  });

  it('arrives exactly: its ends are the pictures of the two prompts alone', async () => {
    for (const interpolation of ['linear', 'slerp'] as const) {
      const start = await studio.still({ prompt: moment('gold', 'snow', 0, interpolation) });
      const end = await studio.still({ prompt: moment('gold', 'snow', 1, interpolation) });
      expect(difference(start, await studio.still({ prompt: 'gold' }))).toBeLessThan(0.01);
      expect(difference(end, await studio.still({ prompt: 'snow' }))).toBeLessThan(0.01);
    }
  });

  it('mixes a weighted list: more weight, more of that text', async () => {
    const mix = (weight: number): PromptMix => ({
      texts: [{ text: 'ocean', weight: 1 }, { text: 'lava', weight }], // prettier-ignore
      interpolation: 'linear',
      blend: null,
    });
    const lava = await studio.still({ prompt: 'lava' });
    const [little, much] = [await studio.still({ prompt: mix(0.3) }), await studio.still({ prompt: mix(3) })];
    expect(difference(much, lava)).toBeLessThan(difference(little, lava));
    expect(difference(await studio.still({ prompt: mix(0) }), await studio.still({ prompt: 'ocean' }))).toBe(
      0,
    );
  });

  it('keeps the structure strong half way on the sphere, where the straight mix goes faint', () => {
    const [gold, glass] = [embed('marble'), embed('honeycomb')];
    const straight = new Float32Array(SCENE_LENGTH);
    const turned = new Float32Array(SCENE_LENGTH);
    mixLinear([{ scene: gold, weight: 1 }, { scene: glass, weight: 1 }], straight); // prettier-ignore
    mixSpherical(gold, glass, 0.5, turned);
    const strength = (scene: Float32Array): number =>
      Math.hypot(...scene.subarray(placeOf('p.fbm'), placeOf('p.burst') + 1));
    expect(strength(turned)).toBeGreaterThan(strength(straight) * 1.05);
  });

  it('lets metal leave before the shape moves, and keeps it between two metals', () => {
    const half = (a: string, b: string): Float32Array => {
      const out = new Float32Array(SCENE_LENGTH);
      mixLinear([{ scene: embed(a), weight: 1 }, { scene: embed(b), weight: 1 }], out); // prettier-ignore
      return out;
    };
    expect(half('chrome', 'desert')[placeOf('metal')]).toBeLessThan(0.3);
    expect(half('chrome', 'mercury')[placeOf('metal')]).toBeGreaterThan(0.9);
  });
});

/** Two neighbouring frames at each of five moments of the way. */
async function walk(
  player: Playing,
  [from, to]: readonly [string, string],
  interpolation: 'linear' | 'slerp',
): Promise<string[]> {
  const faults: string[] = [];
  for (const t of [0.04, 0.25, 0.5, 0.7, 0.92]) {
    const first = await player.frame({ prompt: moment(from, to, t, interpolation) }, 0.25);
    const second = await player.frame({ prompt: moment(from, to, t + 1 / 120, interpolation) });
    const change = difference(first, second);
    if (change < GLIDE.low || change > GLIDE.high)
      faults.push(`${from} to ${to}, ${interpolation}, at ${t}: ${change.toFixed(2)} %`);
  }
  return faults;
}
