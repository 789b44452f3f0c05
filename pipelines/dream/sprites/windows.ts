import { hashPair } from '../random.ts';
import type { CityWindow } from '../tables/city.ts';
import type { Layers } from './blit.ts';
import type { Phases } from './phases.ts';

/** Draws the lit windows of the skyline. Each is switched in a rhythm of its own; a switch takes a few frames, as a lamp does. */
export function drawWindows(
  layers: Layers,
  windows: () => readonly CityWindow[],
  weight: number,
  phases: Phases,
): void {
  if (weight < 0.004) return;
  const { width } = layers;
  windows().forEach((pane, index) => {
    const round = phases.twinkle * (0.02 + 0.09 * hashPair(index, 1)) + hashPair(index, 2) * 8;
    const turn = Math.floor(round);
    const now = hashPair(index, turn) < pane.lit ? 1 : 0;
    const next = hashPair(index, turn + 1) < pane.lit ? 1 : 0;
    const fade = Math.max(0, (round - turn - 0.92) / 0.08);
    const flicker = 0.93 + 0.07 * Math.sin(phases.twinkle * 2.3 + index);
    const light = Math.round(pane.light * (now + (next - now) * fade) * flicker * Math.min(1, weight));
    if (light === 0) return;
    const plane = pane.second ? layers.B : layers.A;
    for (let y = pane.y; y < pane.y + pane.height; y += 1) {
      const row = y * width;
      for (let x = pane.x; x < pane.x + pane.width; x += 1)
        if ((plane[row + x] ?? 255) < light) plane[row + x] = light;
    }
  });
}
