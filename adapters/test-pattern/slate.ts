import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Size } from '../../src/contract/frame.ts';
import { letterCentred, measure } from './lettering.ts';
import type { Scene } from './scene.ts';
import { render } from './sprite.ts';

/** A dark, calm picture with a message, and a ring that breathes so that one can see it is alive. */
export function slateScene(size: Size, message: string): Scene {
  const { width, height } = size;
  const side = Math.min(width, height);
  const base = render(size, (context) => paintSlate(context, size, message));
  const box = Math.max(2, Math.round(side * 0.34));
  const glow = glowOf(box, Math.round((width - box) / 2), Math.round(height * 0.4 - box / 2), width);
  return {
    size,
    draw(pixels, seconds) {
      pixels.set(base);
      const breath = 0.5 - 0.5 * Math.cos((seconds * Math.PI * 2) / 5);
      const level = Math.round(70 + 150 * breath);
      for (let index = 0; index < glow.offsets.length; index += 1) {
        const at = glow.offsets[index] ?? 0;
        const light = (glow.coverage[index] ?? 0) * level;
        pixels[at] = mix(pixels[at], 240, light);
        pixels[at + 1] = mix(pixels[at + 1], 178, light);
        pixels[at + 2] = mix(pixels[at + 2], 122, light);
      }
    },
  };
}

/** `amount` of 65025 on the way to `to`. */
function mix(from: number | undefined, to: number, amount: number): number {
  const start = from ?? 0;
  return start + (((to - start) * amount + 0x8000) >> 16);
}

/** Byte offsets into the frame of every pixel that the ring with its halo touches, and how much (1..255). */
function glowOf(
  box: number,
  left: number,
  top: number,
  width: number,
): { offsets: Uint32Array; coverage: Uint8Array } {
  const offsets: number[] = [];
  const coverage: number[] = [];
  const middle = (box - 1) / 2;
  const radius = box * 0.27;
  for (let y = 0; y < box; y += 1) {
    for (let x = 0; x < box; x += 1) {
      const distance = Math.hypot(x - middle, y - middle);
      const line = Math.max(0, 1 - Math.abs(distance - radius) / Math.max(1, box * 0.012));
      const halo = 0.34 * Math.exp(-(((distance - radius) / (box * 0.075)) ** 2));
      const rim = Math.max(0, Math.min(1, (middle - distance) / (box * 0.06)));
      const light = Math.round(255 * Math.min(1, line + halo) * rim);
      if (light === 0) continue;
      offsets.push(((top + y) * width + left + x) * 4);
      coverage.push(light);
    }
  }
  return { offsets: Uint32Array.from(offsets), coverage: Uint8Array.from(coverage) };
}

function paintSlate(context: SKRSContext2D, { width, height }: Size, message: string): void {
  const side = Math.min(width, height);
  const reach = Math.max(width, height) * 0.75;
  const light = context.createRadialGradient(width / 2, height * 0.4, 0, width / 2, height * 0.4, reach);
  light.addColorStop(0, '#1d1d2c');
  light.addColorStop(1, '#0b0b12');
  context.fillStyle = light;
  context.fillRect(0, 0, width, height);

  context.strokeStyle = '#e8e2d6';
  const lines = wrap(message, 30).slice(0, 5);
  const widest = Math.max(1, ...lines.map((line) => measure(line, 1)));
  const cap = Math.min(side * 0.042, (width * 0.84) / widest);
  lines.forEach((line, index) =>
    letterCentred(context, line, width / 2, height * 0.66 + index * cap * 2.1, cap, 0.1),
  );
}

/** Lines of at most about `limit` characters, broken at spaces; a word that is longer stands alone. */
function wrap(text: string, limit: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= limit)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
