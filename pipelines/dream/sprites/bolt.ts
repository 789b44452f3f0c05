import { hashPair, seeded } from '../random.ts';
import { Canvas } from '../tables/canvas.ts';
import { smoothstep } from '../tables/noise.ts';
import type { Layers } from './blit.ts';
import type { Phases } from './phases.ts';

export interface Bolt {
  place(seed: number): void;
  draw(layers: Layers, weight: number, phases: Phases): void;
  /** How much the last drawn strike lights the sky, 0..1. */
  flash(): number;
}

/** Seconds of twinkle phase between strikes, about. */
const ROUND = 2.6;

/** Lightning: every strike has a shape and a place of its own, flashes twice and fades. */
export function makeBolt(width: number, height: number): Bolt {
  const canvas = new Canvas(width, height);
  const light = new Uint8Array(width * height);
  let seed = 0;
  let drawn: number | null = null;
  let flash = 0;
  return {
    place: (next) => {
      seed = next;
      drawn = null;
    },
    draw: (layers, weight, phases) => {
      flash = 0;
      if (weight < 0.004) return;
      const round = phases.twinkle / ROUND + 0.35;
      const strike = Math.floor(round);
      const age = (round - strike) * ROUND;
      if (strike !== drawn) {
        strikeAt(canvas, seeded(seed ^ Math.imul(strike + 1, 0x9e3779b1)));
        canvas.bytes(light);
        drawn = strike;
      }
      flash = envelope(age, hashPair(strike, 7)) * Math.min(1, weight);
      const gain = Math.round(256 * Math.max(0.1, flash) * Math.min(1, weight));
      const plane = layers.S;
      for (let i = 0; i < light.length; i += 1) {
        const value = light[i]!;
        if (value === 0) continue;
        const sum = plane[i]! + ((value * gain) >> 8);
        plane[i] = sum > 255 ? 255 : sum;
      }
    },
    flash: () => flash,
  };
}

/** A strike, a second one after it, and an afterglow in which the channel still shows. */
function envelope(age: number, second: number): number {
  const again = age - 0.3 - 0.5 * second;
  return (
    Math.min(1, Math.exp(-age * 1.5) + (again > 0 ? 0.8 * Math.exp(-again * 1.7) : 0)) *
    smoothstep(0, 0.12, age + 0.02)
  );
}

function strikeAt(canvas: Canvas, random: () => number): void {
  canvas.values.fill(0);
  const { width, height } = canvas;
  branch(canvas, random, width * (0.18 + 0.64 * random()), -5, 1.3 + 0.5 * random(), 70, 1.2);
  if (random() < 0.65) branch(canvas, random, width * random(), -5, 1.3 + 0.5 * random(), 50, 0.7);
  // Soft ends, so that no channel stops at the frame as if cut.
  const fade = Math.floor(height * 0.94);
  for (let y = fade; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) canvas.values[y * width + x]! *= (height - y) / (height - fade);
  }
}

function branch(
  canvas: Canvas,
  random: () => number,
  startX: number,
  startY: number,
  heading: number,
  pieces: number,
  strength: number,
): void {
  const unit = canvas.height / 512;
  let [x, y, angle] = [startX, startY, heading];
  for (let piece = 0; piece < pieces && y < canvas.height * 0.97; piece += 1) {
    const step = (7 + 9 * random()) * unit;
    angle = (angle + (random() - 0.5) * 1.1) * 0.8 + 0.2 * (Math.PI / 2);
    const nextX = x + Math.cos(angle) * step;
    const nextY = y + Math.sin(angle) * step;
    const core = unit * strength;
    canvas.stroke(
      x,
      y,
      nextX,
      nextY,
      15 * unit * Math.sqrt(strength),
      (distance) =>
        strength * (1 - smoothstep(0.8 * core, 2.3 * core + 0.4, distance)) +
        0.42 * strength * Math.exp(-distance / (5.5 * unit)) -
        0.02,
    );
    [x, y] = [nextX, nextY];
    if (random() < 0.11 && strength > 0.3) {
      branch(
        canvas,
        random,
        x,
        y,
        angle + (random() < 0.5 ? -1 : 1) * (0.5 + 0.5 * random()),
        (pieces - piece) * 0.5,
        strength * 0.55,
      );
    }
  }
}
