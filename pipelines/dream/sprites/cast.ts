import { seeded } from '../random.ts';
import { actors, start, type Actor, type Scene } from '../scene/layout.ts';
import type { Backdrops } from '../tables/backdrops.ts';
import { makeAtlas, type Atlas } from './atlas.ts';
import { paint, shine, type Layers } from './blit.ts';
import { makeBolt } from './bolt.ts';
import { kinds, type Kind, type Member, type Pose } from './kinds.ts';
import type { Phases } from './phases.ts';
import { drawPulses } from './pulses.ts';
import { drawWindows } from './windows.ts';

/** Below this nothing of an actor can be seen. */
const SILENT = 0.004;

export interface Cast {
  /** Places every actor anew. Needed once before the first `draw`. */
  place(seed: number): void;
  /** Draws every actor the scene calls for. Allocates nothing once its sprites are drawn. */
  draw(layers: Layers, scene: Scene, phases: Phases): void;
  /** How bright the sky is lit by lightning right now, 0..1. */
  flash(): number;
}

interface Troupe {
  readonly kind: Kind;
  readonly atlas: Atlas;
  /** Radius of the largest, pixels: how far outside a member must be to be out of sight. */
  readonly margin: number;
  /** Place of its weight in the scene. */
  readonly at: number;
  members: readonly Member[];
}

/** The actors of one picture size. Sprites are shared by all seeds; a seed places the members. */
export function makeCast(width: number, height: number, { windows, paths }: Backdrops): Cast {
  const bolt = makeBolt(width, height);
  const troupes = actors.flatMap((actor, i): Troupe[] => {
    if (actor === 'windows' || actor === 'pulse' || actor === 'bolt') return [];
    const kind = kinds[actor];
    const radii = kind.radii.map((radius) => Math.max(1.2, (radius * height) / 512));
    return [
      {
        kind,
        atlas: makeAtlas({ ...kind, radii }),
        margin: Math.max(...radii) + 2,
        at: start.actors + i,
        members: [],
      },
    ];
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
      for (const troupe of troupes) {
        const weight = Math.min(1.2, scene[troupe.at] ?? 0);
        if (weight > SILENT) drawTroupe(layers, troupe, weight, phases);
      }
    },
    flash: () => bolt.flash(),
  };
}

const pose: Pose = { x: 0, y: 0, turn: 0, tilt: 0, light: 1, plane: 'A' };

function drawTroupe(
  layers: Layers,
  { kind, atlas, margin, members }: Troupe,
  weight: number,
  phases: Phases,
): void {
  for (let index = 0; index < members.length; index += 1) {
    const member = members[index]!;
    pose.x = member.x;
    pose.y = member.y;
    pose.turn = member.turn;
    pose.tilt = 0;
    pose.light = 1;
    pose.plane = kind.plane;
    kind.pose(pose, member, phases, index);
    if (pose.light < SILENT) continue;
    const size = Math.min(atlas.sizes - 1, Math.floor(member.depth ** kind.bias * atlas.sizes));
    const sprite = atlas.pick(size, pose.turn, pose.tilt);
    const x = wrapped(pose.x, layers.width, margin);
    const y = wrapped(pose.y, layers.height, margin);
    const plane = layers[pose.plane];
    if (kind.covers) paint(layers, plane, sprite, x, y, 256 * Math.min(1, weight * pose.light));
    else shine(layers, plane, sprite, x, y, 256 * weight * pose.light);
  }
}

/** A place that leaves on one side and comes in on the other, with room to hide. */
function wrapped(value: number, length: number, margin: number): number {
  return (value - Math.floor(value)) * (length + 2 * margin) - margin;
}

function memberOf(random: () => number): Member {
  return { x: random(), y: random(), depth: random(), turn: random(), rhythm: random(), light: random() };
}
