import type { Backdrop } from '../scene/layout.ts';
import { seeded } from '../random.ts';
import { Canvas } from './canvas.ts';
import type { TracePath } from './circuit.ts';
import type { CityWindow } from './city.ts';
import { gradientNoise, norm, smoothstep } from './noise.ts';

/** The still layers of one size; each is drawn, or read back, when a scene first asks for it. */
export interface Backdrops {
  /** `[height, width]`, 0..255. */
  readonly layer: (name: Backdrop) => Uint8Array;
  readonly windows: () => readonly CityWindow[];
  readonly paths: () => readonly TracePath[];
}

/** Still layers that are nothing but a picture; skyline and circuit also say where their windows and traces are. */
export type PlainBackdrop = Exclude<Backdrop, 'skyline' | 'cityglow' | 'trace' | 'pads'>;

/** Pens for one size. Sizes below are in pixels of a picture 512 high. */
export const backdropPens: Readonly<Record<PlainBackdrop, (width: number, height: number) => Uint8Array>> = {
  trunks: drawTrunks,
  pines: drawPines,
  grass: drawGrass,
  mountains: drawMountains,
  sun: drawSun,
  planet: drawPlanet,
  arches: drawArches,
};

function drawTrunks(width: number, height: number): Uint8Array {
  const random = seeded(779);
  const canvas = new Canvas(width, height);
  const unit = height / 512;
  for (let i = 0; i < (15 * width) / height; i += 1) {
    const foot = random() * width;
    const girth = (4 + 15 * random() ** 2) * unit;
    const lean = (random() - 0.5) * 0.12;
    const near = 0.45 + 0.55 * random();
    const bend = random() * 6;
    const centre = (y: number): number =>
      foot + lean * (height - y) + Math.sin((y / height) * 3 + bend) * 5 * unit;
    for (let y = 0; y < height; y += 1) {
      const half = girth * (0.6 + (0.4 * y) / height + 0.35 * smoothstep(0.86, 1, y / height));
      for (let x = Math.floor(centre(y) - half - 2); x < centre(y) + half + 2; x += 1) {
        canvas.raise(x, y, near * (1 - smoothstep(half - 1, half + 1, Math.abs(x - centre(y)))));
      }
    }
    for (let k = 0; k < 3; k += 1) {
      const y = random() * 0.6 * height;
      const side = random() < 0.5 ? -1 : 1;
      const length = (30 + 70 * random()) * unit;
      for (let s = 0; s < length; s += 1.5) {
        const radius = girth * 0.22 * (1 - s / length) + 0.7;
        canvas.stamp(
          centre(y) + side * s,
          y - s * 0.75 - 3 * Math.sin(s * 0.05),
          radius + 2,
          (dx, dy) => near * (1 - smoothstep(radius - 0.7, radius + 0.7, norm(dx, dy))),
        );
      }
    }
  }
  return canvas.bytes();
}

/** Three ranks of conifers, the nearest darkest. */
function drawPines(width: number, height: number): Uint8Array {
  const random = seeded(780);
  const canvas = new Canvas(width, height);
  const unit = height / 512;
  for (let rank = 0; rank < 3; rank += 1) {
    const cover = 0.42 + 0.29 * rank;
    for (let x = -20 * unit; x < width + 20 * unit; x += (16 + 10 * rank + 22 * random()) * unit) {
      const tall = (90 + 34 * rank + 80 * random()) * unit;
      const foot = height * (0.86 + 0.07 * rank);
      const wide = tall * (0.2 + 0.06 * random());
      for (let y = Math.floor(foot - tall); y < height; y += 1) {
        const down = Math.min(1, (y - foot + tall) / tall);
        // Branches widen in tiers, each cut back under the one above.
        const tier = down * 7 - Math.floor(down * 7);
        const half = y > foot ? wide * 0.12 : wide * (down * 0.72 + 0.32 * tier * down) + 0.8;
        for (let px = Math.floor(x - half); px <= x + half; px += 1)
          canvas.raise(px, y, cover * (1 - smoothstep(half - 1.2, half + 0.6, Math.abs(px - x))));
      }
    }
  }
  return canvas.bytes();
}

function drawGrass(width: number, height: number): Uint8Array {
  const random = seeded(781);
  const canvas = new Canvas(width, height);
  const unit = height / 512;
  for (let i = 0; i < (420 * width) / height; i += 1) {
    let x = random() * width;
    let y = height * (1.02 - 0.02 * random());
    const length = (50 + 130 * random() ** 1.5) * unit;
    const lean = (random() - 0.5) * 1.4;
    const near = 0.35 + 0.65 * random();
    const pieces = 7;
    for (let k = 0; k < pieces; k += 1) {
      const nextX = x + (lean * (k + 0.5) * length) / pieces / 5;
      const nextY = y - length / pieces;
      canvas.line(x, y, nextX, nextY, 3.4 * unit * (1 - k / pieces) + 0.8, near);
      [x, y] = [nextX, nextY];
    }
  }
  return canvas.bytes();
}

function drawMountains(width: number, height: number): Uint8Array {
  const canvas = new Canvas(width, height);
  const coarse = gradientNoise(512, 8, 91);
  const rough = gradientNoise(512, 30, 92);
  const at = (noise: Float32Array, row: number, u: number): number =>
    noise[row * 512 + (Math.floor(u) & 511)] ?? 0;
  for (let x = 0; x < width; x += 1) {
    for (let range = 0; range < 3; range += 1) {
      const u = (x / height) * (230 + 50 * range) + range * 150;
      const ridge = 1 - Math.abs(at(coarse, 40 + range * 90, u)) * 1.5;
      const rise = [0.3 + 0.16 * ridge, 0.2 + 0.13 * ridge, 0.1 + 0.1 * ridge][range] ?? 0;
      const top = height * (1 - rise - 0.022 * at(rough, 60 + range * 80, u));
      for (let y = Math.max(0, Math.floor(top)); y < height; y += 1) {
        const soft = Math.min(1, y - top);
        // Haze gathers at the foot of the farther ranges.
        const haze = range === 2 ? 1 : 1 - 0.35 * smoothstep(0, 0.22 * height, y - top);
        canvas.raise(x, y, ([0.5, 0.74, 1][range] ?? 1) * soft * haze);
      }
    }
  }
  return canvas.bytes();
}

function drawSun(width: number, height: number): Uint8Array {
  const canvas = new Canvas(width, height);
  canvas.stamp(width * 0.66, height * 0.27, height * 1.2, (x, y) => {
    const distance = norm(x, y) / height;
    const disc = 0.8 * (1 - smoothstep(0.083, 0.09, distance));
    return disc + 0.42 * Math.exp(-distance * 7) + 0.16 * Math.exp(-distance * 2.2) - 0.012;
  });
  return canvas.bytes();
}

/** A banded planet in half light, with a ring. */
function drawPlanet(width: number, height: number): Uint8Array {
  const canvas = new Canvas(width, height);
  const radius = height * 0.2;
  const noise = gradientNoise(256, 6, 93);
  canvas.stamp(width * 0.36, height * 0.4, radius * 2.6, (dx, dy) => {
    const x = (dx * 0.94 + dy * 0.34) / radius;
    const y = (-dx * 0.34 + dy * 0.94) / radius;
    const distance = norm(x, y);
    const ringDistance = norm(x, y * 3.6);
    const gap = 0.6 + 0.4 * Math.cos(ringDistance * 22);
    const ring =
      smoothstep(1.28, 1.34, ringDistance) * (1 - smoothstep(2.05, 2.15, ringDistance)) * 0.55 * gap;
    const inFront = y > 0 || distance > 1;
    if (distance > 1) return inFront ? ring : 0;
    const depth = Math.sqrt(1 - distance * distance);
    const sun = Math.max(0, -0.62 * x - 0.5 * y + 0.6 * depth);
    const turbulence = noise[(Math.floor((y + 1) * 60) & 255) * 256 + (Math.floor((x + 1) * 60) & 255)] ?? 0;
    const bands = 0.72 + 0.28 * Math.sin(y * 13 + turbulence * 3);
    const body = (0.05 + 0.95 * sun ** 1.2) * bands * (1 - smoothstep(0.985, 1, distance));
    return y > 0 ? Math.max(body, ring) : body;
  });
  return canvas.bytes();
}

/** Rows of arches that grow smaller towards the middle: halls, temples, cathedrals. What is left open is the light. */
function drawArches(width: number, height: number): Uint8Array {
  const canvas = new Canvas(width, height);
  const aspect = width / height;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const u = ((x + 0.5) / width) * 2 - 1;
      const v = ((y + 0.5) / height) * 2 - 1;
      let cover = 0;
      for (let k = 0; k < 5; k += 1) {
        const scale = 0.9 * 0.66 ** k;
        const px = (u * aspect) / scale;
        const py = (v + 0.06) / scale;
        const inside = py > -0.15 ? 0.62 - Math.abs(px) : 0.62 - norm(px * 0.94, (py + 0.15) * 0.72) * 1.06;
        const open = smoothstep(-0.004 / scale, 0.01 / scale, inside) * (1 - smoothstep(1.06, 1.075, py));
        const wall = (1 - open) * [1, 0.7, 0.5, 0.36, 0.26][k]!;
        const column = 0.12 * Math.cos(Math.abs(px) * 26) * (inside < 0 && inside > -0.32 ? 1 : 0);
        if (k === 0 || cover === 0) cover = open > 0.5 ? 0 : Math.max(0, wall + column * 0.5);
        if (cover > 0) break;
      }
      canvas.raise(x, y, Math.min(1, cover));
    }
  }
  return canvas.bytes();
}
