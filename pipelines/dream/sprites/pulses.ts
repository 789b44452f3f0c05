import type { TracePath } from '../tables/circuit.ts';
import { hashPair } from '../random.ts';
import { drawSprite, type Sprite } from './atlas.ts';
import { shine, type Layers } from './blit.ts';
import type { Phases } from './phases.ts';
import { glow } from './shapes.ts';

const dots = new Map<number, Sprite>();

/** Signals that run along the traces of the circuit, one per trace. */
export function drawPulses(
  layers: Layers,
  pathsOf: () => readonly TracePath[],
  weight: number,
  phases: Phases,
): void {
  if (weight < 0.004) return;
  const paths = pathsOf();
  const radius = Math.max(2, (11 * layers.height) / 512);
  let dot = dots.get(radius);
  if (dot === undefined) {
    dot = drawSprite(radius, glow, false);
    dots.set(radius, dot);
  }
  for (let i = 0; i < paths.length; i += 1) {
    const path = paths[i]!;
    const pieces = path.length / 2 - 1;
    const round = (phases.twinkle * 0.55 * (0.5 + hashPair(i, 5))) / pieces + hashPair(i, 6);
    const place = (round - Math.floor(round)) * pieces;
    const k = Math.min(pieces - 1, Math.floor(place)) * 2;
    const part = place - k / 2;
    const x = path[k]! + (path[k + 2]! - path[k]!) * part;
    const y = path[k + 1]! + (path[k + 3]! - path[k + 1]!) * part;
    shine(layers, i & 1 ? layers.A : layers.B, dot, x, y, 256 * weight);
  }
}
