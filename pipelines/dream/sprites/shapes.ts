import { norm, smoothstep } from '../tables/noise.ts';
import type { Shape } from './atlas.ts';

/** Shapes of the actors. x and y in units of the radius, y downwards; each returns light and cover. */

/** A star: a point, a faint halo and four thin rays. */
export const star: Shape = (x, y, radius) => {
  const distance = norm(x, y);
  const point = 1.5 / radius;
  const core = Math.exp((-distance * distance) / (point * point)) + 0.25 * Math.exp(-distance * 5.2);
  const cross =
    Math.exp(-Math.abs(x) * 4.4 - Math.abs(y) / point) + Math.exp(-Math.abs(y) * 4.4 - Math.abs(x) / point);
  return [(core + 0.55 * cross) * smoothstep(1, 0.7, distance), 0];
};

export const glow: Shape = (x, y) => {
  const square = x * x + y * y;
  return [square >= 1 ? 0 : Math.exp(-square * 4.2) * (1 - square), 0];
};

/** Snow and embers: a small body in a faint halo. */
export const flake: Shape = (x, y) => {
  const square = x * x + y * y;
  return [square >= 1 ? 0 : 0.95 * Math.exp(-square * 7) * (1 - square), 0];
};

/** Out-of-focus light: a disc with a bright rim. */
export const disc: Shape = (x, y, radius) => {
  const distance = norm(x, y);
  const edge = 2 / radius;
  return [
    (1 - smoothstep(1 - edge * 1.6, 1 - edge * 0.2, distance)) *
      (0.55 + 0.45 * smoothstep(0.5, 0.98, distance)),
    0,
  ];
};

/** A drop on glass: a light below, a spark above. */
export const drop: Shape = (x, y) => {
  const distance = norm(x, y * (y < 0 ? 0.82 : 1));
  if (distance > 1) return [0, 0];
  const spark = Math.exp(-((x + 0.3) ** 2 + (y + 0.35) ** 2) / 0.06);
  const rim = smoothstep(0.55, 1, distance) * smoothstep(-0.3, 0.9, y);
  return [(0.1 + 0.75 * spark + 0.65 * rim) * (1 - smoothstep(0.9, 1, distance)), 0];
};

export const bubble: Shape = (x, y) => {
  const distance = norm(x, y);
  if (distance > 1) return [0, 0];
  const spark = Math.exp(-((x + 0.35) ** 2 + (y + 0.35) ** 2) / 0.05);
  const rim = smoothstep(0.6, 0.94, distance) * (1 - smoothstep(0.94, 1, distance));
  return [0.07 + 0.75 * rim + 0.9 * spark, 0];
};

/** A falling streak, slanted like the wind, brightest at its lower end. */
export const streak: Shape = (x, y, radius) => {
  const along = (y + 1) / 2;
  const across = Math.abs(x + y * 0.1) * radius;
  return [along * along * (1 - smoothstep(0.45, 1.7, across)) * (1 - smoothstep(0.95, 1, along)), 0];
};

/** A meteor falling to the lower left. */
export const meteor: Shape = (x, y, radius) => {
  const along = (x - y) / 2;
  const across = Math.abs(x + y) * 0.707 * radius;
  const tail = smoothstep(0.95, -0.62, along) * smoothstep(-0.72, -0.6, along);
  const head = Math.exp(-((x + 0.62) ** 2 + (y - 0.62) ** 2) * 130);
  return [tail * tail * Math.exp(-across * 0.8) + head, 0];
};

/** Five notched petals round a dark heart; tilting narrows it. */
export const blossom =
  (tilt: number): Shape =>
  (px, y) => {
    const x = px / (1 - 0.5 * tilt);
    const distance = norm(x, y);
    const fold = Math.abs(Math.cos(Math.atan2(y, x) * 2.5));
    const notch = 0.1 * smoothstep(0.93, 1, fold);
    const edge = 0.36 + 0.62 * fold ** 0.7 - notch;
    if (distance > edge) return [0, 0];
    const petal = (0.58 + 0.42 * smoothstep(0, 0.85, distance / edge)) * (1 - 0.3 * (1 - fold));
    const vein = 1 - 0.1 * smoothstep(0.96, 1, fold) * smoothstep(0.2, 0.5, distance);
    const stamens = distance < 0.2 ? 0.45 + 1.3 * distance + (distance > 0.12 && fold > 0.75 ? 0.3 : 0) : 1;
    const rim = 1 - smoothstep(edge - 0.08, edge, distance);
    return [petal * vein * Math.min(1, stamens) * rim, rim];
  };

/** One petal or flake of paper. */
export const petal =
  (tilt: number): Shape =>
  (x, y) => {
    const width = 0.62 * (1 - 0.75 * tilt);
    const edge = width * Math.sqrt(Math.max(0, 1 - y * y)) * (1 - 0.32 * y);
    if (Math.abs(x) > edge || Math.abs(y) > 1) return [0, 0];
    const rim = 1 - smoothstep(edge * 0.82, edge, Math.abs(x));
    return [(0.62 + 0.3 * (x / (edge || 1)) * (1 - tilt) - 0.12 * y) * rim, rim];
  };

/** A toothed leaf with a middle rib and a stalk; tilting turns it edge on. */
export const leaf =
  (tilt: number): Shape =>
  (x, y) => {
    const width = 0.5 * (1 - 0.8 * tilt);
    if (Math.abs(x) > 1) return [0, 0];
    if (x < -0.78) return Math.abs(y) < 0.045 ? [0.4, 1] : [0, 0];
    const along = (x + 0.78) / 1.78;
    const edge = width * Math.sin(Math.PI * along ** 0.75) * (1 + 0.14 * Math.cos(x * 26));
    const distance = Math.abs(y);
    if (distance > edge) return [0, 0];
    const half = 0.62 + 0.38 * smoothstep(-edge, edge, y);
    const ribs = 1 - 0.22 * smoothstep(0.8, 1, Math.cos((x - distance * 0.9) * 20));
    const rim = 1 - smoothstep(edge * 0.86, edge, distance);
    return [(distance < 0.035 ? 0.5 : half * ribs) * rim, rim];
  };

/** A bird from below: two bent wings. Tilt is the beat of its wings. */
export const bird =
  (tilt: number): Shape =>
  (x, y) => {
    const lift = (tilt - 0.5) * 1.1;
    const span = Math.abs(x);
    if (span > 1) return [0, 0];
    const line = -lift * span + 0.5 * lift * Math.max(0, span - 0.45) * 2;
    const thick = 0.13 * (1 - span) ** 0.6 + 0.02;
    const wing = 1 - smoothstep(thick * 0.7, thick, Math.abs(y - line));
    const body = 1 - smoothstep(0.75, 1, norm(x / 0.12, y / 0.2));
    return [0, Math.max(wing, body)];
  };

/** A fish swimming to the right. Tilt is the swing of its tail. */
export const fish =
  (tilt: number): Shape =>
  (x, y) => {
    const swing = (tilt - 0.5) * 0.7 * Math.max(0, -x);
    const py = y - swing;
    const body = 0.34 * Math.sqrt(Math.max(0, 1 - ((x - 0.22) / 0.76) ** 2));
    const tail = x < -0.42 ? (-x - 0.42) * 0.75 : 0;
    const edge = Math.max(body, tail);
    if (Math.abs(py) > edge || Math.abs(x) > 0.98) return [0, 0];
    const eye = norm(x - 0.66, py + 0.07) < 0.07;
    const scales = 0.85 + 0.15 * Math.cos(x * 24) * Math.cos(py * 30);
    const rim = 1 - smoothstep(edge * 0.84, edge, Math.abs(py));
    return [(eye ? 0.05 : (0.72 - 0.5 * (py / (edge || 1))) * scales) * rim, rim];
  };

/** A butterfly seen from above. Tilt folds its wings. */
export const butterfly =
  (tilt: number): Shape =>
  (px, y) => {
    const x = Math.abs(px) / (1 - 0.72 * tilt);
    const fore = norm((x - 0.48) / 0.5, (y + 0.28) / 0.5);
    const hind = norm((x - 0.36) / 0.36, (y - 0.4) / 0.42);
    const body = Math.abs(px) < 0.06 && Math.abs(y) < 0.6;
    if (body) return [0.08, 1];
    const wing = Math.min(fore, hind);
    if (wing > 1) return [0, 0];
    const spot = norm((x - 0.6) / 0.5, (y + 0.3) / 0.5) < 0.3 ? 1.25 : 1;
    const edge = wing > 0.8 ? 0.25 : 0.95 - 0.35 * wing;
    return [Math.min(1, edge * spot), 1 - smoothstep(0.93, 1, wing)];
  };

/** A paper lantern with a flame inside: round shoulders, an open foot, a warm halo. */
export const lantern: Shape = (x, y) => {
  const halo = 0.36 * Math.exp(-(x * x + y * y) * 5) * Math.max(0, 1 - x * x - y * y);
  const width = 0.28 * Math.sqrt(Math.max(0, 1 - ((y + 0.02) / 0.46) ** 4)) * (1 - 0.35 * y);
  const inside = smoothstep(width, width - 0.05, Math.abs(x)) * (width > 0.02 ? 1 : 0);
  const flame = Math.exp(-(x * x * 14 + (y - 0.26) ** 2 * 7));
  return [Math.max(halo, inside * (0.38 + 0.62 * flame)), 0];
};

/** A jellyfish: a lit bell with a bright rim, and trailing threads. Tilt closes the bell. */
export const jelly =
  (tilt: number): Shape =>
  (x, y) => {
    const wide = 0.52 - 0.14 * tilt;
    const bellY = (y + 0.3) / (0.42 + 0.08 * tilt);
    const distance = norm(x / wide, bellY);
    if (bellY < 0.28 && distance < 1) {
      const rim = smoothstep(0.72, 0.97, distance) * (1 - smoothstep(0.97, 1, distance));
      const ribs = 0.5 + 0.5 * Math.cos((x / wide) * 16);
      return [0.2 + 0.5 * rim + 0.14 * ribs * (1 - distance) + 0.25 * smoothstep(0.1, 0.28, bellY), 0];
    }
    const below = y + 0.18;
    if (below < 0 || below > 1.1 || Math.abs(x) > wide) return [0, 0];
    const curl = x + 0.05 * Math.sin(y * 9 + tilt * 3) * below;
    const thread = Math.max(0, Math.cos((curl / wide) * 14)) ** 10;
    return [0.5 * thread * (1 - below / 1.1) * (1 - smoothstep(wide * 0.7, wide, Math.abs(x))), 0];
  };
