import type { Backdrops } from '../tables/backdrops.ts';
import { seeded } from '../random.ts';
import { actors, start, type Actor, type Scene } from '../scene/layout.ts';
import { makeAtlas, type Atlas, type AtlasPlan, type Shape } from './atlas.ts';
import { makeBolt } from './bolt.ts';
import { paint, shine, type Layers } from './blit.ts';
import { drawPulses } from './pulses.ts';
import type { Phases } from './phases.ts';
import { drawWindows } from './windows.ts';
import * as shapes from './shapes.ts';

/** Below this nothing of an actor can be seen. */
const SILENT = 0.004;

export interface Cast {
  /** Places every actor anew. Needed once before the first `draw`. */
  place(seed: number): void;
  /** Draws every actor the scene calls for. Changes `layers` and allocates nothing once its sprites are drawn. */
  draw(layers: Layers, scene: Scene, phases: Phases): void;
  /** How bright the sky is lit by lightning right now, 0..1. */
  flash(): number;
}

/** One of a kind: where it starts and what is its own. All 0..1. */
interface Member {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  readonly turn: number;
  readonly rhythm: number;
  readonly light: number;
}

interface Stage {
  readonly layers: Layers;
  readonly phases: Phases;
  /** Weight of the kind, 0..1.2. */
  readonly weight: number;
  readonly atlas: Atlas;
}

interface Kind extends Omit<AtlasPlan, 'radii'> {
  /** How many in a square picture. */
  readonly count: number;
  /** Radii in a picture 512 high. */
  readonly radii: readonly number[];
  /** Small ones are many: members are spread over the sizes by depth to this power. */
  readonly bias: number;
  readonly act: (member: Member, stage: Stage, index: number, size: number) => void;
}

const TAU = 2 * Math.PI;

/** A place that leaves on one side and comes in on the other, with room to hide. */
function across(value: number, length: number, margin: number): number {
  const span = length + 2 * margin;
  return value * span - Math.floor(value) * span - margin;
}

const still = { turns: 1, tilts: 1, covers: false } as const;

/** Light that only shines and stays upright; the common case below. */
function lights(count: number, radii: readonly number[], bias: number, shape: Shape, act: Kind['act']): Kind {
  return { ...still, count, radii, bias, shape: () => shape, act };
}

const kinds: Readonly<Record<Exclude<Actor, 'windows' | 'pulse' | 'bolt'>, Kind>> = {
  stars: lights(
    420,
    [2.4, 4, 7, 13, 24],
    9,
    shapes.star(1),
    (m, { layers, phases, weight, atlas }, _, size) => {
      const x = across(m.x + phases.wind * 0.012, layers.width, 24);
      const twinkle = 0.62 + 0.38 * Math.sin(phases.twinkle * (0.5 + m.rhythm) + m.turn * TAU);
      shine(
        layers,
        layers.S,
        atlas.pick(size, 0, 0),
        x,
        m.y * layers.height,
        256 * weight * twinkle * (0.45 + 0.55 * m.light),
      );
    },
  ),
  bokeh: lights(
    44,
    [11, 17, 25, 34, 44],
    1.2,
    shapes.disc,
    (m, { layers, phases, weight, atlas }, _, size) => {
      const x =
        m.x * layers.width +
        Math.sin(phases.twinkle * 0.13 * (0.5 + m.rhythm) + m.turn * TAU) * 0.05 * layers.height;
      const y = across(m.y - phases.twinkle * 0.006 * (0.4 + m.depth), layers.height, 48);
      const breath = 0.55 + 0.45 * Math.sin(phases.twinkle * 0.4 * (0.5 + m.rhythm) + m.light * TAU);
      shine(layers, layers.S, atlas.pick(size, 0, 0), x, y, 256 * weight * (0.2 + 0.5 * m.light) * breath);
    },
  ),
  drops: lights(
    190,
    [2.6, 4.5, 7.5, 12, 17],
    2.2,
    shapes.drop,
    (m, { layers, phases, weight, atlas }, index, size) => {
      // One in five has grown heavy: it waits, then runs.
      const runs =
        index % 5 === 0
          ? m.y + runner(phases.rain * 0.11 * (0.4 + m.rhythm) + m.turn)
          : m.y + phases.rain * 0.002;
      const sway = index % 5 === 0 ? Math.sin(runs * 40 + m.turn * TAU) * 0.004 : 0;
      shine(
        layers,
        layers.B,
        atlas.pick(size, 0, 0),
        (m.x + sway) * layers.width,
        across(runs, layers.height, 20),
        256 * weight,
      );
    },
  ),
  blossom: {
    count: 78, radii: [6, 9, 13, 19, 27, 34], bias: 1, turns: 20, tilts: 3, covers: true, shape: shapes.blossom, // prettier-ignore
    act: (m, { layers, phases, weight, atlas }, _, size) => {
      const fallen = phases.fall * (0.4 + 0.9 * m.depth);
      const sway = Math.sin(fallen * 9 + m.turn * TAU) * 0.03 * (0.4 + m.rhythm);
      const turn = m.turn + (m.rhythm - 0.5) * fallen * 1.6;
      const tilt = 0.5 + 0.5 * Math.sin(fallen * 7 * (0.3 + m.rhythm) + m.light * TAU);
      const x = across(m.x + sway + phases.wind * 0.5, layers.width, 36);
      paint(layers, layers.A, atlas.pick(size, turn, tilt * 0.8), x, across(m.y + fallen, layers.height, 36), 256 * weight);
    },
  }, // prettier-ignore
  petal: {
    count: 130, radii: [3, 4.5, 6.5, 9, 12], bias: 1.2, turns: 16, tilts: 5, covers: true, shape: shapes.petal, // prettier-ignore
    act: (m, { layers, phases, weight, atlas }, index, size) => {
      const fallen = phases.fall * (0.6 + 0.9 * m.depth);
      const sway = Math.sin(fallen * 13 * (0.6 + m.rhythm) + m.turn * TAU) * 0.05;
      const x = across(m.x + sway + phases.wind * (0.6 + 0.6 * m.depth), layers.width, 14);
      const tilt = 0.5 + 0.5 * Math.sin(fallen * 21 * (0.4 + m.rhythm) + m.light * TAU);
      const plane = index % 3 === 0 ? layers.B : layers.A;
      paint(layers, plane, atlas.pick(size, m.turn + fallen * (m.rhythm - 0.3) * 4, tilt), x, across(m.y + fallen, layers.height, 14), 256 * weight);
    },
  }, // prettier-ignore
  leaf: {
    count: 105, radii: [7, 10, 14, 20, 28], bias: 1.5, turns: 24, tilts: 4, covers: true, shape: shapes.leaf, // prettier-ignore
    act: (m, { layers, phases, weight, atlas }, index, size) => {
      const fallen = phases.fall * (0.5 + 0.8 * m.depth);
      // A leaf swings like a pendulum and turns as it swings.
      const swing = Math.sin(fallen * 11 * (0.5 + m.rhythm) + m.turn * TAU);
      const x = across(m.x + swing * 0.05 + phases.wind * (0.4 + 0.8 * m.depth), layers.width, 30);
      const y = across(m.y + fallen - Math.abs(swing) * 0.012, layers.height, 30);
      const tilt = 0.5 + 0.5 * Math.sin(fallen * 15 * (0.3 + m.rhythm) + m.light * TAU);
      const turn = m.turn + swing * 0.09 + fallen * (m.rhythm - 0.5) * 1.8;
      paint(layers, index & 1 ? layers.A : layers.B, atlas.pick(size, turn, tilt), x, y, 256 * weight * (0.75 + 0.25 * m.light));
    },
  }, // prettier-ignore
  snow: lights(
    300,
    [2, 3.2, 5, 8, 13],
    2.6,
    shapes.flake,
    (m, { layers, phases, weight, atlas }, _, size) => {
      const fallen = phases.fall * (0.5 + 1.1 * m.depth);
      const sway = Math.sin(fallen * 8 * (0.4 + m.rhythm) + m.turn * TAU) * 0.022;
      const x = across(m.x + sway + phases.wind * (0.5 + m.depth), layers.width, 14);
      shine(
        layers,
        layers.A,
        atlas.pick(size, 0, 0),
        x,
        across(m.y + fallen, layers.height, 14),
        256 * weight * (0.5 + 0.5 * m.light),
      );
    },
  ),
  rain: lights(230, [26, 44, 66, 92], 1.3, shapes.streak, (m, { layers, phases, weight, atlas }, _, size) => {
    const fallen = phases.rain * (0.7 + 0.6 * m.depth);
    const y = across(m.y + fallen, layers.height, 96);
    const x = across(
      m.x - fallen * 0.1 * (layers.height / layers.width) + Math.floor(m.y + fallen) * m.rhythm,
      layers.width,
      20,
    );
    shine(layers, layers.B, atlas.pick(size, 0, 0), x, y, 256 * weight * (0.2 + 0.7 * m.light ** 1.6));
  }),
  bubble: lights(
    72,
    [3, 5, 8, 12, 18],
    1.6,
    shapes.bubble,
    (m, { layers, phases, weight, atlas }, _, size) => {
      const risen = phases.rise * (0.5 + m.depth);
      const wobble = Math.sin(risen * 22 * (0.5 + m.rhythm) + m.turn * TAU) * 0.014;
      const x = across(m.x + wobble + phases.wind * 0.2, layers.width, 20);
      shine(
        layers,
        layers.B,
        atlas.pick(size, 0, 0),
        x,
        across(m.y - risen, layers.height, 20),
        256 * weight,
      );
    },
  ),
  ember: lights(190, [2, 3.2, 5, 8], 2.4, shapes.flake, (m, { layers, phases, weight, atlas }, _, size) => {
    const risen = phases.rise * (0.7 + 1.1 * m.depth);
    const path = m.y - risen;
    const whirl = Math.sin(path * 9 + m.turn * TAU) * 0.05 + Math.sin(path * 23 + m.light * TAU) * 0.015;
    const age = path - Math.floor(path);
    const flicker = 0.6 + 0.4 * Math.sin(phases.twinkle * (3 + 4 * m.rhythm) + m.turn * TAU);
    const x = across(m.x + whirl + phases.wind * 0.4, layers.width, 10);
    shine(
      layers,
      layers.A,
      atlas.pick(size, 0, 0),
      x,
      across(path, layers.height, 10),
      300 * weight * flicker * (0.25 + 0.75 * age),
    );
  }),
  firefly: lights(64, [7, 10, 15, 22], 1.4, shapes.glow, (m, { layers, phases, weight, atlas }, _, size) => {
    const time = phases.twinkle * 0.35;
    const x =
      m.x +
      0.06 * Math.sin(time * (0.6 + m.rhythm) + m.turn * TAU) +
      0.03 * Math.sin(time * 1.9 + m.light * TAU);
    const y =
      m.y +
      0.05 * Math.cos(time * (0.5 + m.turn) + m.rhythm * TAU) +
      0.03 * Math.sin(time * 1.3 + m.turn * TAU);
    const pulse = Math.max(0, Math.sin(phases.twinkle * (0.35 + 0.4 * m.rhythm) + m.light * TAU));
    shine(
      layers,
      layers.A,
      atlas.pick(size, 0, 0),
      across(x, layers.width, 20),
      across(y, layers.height, 20),
      256 * weight * pulse,
    );
  }),
  meteor: lights(9, [46, 70, 100], 1, shapes.meteor, (m, { layers, phases, weight, atlas }, index, size) => {
    // Each waits most of its round, then crosses in a moment, somewhere else every time.
    const round = phases.twinkle * 0.055 * (0.6 + m.rhythm) + m.turn;
    const run = (round - Math.floor(round)) * 5;
    if (run > 1) return;
    const place = (Math.floor(round) * 0.618 + m.x + index * 0.37) % 1;
    const x = (place * 1.3 + 0.25 - run * 0.7) * layers.width;
    const y = (m.y * 0.4 - 0.25 + run * 0.7) * layers.height;
    shine(layers, layers.S, atlas.pick(size, 0, 0), x, y, 256 * weight * Math.sin(run * Math.PI));
  }),
  bird: {
    count: 26, radii: [7, 10, 14, 20], bias: 1.3, turns: 1, tilts: 6, covers: true, shape: shapes.bird, // prettier-ignore
    act: (m, { layers, phases, weight, atlas }, index, size) => {
      // Flocks of nine keep together.
      const flock = Math.floor(index / 9);
      const flown = phases.wind * 1.2 + phases.twinkle * 0.018;
      const x = 0.25 + flock * 0.31 + (m.x - 0.5) * 0.42 + flown * (0.8 + 0.15 * m.depth);
      const y = 0.2 + flock * 0.16 + (m.y - 0.5) * 0.2 + 0.02 * Math.sin(phases.twinkle * 0.5 + m.turn * TAU);
      const beat = 0.5 + 0.5 * Math.sin(phases.twinkle * (2.4 + m.rhythm) + m.light * TAU);
      paint(layers, layers.A, atlas.pick(size, 0, beat), across(x, layers.width, 24), y * layers.height, 256 * Math.min(1, weight));
    },
  }, // prettier-ignore
  fish: {
    count: 22, radii: [9, 14, 20, 30], bias: 1.2, turns: 1, tilts: 5, covers: true, shape: shapes.fish, // prettier-ignore
    act: (m, { layers, phases, weight, atlas }, index, size) => {
      const swum = phases.twinkle * 0.022 * (0.5 + m.depth);
      const y = m.y + 0.02 * Math.sin(phases.twinkle * 0.6 * (0.5 + m.rhythm) + m.turn * TAU);
      const swing = 0.5 + 0.5 * Math.sin(phases.twinkle * (2 + 2 * m.rhythm) + m.light * TAU);
      paint(layers, index & 1 ? layers.A : layers.B, atlas.pick(size, 0, swing), across(m.x + swum, layers.width, 34), across(y, layers.height, 30), 250 * Math.min(1, weight));
    },
  }, // prettier-ignore
  lantern: lights(
    34,
    [12, 18, 27, 40],
    1.4,
    shapes.lantern,
    (m, { layers, phases, weight, atlas }, _, size) => {
      const risen = phases.rise * (0.25 + 0.4 * m.depth);
      const x = m.x + 0.03 * Math.sin(risen * 9 + m.turn * TAU) + phases.wind * 0.2;
      const flame = 0.8 + 0.2 * Math.sin(phases.twinkle * (2 + 2 * m.rhythm) + m.turn * TAU);
      shine(
        layers,
        layers.A,
        atlas.pick(size, 0, 0),
        across(x, layers.width, 42),
        across(m.y - risen, layers.height, 42),
        256 * weight * flame,
      );
    },
  ),
  butterfly: {
    count: 24, radii: [8, 12, 17, 24], bias: 1.2, turns: 12, tilts: 5, covers: true, shape: shapes.butterfly, // prettier-ignore
    act: (m, { layers, phases, weight, atlas }, index, size) => {
      const time = phases.twinkle * 0.3;
      const x = m.x + 0.1 * Math.sin(time * (0.5 + m.rhythm) + m.turn * TAU) + phases.wind * 0.3;
      const y = m.y + 0.07 * Math.sin(time * 1.7 * (0.5 + m.light) + m.rhythm * TAU);
      const heading = 0.08 * Math.cos(time * (0.5 + m.rhythm) + m.turn * TAU) + (m.turn - 0.5) * 0.3;
      const beat = 0.5 + 0.5 * Math.sin(phases.twinkle * (4 + 2 * m.rhythm) + m.light * TAU);
      paint(layers, index % 3 ? layers.A : layers.B, atlas.pick(size, heading, beat), across(x, layers.width, 26), across(y, layers.height, 26), 256 * Math.min(1, weight));
    },
  }, // prettier-ignore
};

/** Waits for most of a round, then runs down the whole height. */
function runner(round: number): number {
  const whole = Math.floor(round);
  const part = Math.max(0, (round - whole - 0.45) / 0.55);
  return whole + part * part * (3 - 2 * part);
}

interface Troupe {
  readonly kind: Kind;
  readonly atlas: Atlas;
  /** Place of its weight in the scene. */
  readonly at: number;
  members: readonly Member[];
}

/** The actors of one picture size. Sprites are shared by all seeds; a seed places the members. */
export function makeCast(width: number, height: number, { windows, paths }: Backdrops): Cast {
  const unit = height / 512;
  const bolt = makeBolt(width, height);
  const troupes = actors.flatMap((actor, i): Troupe[] => {
    if (actor === 'windows' || actor === 'pulse' || actor === 'bolt') return [];
    const kind = kinds[actor];
    const radii = kind.radii.map((radius) => Math.max(1.2, radius * unit));
    return [{ kind, atlas: makeAtlas({ ...kind, radii }), at: start.actors + i, members: [] }];
  });
  const weightOf = (scene: Scene, actor: Actor): number => scene[start.actors + actors.indexOf(actor)] ?? 0;
  return {
    place: (seed) => {
      bolt.place(seed);
      troupes.forEach((troupe, i) => {
        const random = seeded(seed * 31 + i);
        const count = Math.max(2, Math.round((troupe.kind.count * width) / height));
        troupe.members = Array.from({ length: count }, () => memberOf(random));
      });
    },
    draw: (layers, scene, phases) => {
      drawWindows(layers, windows, weightOf(scene, 'windows'), phases);
      drawPulses(layers, paths, weightOf(scene, 'pulse'), phases);
      bolt.draw(layers, weightOf(scene, 'bolt'), phases);
      for (const { kind, members, atlas, at } of troupes) {
        const weight = Math.min(1.2, scene[at] ?? 0);
        if (weight < SILENT) continue;
        const stage = { layers, phases, weight, atlas };
        members.forEach((member, index) => {
          const size = Math.min(atlas.sizes - 1, Math.floor(member.depth ** kind.bias * atlas.sizes));
          kind.act(member, stage, index, size);
        });
      }
    },
    flash: () => bolt.flash(),
  };
}

function memberOf(random: () => number): Member {
  return { x: random(), y: random(), depth: random(), turn: random(), rhythm: random(), light: random() };
}
