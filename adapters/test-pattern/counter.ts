/**
 * The painted frame counter: 32 black or white cells across the whole width, once along the top edge and once along the
 * bottom, so that a torn frame shows two numbers. Cells are 1/32 of the width and of the height (16 x 16 at 512 x 512) and
 * scale with the picture. From the left: sync 1 0, 20 bits of the number (most significant first), its CRC-8 (polynomial
 * x^8 + x^2 + x + 1, start 0xff), sync 0 1. Black, white and their middle are taken from the sync cells, so range shifts
 * and lossy codecs do not matter; a smeared or blended cell makes the strip unreadable rather than wrong.
 */
const CELLS = 32;
const DATA_BITS = 20;
/** Pixels looked at along each side of a cell: enough to even out a codec's noise, few enough to read every frame of a show. */
const SAMPLES = 4;

/** The counter starts over after this many frames (9.7 hours at 30 a second). */
export const COUNTER_MODULUS = 2 ** DATA_BITS;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Paints `n` modulo `COUNTER_MODULUS` into `[height, width, 4]` pixels. Frames smaller than 32 x 32 stay as they are. */
export function paintCounter(pixels: Uint8Array, size: Size, n: number): void {
  const { width, height } = size;
  if (width < CELLS || height < CELLS) return;
  const row = width * 4;
  const rows = Math.round(height / CELLS);
  const word = wordOf(n);
  for (let cell = 0; cell < CELLS; cell += 1) {
    const value = (word >>> (CELLS - 1 - cell)) & 1 ? 255 : 0;
    const end = Math.round(((cell + 1) * width) / CELLS) * 4;
    for (let at = Math.round((cell * width) / CELLS) * 4; at < end; at += 4) {
      pixels[at] = value;
      pixels[at + 1] = value;
      pixels[at + 2] = value;
      pixels[at + 3] = 255;
    }
  }
  for (let y = 1; y < rows; y += 1) pixels.copyWithin(y * row, 0, row);
  pixels.copyWithin((height - rows) * row, 0, rows * row);
}

/** Reads both strips; null where one is missing, covered or damaged. Equal numbers mean that the frame is not torn. */
export function readCounter(pixels: Uint8Array, size: Size): { top: number | null; bottom: number | null } {
  if (size.width < CELLS || size.height < CELLS) return { top: null, bottom: null };
  const rows = Math.round(size.height / CELLS);
  return { top: readStrip(pixels, size, 0, rows), bottom: readStrip(pixels, size, size.height - rows, rows) };
}

function readStrip(pixels: Uint8Array, size: Size, top: number, rows: number): number | null {
  const levels = Array.from({ length: CELLS }, (_, cell) => levelOf(pixels, size, cell, top, rows));
  const at = (cell: number): number => levels[cell] ?? 0;
  const white = (at(0) + at(31)) / 2;
  const black = (at(1) + at(30)) / 2;
  const contrast = white - black;
  if (contrast < 64) return null;
  const middle = (white + black) / 2;
  let word = 0;
  for (const level of levels) {
    if (Math.abs(level - middle) < contrast * 0.15) return null;
    word = ((word << 1) | (level > middle ? 1 : 0)) >>> 0;
  }
  const n = (word >>> 10) & (COUNTER_MODULUS - 1);
  return wordOf(n) === word ? n : null;
}

/** Mean of a few pixels of the inner part of a cell; its edges are where codecs and scalers smear. */
function levelOf(pixels: Uint8Array, size: Size, cell: number, top: number, rows: number): number {
  const left = Math.round((cell * size.width) / CELLS);
  const right = Math.round(((cell + 1) * size.width) / CELLS);
  const insetX = Math.floor((right - left) * 0.3);
  const insetY = Math.floor(rows * 0.3);
  const [x0, x1] = [left + insetX, right - insetX];
  const [y0, y1] = [top + insetY, top + rows - insetY];
  const stepX = Math.ceil((x1 - x0) / SAMPLES);
  const stepY = Math.ceil((y1 - y0) / SAMPLES);
  let sum = 0;
  let count = 0;
  for (let y = y0; y < y1; y += stepY) {
    for (let x = x0; x < x1; x += stepX) {
      const at = (y * size.width + x) * 4;
      sum += (pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0);
      count += 3;
    }
  }
  return sum / count;
}

function wordOf(n: number): number {
  const data = ((n % COUNTER_MODULUS) + COUNTER_MODULUS) % COUNTER_MODULUS;
  let crc = 0xff;
  for (let bit = DATA_BITS - 1; bit >= 0; bit -= 1) {
    const feedback = ((crc >>> 7) ^ (data >>> bit)) & 1;
    crc = ((crc << 1) & 0xff) ^ (feedback ? 0x07 : 0);
  }
  return ((0b10 << 30) | (data << 10) | (crc << 2) | 0b01) >>> 0;
}
