import type { Actor, Plane } from '../scene/layout.ts';
import type { AtlasPlan, Shape } from './atlas.ts';
import type { Phases } from './phases.ts';
import * as shapes from './shapes.ts';

/** One of a kind: where it starts and what is its own. All 0..1; `depth` grows with its size. */
export interface Member {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  readonly turn: number;
  readonly rhythm: number;
  readonly light: number;
}

/** How a member stands at one moment. Reused from member to member. */
export interface Pose {
  /** In picture widths and heights; what leaves on one side comes in on the other. */
  x: number;
  y: number;
  /** Full turns, any number. */
  turn: number;
  /** 0..1, see AtlasPlan. */
  tilt: number;
  /** 1 is as bright, or as solid, as the prompt asks. */
  light: number;
  plane: Plane;
}

export interface Kind extends Omit<AtlasPlan, 'radii'> {
  /** How many in a square picture. */
  readonly count: number;
  /** Radii in a picture 512 high. */
  readonly radii: readonly number[];
  /** Above 1 the small ones are many. */
  readonly bias: number;
  /** Sets what differs from the member's own place, an upright turn, full light and the kind's plane. */
  readonly pose: (pose: Pose, member: Member, phases: Phases, index: number) => void;
  readonly plane: Plane;
}

const TAU = 2 * Math.PI;

const wave = (angle: number): number => Math.sin(angle);
/** Swings between 0 and 1. */
const swing = (angle: number): number => 0.5 + 0.5 * Math.sin(angle);

/** Kinds that only shine and stay upright. */
function light(
  plane: Plane,
  count: number,
  radii: readonly number[],
  bias: number,
  shape: Shape,
  pose: Kind['pose'],
): Kind {
  return { plane, count, radii, bias, turns: 1, tilts: 1, covers: false, shape: () => shape, pose };
}

/** Everything that moves, but for windows, pulses and bolts, which have files of their own. */
export const kinds: Readonly<Record<Exclude<Actor, 'windows' | 'pulse' | 'bolt'>, Kind>> = {
  stars: light('S', 420, [3, 5, 8, 14, 25], 7, shapes.star, (pose, m, p) => {
    pose.x += p.wind * 0.012 + p.twinkle * 0.0004;
    pose.light = (0.62 + 0.38 * wave(p.twinkle * (0.5 + m.rhythm) + m.turn * TAU)) * (0.6 + 0.5 * m.light);
  }),
  bokeh: light('S', 44, [11, 17, 25, 34, 44], 1.2, shapes.disc, (pose, m, p) => {
    pose.x += wave(p.twinkle * 0.13 * (0.5 + m.rhythm) + m.turn * TAU) * 0.05;
    pose.y -= p.twinkle * 0.006 * (0.4 + m.depth);
    pose.light = (0.25 + 0.5 * m.light) * (0.6 + 0.4 * wave(p.twinkle * 0.4 * (0.5 + m.rhythm) + m.light * TAU));
  }),
  drops: light('B', 190, [2.6, 4.5, 7.5, 12, 17], 2.2, shapes.drop, (pose, m, p, index) => {
    // One in five has grown heavy: it waits, then runs.
    const heavy = index % 5 === 0;
    pose.y += heavy ? runner(p.rain * 0.11 * (0.4 + m.rhythm) + m.turn) : p.rain * 0.002;
    if (heavy) pose.x += wave(pose.y * 40 + m.turn * TAU) * 0.004;
  }),
  blossom: {
    plane: 'A', count: 92, radii: [8, 12, 17, 23, 30, 37], bias: 1.1, turns: 20, tilts: 3, covers: true, shape: shapes.blossom,
    pose: (pose, m, p) => {
      const fallen = p.fall * (0.4 + 0.9 * m.depth);
      pose.x += wave(fallen * 9 + m.turn * TAU) * 0.03 * (0.4 + m.rhythm) + p.wind * 0.5;
      pose.y += fallen;
      pose.turn += (m.rhythm - 0.5) * fallen * 1.6;
      pose.tilt = 0.7 * swing(fallen * 7 * (0.3 + m.rhythm) + m.light * TAU);
    },
  },
  petal: {
    plane: 'A', count: 120, radii: [3, 4.5, 6.5, 9, 12], bias: 1.2, turns: 16, tilts: 5, covers: true, shape: shapes.petal,
    pose: (pose, m, p, index) => {
      const fallen = p.fall * (0.6 + 0.9 * m.depth);
      pose.x += wave(fallen * 13 * (0.6 + m.rhythm) + m.turn * TAU) * 0.05 + p.wind * (0.6 + 0.6 * m.depth);
      pose.y += fallen;
      pose.turn += fallen * (m.rhythm - 0.3) * 4;
      pose.tilt = swing(fallen * 21 * (0.4 + m.rhythm) + m.light * TAU);
      if (index % 3 === 0) pose.plane = 'B';
    },
  },
  leaf: {
    plane: 'A', count: 120, radii: [9, 13, 18, 24, 32], bias: 1.3, turns: 24, tilts: 4, covers: true, shape: shapes.leaf,
    pose: (pose, m, p, index) => {
      // A leaf swings like a pendulum and turns as it swings.
      const fallen = p.fall * (0.5 + 0.8 * m.depth);
      const pendulum = wave(fallen * 11 * (0.5 + m.rhythm) + m.turn * TAU);
      pose.x += pendulum * 0.05 + p.wind * (0.4 + 0.8 * m.depth);
      pose.y += fallen - Math.abs(pendulum) * 0.012;
      pose.turn += pendulum * 0.09 + fallen * (m.rhythm - 0.5) * 1.8;
      pose.tilt = swing(fallen * 15 * (0.3 + m.rhythm) + m.light * TAU) ** 1.6;
      pose.light = 0.8 + 0.2 * m.light;
      if (index & 1) pose.plane = 'B';
    },
  },
  snow: light('A', 300, [2, 3.2, 5, 8, 13], 2.6, shapes.flake, (pose, m, p) => {
    const fallen = p.fall * (0.5 + 1.1 * m.depth);
    pose.x += wave(fallen * 8 * (0.4 + m.rhythm) + m.turn * TAU) * 0.022 + p.wind * (0.5 + m.depth);
    pose.y += fallen;
    pose.light = 0.55 + 0.45 * m.light;
  }),
  rain: light('B', 230, [26, 44, 66, 92], 1.3, shapes.streak, (pose, m, p) => {
    const fallen = p.rain * (0.7 + 0.6 * m.depth);
    // Each time round it falls somewhere else.
    pose.x += Math.floor(m.y + fallen) * m.rhythm - (m.y + fallen) * 0.1;
    pose.y += fallen;
    pose.light = 0.2 + 0.7 * m.light ** 1.6;
  }),
  bubble: light('B', 72, [4.5, 6, 9, 13, 18], 1.6, shapes.bubble, (pose, m, p) => {
    const risen = p.rise * (0.5 + m.depth);
    pose.x += wave(risen * 22 * (0.5 + m.rhythm) + m.turn * TAU) * 0.014 + p.wind * 0.2;
    pose.y -= risen;
  }),
  ember: light('A', 190, [2, 3.2, 5, 8], 2.2, shapes.flake, (pose, m, p) => {
    const path = m.y - p.rise * (0.7 + 1.1 * m.depth);
    pose.x += wave(path * 9 + m.turn * TAU) * 0.05 + wave(path * 23 + m.light * TAU) * 0.015 + p.wind * 0.4;
    pose.y = path;
    // They die as they rise.
    const height = path - Math.floor(path);
    pose.light = (0.7 + 0.5 * wave(p.twinkle * (3 + 4 * m.rhythm) + m.turn * TAU)) * (0.25 + 0.9 * height);
  }),
  firefly: light('A', 64, [7, 10, 15, 22], 1.4, shapes.glow, (pose, m, p) => {
    const time = p.twinkle * 0.35;
    pose.x += 0.06 * wave(time * (0.6 + m.rhythm) + m.turn * TAU) + 0.03 * wave(time * 1.9 + m.light * TAU);
    pose.y += 0.05 * wave(time * (0.5 + m.turn) + m.rhythm * TAU) + 0.03 * wave(time * 1.3 + m.turn * TAU);
    pose.light = Math.max(0, wave(p.twinkle * (0.35 + 0.4 * m.rhythm) + m.light * TAU));
  }),
  meteor: light('S', 14, [50, 76, 104], 1, shapes.meteor, (pose, m, p, index) => {
    // Each waits most of its round, then crosses in a moment, somewhere else every time.
    const round = p.twinkle * 0.05 * (0.6 + m.rhythm) + m.turn;
    const run = Math.min(1, (round - Math.floor(round)) * 4);
    const place = (Math.floor(round) * 0.618 + m.x + index * 0.37) % 1;
    pose.x = place * 1.3 + 0.15 - run * 0.6;
    pose.y = m.y * 0.4 - 0.2 + run * 0.6;
    pose.light = 1.2 * Math.sin(run * Math.PI);
  }),
  bird: {
    plane: 'A', count: 27, radii: [8, 12, 17, 24], bias: 1.3, turns: 1, tilts: 6, covers: true, shape: shapes.bird,
    pose: (pose, m, p, index) => {
      // Flocks of nine keep together.
      const flock = Math.floor(index / 9);
      const flown = p.wind * 1.2 + p.twinkle * 0.018;
      pose.x = 0.25 + flock * 0.31 + (m.x - 0.5) * 0.42 + flown * (0.8 + 0.15 * m.depth);
      pose.y = 0.2 + flock * 0.16 + (m.y - 0.5) * 0.2 + 0.02 * wave(p.twinkle * 0.5 + m.turn * TAU);
      pose.tilt = swing(p.twinkle * (2.4 + m.rhythm) + m.light * TAU);
    },
  },
  fish: {
    plane: 'A', count: 20, radii: [14, 22, 32, 46], bias: 1.2, turns: 1, tilts: 5, covers: true, shape: shapes.fish,
    pose: (pose, m, p, index) => {
      pose.x += p.twinkle * 0.022 * (0.5 + m.depth);
      pose.y += 0.02 * wave(p.twinkle * 0.6 * (0.5 + m.rhythm) + m.turn * TAU);
      pose.tilt = swing(p.twinkle * (2 + 2 * m.rhythm) + m.light * TAU);
      if (index & 1) pose.plane = 'B';
    },
  },
  lantern: light('A', 34, [16, 24, 36, 54], 1.5, shapes.lantern, (pose, m, p) => {
    const risen = p.rise * (0.25 + 0.4 * m.depth);
    pose.x += 0.03 * wave(risen * 9 + m.turn * TAU) + p.wind * 0.2;
    pose.y -= risen;
    pose.light = 0.85 + 0.2 * wave(p.twinkle * (2 + 2 * m.rhythm) + m.turn * TAU);
  }),
  butterfly: {
    plane: 'A', count: 24, radii: [9, 13, 19, 27], bias: 1.2, turns: 16, tilts: 5, covers: true, shape: shapes.butterfly,
    pose: (pose, m, p, index) => {
      const time = p.twinkle * 0.3;
      pose.x += 0.1 * wave(time * (0.5 + m.rhythm) + m.turn * TAU) + p.wind * 0.3;
      pose.y += 0.07 * wave(time * 1.7 * (0.5 + m.light) + m.rhythm * TAU);
      pose.turn = 0.08 * Math.cos(time * (0.5 + m.rhythm) + m.turn * TAU) + (m.turn - 0.5) * 0.4;
      pose.tilt = swing(p.twinkle * (4 + 2 * m.rhythm) + m.light * TAU);
      if (index % 3 === 0) pose.plane = 'B';
    },
  },
  jelly: {
    plane: 'A', count: 16, radii: [20, 32, 48, 68], bias: 1.2, turns: 16, tilts: 6, covers: false, shape: shapes.jelly,
    pose: (pose, m, p, index) => {
      // Swims in thrusts: the bell closes, and it shoots ahead a little.
      const beat = p.twinkle * (0.9 + 0.5 * m.rhythm) + m.light * TAU;
      pose.x += 0.04 * wave(p.twinkle * 0.2 + m.turn * TAU);
      pose.y -= p.rise * (0.3 + 0.4 * m.depth) + 0.006 * wave(beat - 1);
      pose.turn = 0.05 * wave(p.twinkle * 0.23 + m.turn * TAU) + 1;
      pose.tilt = swing(beat);
      if (index & 1) pose.plane = 'B';
    },
  },
}; // prettier-ignore

/** Waits for most of a round, then runs down the whole height. */
function runner(round: number): number {
  const whole = Math.floor(round);
  const part = Math.max(0, (round - whole - 0.45) / 0.55);
  return whole + part * part * (3 - 2 * part);
}
