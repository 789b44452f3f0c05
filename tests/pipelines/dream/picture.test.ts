import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { difference } from './pictures.ts';
import { closeStudio, openStudio, promptOf, SIZE, type Studio } from './studio.ts';

const SIX = ['molten gold', 'deep ocean', 'neon city night', 'autumn forest', 'chrome', 'cherry blossom'];

describe('the dream picture', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await openStudio();
  }, 60_000);
  afterAll(() => closeStudio(studio));

  it('tells the six named prompts apart at any moment, by colour and by structure', async () => {
    const early = new Map<string, Uint8Array>();
    for (const prompt of SIX) early.set(prompt, await studio.still({ prompt }));
    for (const prompt of SIX) {
      const take = studio.take();
      for (let i = 0; i < 24; i += 1) await take.frame({ prompt }, 0.25);
      const late = signature(await take.frame({ prompt }));
      const distances = SIX.map((other) => ({
        other,
        distance: apart(late, signature(early.get(other) ?? new Uint8Array(4))),
      }));
      distances.sort((a, b) => a.distance - b.distance);
      expect(distances[0]?.other).toBe(prompt);
    }
  });

  it('gives metals structures of their own, not only colours', async () => {
    const metals = ['gold', 'copper', 'silver', 'chrome', 'mercury', 'bronze'];
    const shapes = new Map<string, number[]>();
    for (const metal of metals)
      shapes.set(metal, edges(await studio.still({ prompt: metal, values: { palette: 'mono' } })));
    for (const [i, a] of metals.entries()) {
      for (const b of metals.slice(0, i))
        expect(apart(shapes.get(a) ?? [], shapes.get(b) ?? []), `${a} and ${b}`).toBeGreaterThan(0.03);
    }
  });

  it('draws the same picture for the same seed and time, and another for another seed', async () => {
    const prompt = 'snow city';
    const one = await studio.still({ prompt, values: { seed: 5 } });
    expect(difference(one, await studio.still({ prompt, values: { seed: 5 } }))).toBe(0);
    expect(difference(one, await studio.still({ prompt, values: { seed: 6 } }))).toBeGreaterThan(1);
  });

  it('has no frame of odd pixels round it', async () => {
    for (const prompt of [...SIX, 'marble', 'labyrinth coral', 'copper']) {
      for (const source of [undefined, new Uint8Array(SIZE * SIZE * 4).fill(140)]) {
        const picture = await studio.still(source === undefined ? { prompt } : { prompt, source });
        // The step from the border to the next line is no larger than steps inside the picture are.
        for (const side of ['top', 'bottom', 'left', 'right'] as const) {
          const border = step(picture, side, 0);
          const inside = Math.max(...[1, 2, 3, 4, 5, 6].map((depth) => step(picture, side, depth)));
          expect(border, `${prompt} ${side}`).toBeLessThan(inside * 1.5 + 2);
        }
      }
    }
  });

  it('moves: every prompt changes from frame to frame, and speed 0 stands still but for its grain', async () => {
    for (const prompt of SIX) {
      const take = studio.take();
      await take.frame({ prompt }, 0.2);
      const first = await take.frame({ prompt });
      expect(difference(first, await take.frame({ prompt })), prompt).toBeGreaterThan(0.2);
    }
    const take = studio.take();
    const call = { prompt: 'autumn forest', values: { speed: 0 } };
    const first = await take.frame(call, 0);
    for (let i = 0; i < 5; i += 1) await take.frame(call, 0.25);
    expect(difference(first, await take.frame(call))).toBeLessThan(1.2);
  });

  it('goes on where it was after a pause, however long', async () => {
    const [paused, steady] = [studio.take(), studio.take()];
    for (const take of [paused, steady]) await take.frame({ prompt: 'chrome' }, 0.25);
    const late = await paused.frame({ prompt: 'chrome' }, 3600);
    expect(difference(late, await steady.frame({ prompt: 'chrome' }, 0.25))).toBe(0);
  });

  it('answers to every parameter', async () => {
    const plain = await studio.still({ prompt: 'molten gold' });
    const changes = {
      speed: 3,
      detail: 0.9,
      warp: 0.05,
      contrast: 0.9,
      glow: 1,
      feedback: 0.8,
      palette: 'ice',
      seed: 77,
    };
    for (const [key, value] of Object.entries(changes)) {
      const changed = await studio.still({ prompt: 'molten gold', values: { [key]: value } });
      expect(difference(changed, plain), key).toBeGreaterThan(0.5);
    }
  });

  it('answers a pulse with light that dies away', async () => {
    const [beaten, calm] = [studio.take(), studio.take()];
    for (const take of [beaten, calm]) await take.frame({ prompt: 'deep ocean', pulses: 3 }, 0.1);
    const call = { prompt: 'deep ocean' };
    const at = difference(
      await beaten.frame({ ...call, pulses: 4 }),
      await calm.frame({ ...call, pulses: 3 }),
    );
    for (let i = 0; i < 9; i += 1) {
      await beaten.frame({ ...call, pulses: 4 }, 0.2);
      await calm.frame({ ...call, pulses: 3 }, 0.2);
    }
    const after = difference(
      await beaten.frame({ ...call, pulses: 4 }),
      await calm.frame({ ...call, pulses: 3 }),
    );
    expect(at).toBeGreaterThan(2);
    expect(after).toBeLessThan(0.3);
  });

  it('lets the last picture shine through as much as feedback says', async () => {
    const bare = studio.take();
    const trailing = studio.take();
    for (const take of [bare, trailing])
      await take.frame({ prompt: promptOf('red'), values: { feedback: 0.9 } });
    const red = await trailing.frame({ prompt: 'red', values: { feedback: 0.9 } });
    const cut = await bare.frame({ prompt: 'blue', values: { feedback: 0 } });
    const trail = await trailing.frame({ prompt: 'blue', values: { feedback: 0.9 } });
    expect(difference(trail, red)).toBeLessThan(difference(trail, cut));
  });

  it('refuses an output of another size than it was loaded for', async () => {
    const player = studio.take();
    await expect(player.renderInto(new Uint8Array(64 * 64 * 4))).rejects.toMatchObject({
      code: 'E_PIPELINE_SIZE',
    });
  });
});

/** Colours as a histogram, and edges by direction: what one tells prompts apart by at a glance. */
function signature(picture: Uint8Array): number[] {
  const colours = new Array<number>(64).fill(0);
  for (let i = 0; i < picture.length; i += 4) {
    const bin =
      ((picture[i] ?? 0) >> 6) * 16 + ((picture[i + 1] ?? 0) >> 6) * 4 + ((picture[i + 2] ?? 0) >> 6);
    colours[bin] = (colours[bin] ?? 0) + 4 / picture.length;
  }
  return [...colours, ...edges(picture)];
}

/** Share of the edges in eight directions by two strengths. */
function edges(picture: Uint8Array): number[] {
  const bins = new Array<number>(17).fill(0);
  const green = (x: number, y: number): number => picture[(y * SIZE + x) * 4 + 1] ?? 0;
  for (let y = 1; y < SIZE - 1; y += 1) {
    for (let x = 1; x < SIZE - 1; x += 1) {
      const dx = green(x + 1, y) - green(x - 1, y);
      const dy = green(x, y + 1) - green(x, y - 1);
      const strength = Math.hypot(dx, dy);
      const direction = Math.floor(((Math.atan2(dy, dx) + Math.PI) / Math.PI) * 7.999) % 8;
      const bin = strength < 12 ? 16 : strength < 60 ? direction : 8 + direction;
      bins[bin] = (bins[bin] ?? 0) + 1 / (SIZE * SIZE);
    }
  }
  return bins;
}

function apart(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0);
}

/** Mean absolute step between the lines `depth` and `depth + 1` from one side. */
function step(picture: Uint8Array, side: 'top' | 'bottom' | 'left' | 'right', depth: number): number {
  let sum = 0;
  for (let along = 0; along < SIZE; along += 1) {
    const at = (d: number): number => {
      const across = side === 'top' || side === 'left' ? d : SIZE - 1 - d;
      return (side === 'top' || side === 'bottom' ? across * SIZE + along : along * SIZE + across) * 4;
    };
    for (let channel = 0; channel < 3; channel += 1) {
      sum += Math.abs((picture[at(depth) + channel] ?? 0) - (picture[at(depth + 1) + channel] ?? 0));
    }
  }
  return sum / (SIZE * 3);
}
