import { seeded } from '../random.ts';
import { Canvas, toBytes } from './canvas.ts';
import { blurred } from './noise.ts';

/** A window that can be lit, in whole pixels. */
export interface CityWindow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Near houses are brighter. 0..255. */
  readonly light: number;
  /** Share of the time in which it is lit, 0..1. */
  readonly lit: number;
  /** Accent B instead of A. */
  readonly second: boolean;
}

export interface City {
  readonly skyline: Uint8Array;
  /** The haze that all windows together throw, still. */
  readonly glow: Uint8Array;
  readonly windows: readonly CityWindow[];
}

/** Two rows of towers with windows. The towers are still; the windows are drawn by an actor that switches them. */
export function drawCity(width: number, height: number): City {
  const random = seeded(777);
  const unit = height / 512;
  const towers = new Canvas(width, height);
  let windows: CityWindow[] = [];
  for (const near of [false, true]) {
    let x = -6 * unit;
    while (x < width) {
      const wide = (near ? 26 + 40 * random() : 18 + 34 * random()) * unit;
      const high = (near ? 0.14 + 0.34 * random() ** 1.3 : 0.3 + 0.36 * random()) * height;
      const house = { x0: Math.floor(x), x1: Math.floor(x + wide), y0: Math.floor(height * 0.96 - high) };
      drawTower(towers, house, near ? 1 : 0.72, random, unit);
      // A house in front hides the windows behind it.
      windows = windows.filter(
        (pane) => pane.x + pane.width <= house.x0 || pane.x >= house.x1 || pane.y + pane.height <= house.y0,
      );
      windows.push(...windowsOf(house, near, random, unit, width, height));
      x += wide + (near ? random() * 30 * unit : 0);
    }
  }
  return { skyline: towers.bytes(), glow: haze(windows, width, height, unit), windows };
}

interface House {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
}

function drawTower(
  towers: Canvas,
  { x0, x1, y0 }: House,
  cover: number,
  random: () => number,
  unit: number,
): void {
  towers.box(x0, y0, x1, towers.height, cover);
  const roof = random();
  const middle = (x0 + x1) / 2;
  if (roof < 0.26) towers.box(middle - 1.2 * unit, y0 - 24 * unit, middle + 1.4 * unit, y0, cover);
  else if (roof < 0.45) towers.box(x0 + (x1 - x0) * 0.2, y0 - 8 * unit, x1 - (x1 - x0) * 0.2, y0, cover);
  else if (roof < 0.6) {
    for (let step = 0; step < (x1 - x0) / 2; step += 1)
      towers.box(x0 + step, y0 - step * 0.7, x1 - step, y0, cover);
  }
}

function windowsOf(
  { x0, x1, y0 }: House,
  near: boolean,
  random: () => number,
  unit: number,
  width: number,
  height: number,
): CityWindow[] {
  const column = Math.max(3, Math.round(7 * unit));
  const row = Math.max(4, Math.round(9 * unit));
  const share = 0.25 + 0.5 * random();
  const panes: CityWindow[] = [];
  for (let y = y0 + row; y < height * 0.96 - row; y += row) {
    for (let x = Math.round(x0 + column * 0.7); x < x1 - column * 0.9; x += column) {
      const second = random() > 0.72;
      const light = Math.round(255 * (0.45 + 0.55 * random()) * (near ? 1 : 0.7));
      const [wide, high] = [Math.max(1, Math.round(column * 0.6)), Math.max(1, Math.round(row * 0.5))];
      if (x >= 0 && x + wide < width)
        panes.push({ x, y, width: wide, height: high, light, lit: share * (0.5 + random()), second });
    }
  }
  return panes;
}

function haze(windows: readonly CityWindow[], width: number, height: number, unit: number): Uint8Array {
  const panes = new Canvas(width, height);
  for (const pane of windows)
    panes.box(pane.x, pane.y, pane.x + pane.width, pane.y + pane.height, (pane.light / 255) * pane.lit);
  const radius = Math.max(1, Math.round(8 * unit));
  const soft = blurred(blurred(panes.values, width, height, radius), width, height, radius);
  return toBytes(soft, 420);
}
