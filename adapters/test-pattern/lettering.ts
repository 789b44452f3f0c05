import { GlobalFonts, Path2D, type SKRSContext2D } from '@napi-rs/canvas';

/**
 * Lettering of our own, drawn as strokes, because a bare machine has no fonts at all. Capitals on a grid 7 high:
 * [advance width, SVG path].
 */
const glyphs: Readonly<Record<string, readonly [number, string]>> = {
  A: [5, 'M0 7L2.5 0L5 7M.95 4.6H4.05'],
  B: [4.3, 'M2.3 3.2H0V0H2.4A1.6 1.6 0 0 1 2.4 3.2A1.9 1.9 0 0 1 2.4 7H0V3.2'],
  C: [5, 'M5 1.3A3.1 3.5 0 1 0 5 5.7'],
  D: [5, 'M0 0V7H1.7A3.3 3.5 0 0 0 1.7 0Z'],
  E: [3.9, 'M3.9 0H0V7H3.9M0 3.4H3.3'],
  F: [3.8, 'M3.8 0H0V7M0 3.5H3.2'],
  G: [5.3, 'M4.9 1.2A3.1 3.5 0 1 0 5.3 5.2V3.7H3.3'],
  H: [4.6, 'M0 0V7M4.6 0V7M0 3.4H4.6'],
  I: [0, 'M0 0V7'],
  J: [3, 'M3 0V5A1.5 2 0 0 1 0 5'],
  K: [4.5, 'M0 0V7M4.3 0L0 4.2M1.5 2.8L4.5 7'],
  L: [3.7, 'M0 0V7H3.7'],
  M: [5.6, 'M0 7V0L2.8 4.6L5.6 0V7'],
  N: [4.8, 'M0 7V0L4.8 7V0'],
  O: [6, 'M3 0A3 3.5 0 0 0 3 7A3 3.5 0 0 0 3 0Z'],
  P: [4.3, 'M0 7V0H2.3A2 2 0 0 1 2.3 4H0'],
  Q: [6, 'M3 0A3 3.5 0 0 0 3 7A3 3.5 0 0 0 3 0ZM3.8 5.1L5.9 7.3'],
  R: [4.5, 'M0 7V0H2.3A2 2 0 0 1 2.3 4H0M2.2 4L4.5 7'],
  S: [4.3, 'M4 1.3A2 1.8 0 0 0 2.2 0A1.95 1.7 0 0 0 2.2 3.4A2 1.8 0 0 1 2.2 7A2.2 1.9 0 0 1 0 5.6'],
  T: [4.8, 'M0 0H4.8M2.4 0V7'],
  U: [4.8, 'M0 0V4.6A2.4 2.4 0 0 0 4.8 4.6V0'],
  V: [5, 'M0 0L2.5 7L5 0'],
  W: [7.2, 'M0 0L1.8 7L3.6 1L5.4 7L7.2 0'],
  X: [4.6, 'M0 0L4.6 7M4.6 0L0 7'],
  Y: [4.8, 'M0 0L2.4 3.6L4.8 0M2.4 3.6V7'],
  Z: [4.4, 'M0 0H4.4L0 7H4.4'],
  0: [4.2, 'M2.1 0A2.1 3.5 0 0 0 2.1 7A2.1 3.5 0 0 0 2.1 0Z'],
  1: [4.2, 'M.9 1.3L2.4 0V7'],
  2: [4.2, 'M.1 2A2 2 0 0 1 4.1 2C4.1 3.8 1.4 5 .1 7H4.2'],
  3: [4.2, 'M.2 1.5A1.9 1.7 0 1 1 2 3.3A1.9 1.85 0 1 1 0 5.4'],
  4: [4.2, 'M3.2 7V0L0 4.9H4.2'],
  5: [4.2, 'M3.8 0H.8L.4 3.2A2.1 2.1 0 1 1 0 5.7'],
  6: [4.2, 'M3.3 0L.5 3.8M2.1 2.8A2.1 2.1 0 0 0 2.1 7A2.1 2.1 0 0 0 2.1 2.8Z'],
  7: [4.2, 'M0 0H4.1L1.3 7'],
  8: [4.2, 'M2.1 3.2A1.6 1.6 0 0 1 2.1 0A1.6 1.6 0 0 1 2.1 3.2A1.9 1.9 0 0 0 2.1 7A1.9 1.9 0 0 0 2.1 3.2Z'],
  9: [4.2, 'M.9 7L3.7 3.2M2.1 4.2A2.1 2.1 0 0 1 2.1 0A2.1 2.1 0 0 1 2.1 4.2Z'],
  ' ': [1.6, ''],
  '.': [0, 'M0 6.9V7'],
  ',': [0.4, 'M.4 6.9L0 8'],
  ':': [0, 'M0 2.4V2.5M0 6V6.1'],
  ';': [0.4, 'M.4 2.4V2.5M.4 6L0 7.2'],
  '!': [0, 'M0 0V4.6M0 6.9V7'],
  '?': [3.6, 'M0 1.7A1.8 1.7 0 1 1 1.8 3.5V4.8M1.8 6.9V7'],
  '-': [2.4, 'M0 3.9H2.4'],
  _: [4, 'M0 7.4H4'],
  '+': [3.4, 'M0 3.9H3.4M1.7 2.2V5.6'],
  '=': [3.4, 'M0 3H3.4M0 4.8H3.4'],
  '/': [3, 'M3 0L0 7'],
  '\\': [3, 'M0 0L3 7'],
  '(': [1.4, 'M1.4 -.3A5 5 0 0 0 1.4 7.5'],
  ')': [1.4, 'M0 -.3A5 5 0 0 1 0 7.5'],
  "'": [0, 'M0 0V1.4'],
  '"': [1.2, 'M0 0V1.4M1.2 0V1.4'],
  '#': [4.4, 'M1.4 .6L.7 6.4M3.6 .6L2.9 6.4M.2 2.4H4.4M0 4.6H4.1'],
  '%': [5.2, 'M4.8 0L.4 7M1 0A1 1 0 0 0 1 2.4A1 1 0 0 0 1 0ZM4.2 4.6A1 1 0 0 0 4.2 7A1 1 0 0 0 4.2 4.6Z'],
  '&': [5, 'M5 7L1 2.2A1.4 1.4 0 1 1 3.2 2C2.6 3.2 0 3.4 0 5.2A2.3 1.9 0 0 0 4.6 5V4.2'],
};
const TRACKING = 1.9;
const unknown: readonly [number, string] = [3.4, 'M0 0H3.4V7H0Z'];

/** Width in pixels of a line `capHeight` pixels high. */
export function measure(text: string, capHeight: number): number {
  const shapes = shapesOf(text);
  const units =
    shapes.reduce((sum, [advance]) => sum + advance, 0) + TRACKING * Math.max(0, shapes.length - 1);
  return (units * capHeight) / 7;
}

/** Draws a line with its top left corner at `x`, `y`, in the stroke style of the context. `weight` is relative to the height. */
export function letter(
  context: SKRSContext2D,
  text: string,
  x: number,
  y: number,
  capHeight: number,
  weight: number,
): void {
  context.save();
  context.translate(x, y);
  context.scale(capHeight / 7, capHeight / 7);
  context.lineWidth = weight * 7;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const [advance, path] of shapesOf(text)) {
    context.stroke(new Path2D(path));
    context.translate(advance + TRACKING, 0);
  }
  context.restore();
}

/** A centred line of any script: our own lettering where it has the characters, else a font of the machine. */
export function letterCentred(
  context: SKRSContext2D,
  text: string,
  x: number,
  y: number,
  capHeight: number,
  weight: number,
): void {
  const own = [...plain(text)].every((character) => character in glyphs);
  if (own || GlobalFonts.families.length === 0) {
    letter(context, text, x - measure(text, capHeight) / 2, y, capHeight, weight);
    return;
  }
  context.save();
  context.fillStyle = context.strokeStyle;
  context.font = `${capHeight * 1.35}px sans-serif`;
  context.textAlign = 'center';
  context.fillText(text, x, y + capHeight);
  context.restore();
}

function shapesOf(text: string): (readonly [number, string])[] {
  return [...plain(text)].map((character) => glyphs[character] ?? unknown);
}

/** Capitals without accents: the grid has no room above them. */
function plain(text: string): string {
  return text
    .toUpperCase()
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '');
}
