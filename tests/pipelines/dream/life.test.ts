import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBolt } from '../../../pipelines/dream/sprites/bolt.ts';
import { sliceLayers, type Layers } from '../../../pipelines/dream/sprites/blit.ts';
import { kinds, type Member, type Pose } from '../../../pipelines/dream/sprites/kinds.ts';
import { zeroPhases, type Phases } from '../../../pipelines/dream/sprites/phases.ts';
import { drawWindows } from '../../../pipelines/dream/sprites/windows.ts';
import { luma } from './pictures.ts';
import { closeStudio, openStudio, SIZE, type Studio } from './studio.ts';

/** Twinkle phase of one second at the speed of storms and cities, about. */
const TWINKLE = 2.4;

function layers(): Layers {
  return sliceLayers({ width: SIZE, height: SIZE }, new Uint8Array(4 * SIZE * SIZE));
}

describe('what lives in a picture', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await openStudio();
  }, 60_000);
  afterAll(() => closeStudio(studio));

  it('lightning lights the picture when it strikes', async () => {
    const take = studio.take();
    await take.frame({ prompt: 'lightning' }, 0);
    const light: number[] = [];
    for (let i = 0; i < 300; i += 1) light.push(mean(luma(await take.frame({ prompt: 'lightning' }))));
    expect(Math.max(...light) / mean(light)).toBeGreaterThan(1.25);
    // Between strikes it is dark again.
    expect(Math.min(...light) / mean(light)).toBeLessThan(0.9);
  });

  it('no strike has the shape of another', () => {
    const bolt = makeBolt(SIZE, SIZE);
    bolt.place(1);
    // Shortly after each strike; they are 2.6 of twinkle apart.
    const strikes = Array.from({ length: 5 }, (_, i) => {
      const drawn = layers();
      bolt.draw(drawn, 1, { ...zeroPhases(), twinkle: 1.9 + i * 2.6 });
      return drawn.S;
    });
    for (const [i, a] of strikes.entries()) {
      expect(lit(a), `strike ${i}`).toBeGreaterThan(SIZE / 2);
      for (const b of strikes.slice(0, i)) expect(shared(a, b)).toBeLessThan(0.5);
    }
  });

  it('windows of a city go on and off, a few at a time', () => {
    const panes = studio.parts.backdrops.windows();
    const at = (seconds: number): Set<string> => {
      const drawn = layers();
      drawWindows(drawn, () => panes, 1, { ...zeroPhases(), twinkle: seconds * TWINKLE });
      const on = panes.filter(({ x, y, second }) => (second ? drawn.B : drawn.A)[y * SIZE + x] !== 0);
      return new Set(on.map(({ x, y }) => `${x},${y}`));
    };
    const [now, soon, later] = [at(20), at(20.1), at(25)];
    const gone = (from: Set<string>, to: Set<string>): number =>
      [...from].filter((pane) => !to.has(pane)).length;
    const changed = (from: Set<string>, to: Set<string>): number =>
      (gone(from, to) + gone(to, from)) / panes.length;
    expect(changed(now, later)).toBeGreaterThan(0.05);
    expect(changed(now, later)).toBeLessThan(0.8);
    expect(changed(now, soon)).toBeLessThan(changed(now, later) / 3);
  });

  it('leaves, petals and blossoms drift and turn, each in its own way', () => {
    for (const name of ['leaf', 'petal', 'blossom'] as const) {
      const members = [0.1, 0.35, 0.62, 0.9].map((own, i): Member => ({ x: own, y: own, depth: own, turn: 1 - own, rhythm: (i + 1) / 5, light: own })); // prettier-ignore
      const turns = members.map((member) => {
        const [start, end] = [posed(name, member, 0), posed(name, member, 4)];
        expect(end.y - start.y, `${name} falls`).toBeGreaterThan(0.05);
        expect(
          Math.abs(end.x - start.x) + Math.abs(posed(name, member, 2).x - start.x),
          `${name} sways`,
        ).toBeGreaterThan(0.001);
        expect(
          Math.abs(end.turn - start.turn) + Math.abs(end.tilt - start.tilt),
          `${name} turns`,
        ).toBeGreaterThan(0.02);
        return end.turn - start.turn;
      });
      expect(new Set(turns.map((turn) => turn.toFixed(3))).size, name).toBe(members.length);
    }
  });
});

function posed(name: 'leaf' | 'petal' | 'blossom', member: Member, seconds: number): Pose {
  const pose: Pose = { x: member.x, y: member.y, turn: member.turn, tilt: 0, light: 1, plane: 'A' };
  const phases: Phases = { ...zeroPhases(), fall: 0.085 * seconds, wind: 0.02 * seconds };
  kinds[name].pose(pose, member, phases, 0);
  return pose;
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function lit(plane: Uint8Array): number {
  return plane.filter((value) => value > 40).length;
}

/** How much of what two planes light they light both. */
function shared(a: Uint8Array, b: Uint8Array): number {
  return a.filter((value, i) => value > 40 && (b[i] ?? 0) > 40).length / Math.min(lit(a), lit(b));
}
