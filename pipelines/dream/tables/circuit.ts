import { seeded } from '../random.ts';
import { Canvas } from './canvas.ts';
import { norm, smoothstep } from './noise.ts';

/** A trace as corner points in pixels: x0, y0, x1, y1, … */
export type TracePath = readonly number[];

export interface Circuit {
  readonly trace: Uint8Array;
  readonly pads: Uint8Array;
  readonly paths: readonly TracePath[];
}

/** A printed circuit: traces that never cross, pads at their ends, a few chips. */
export function drawCircuit(width: number, height: number): Circuit {
  const random = seeded(778);
  const unit = height / 512;
  const area = width / height;
  const step = 16 * unit;
  const trace = new Canvas(width, height);
  const pads = new Canvas(width, height);
  const paths: number[][] = [];
  const taken = new Set<string>();
  for (let i = 0; i < 150 * area; i += 1) {
    const path = walk(
      random,
      taken,
      Math.round((random() * width) / step),
      Math.round((random() * height) / step),
    );
    if (path.length >= 6) paths.push(path.map((cell) => cell * step));
  }
  for (const path of paths) drawTrace(trace, pads, path, unit);
  for (let i = 0; i < 4 * area; i += 1) {
    drawChip(
      trace,
      pads,
      (0.12 + 0.76 * random()) * width,
      (0.12 + 0.76 * random()) * height,
      (26 + 22 * random()) * unit,
      unit,
    );
  }
  return { trace: trace.bytes(), pads: pads.bytes(), paths };
}

/** A walk on the raster in eight directions, mostly straight on, that stops before a taken place. */
function walk(random: () => number, taken: Set<string>, startX: number, startY: number): number[] {
  if (taken.has(`${startX},${startY}`)) return [];
  const path = [startX, startY];
  let [x, y, direction] = [startX, startY, Math.floor(random() * 8)];
  const length = 4 + random() * 12;
  for (let k = 0; k < length; k += 1) {
    if (random() < 0.22) direction = (direction + (random() < 0.5 ? 1 : 7)) % 8;
    if ((direction & 1) === 1 && random() < 0.6) direction = (direction + 1) % 8;
    const nextX = x + Math.round(Math.cos((direction * Math.PI) / 4));
    const nextY = y + Math.round(Math.sin((direction * Math.PI) / 4));
    if (taken.has(`${nextX},${nextY}`)) break;
    [x, y] = [nextX, nextY];
    path.push(x, y);
    taken.add(`${x},${y}`);
  }
  return path;
}

function drawTrace(trace: Canvas, pads: Canvas, path: TracePath, unit: number): void {
  for (let k = 2; k + 1 < path.length; k += 2) {
    trace.stroke(path[k - 2]!, path[k - 1]!, path[k]!, path[k + 1]!, 9 * unit, (distance) => {
      const core = 1 - smoothstep(1.3 * unit, 2.7 * unit, distance);
      return core + 0.28 * Math.exp((-distance * distance) / (30 * unit * unit));
    });
  }
  for (const end of [0, path.length - 2]) {
    pads.stamp(path[end]!, path[end + 1]!, 16 * unit, (x, y) => {
      const radius = norm(x, y);
      const ring =
        (1 - smoothstep(4.6 * unit, 6 * unit, radius)) * smoothstep(1.6 * unit, 2.8 * unit, radius);
      return ring + 0.45 * Math.exp((-radius * radius) / (60 * unit * unit));
    });
  }
}

function drawChip(trace: Canvas, pads: Canvas, cx: number, cy: number, half: number, unit: number): void {
  for (let y = Math.floor(cy - half); y < cy + half; y += 1) {
    for (let x = Math.floor(cx - half); x < cx + half; x += 1) {
      const rim = Math.min(half - Math.abs(x - cx), half - Math.abs(y - cy)) < 3 * unit;
      trace.set(x, y, rim ? 1 : 0.12);
      pads.set(x, y, rim ? 0.3 : 0);
    }
  }
  for (let k = -3; k <= 3; k += 1) {
    const along = (k / 3.6) * half;
    for (const [x, y] of [
      [along, -half],
      [along, half],
      [-half, along],
      [half, along],
    ] as const) {
      // prettier-ignore
      pads.stamp(cx + x, cy + y, 5 * unit, (dx, dy) => 1 - smoothstep(2.4 * unit, 3.6 * unit, Math.max(Math.abs(dx), Math.abs(dy))));
    }
  }
}
