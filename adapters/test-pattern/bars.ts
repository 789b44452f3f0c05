import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Size } from '../../src/contract/frame.ts';
import { letterCentred } from './lettering.ts';
import type { Scene } from './scene.ts';
import { lay, render, renderSprite } from './sprite.ts';

/** 75 % colour bars from left to right: grey, yellow, cyan, green, magenta, red, blue. */
export const barColors = [
  '#bfbfbf',
  '#bfbf00',
  '#00bfbf',
  '#00bf00',
  '#bf00bf',
  '#bf0000',
  '#0000bf',
] as const;
const castellations = ['#0000bf', '#131313', '#bf00bf', '#131313', '#00bfbf', '#131313', '#bfbfbf'] as const;

/** Colour bars, their reverse, a grey ramp, and a marker that travels along the ramp to show that the picture lives. */
export function barsScene(size: Size): Scene {
  const { width, height } = size;
  const rampTop = Math.round(height * 0.75);
  const base = render(size, (context) => paintBars(context, size, rampTop));
  const marker = renderSprite(Math.max(2, width / 64), height - rampTop, (context) => {
    const glow = context.createLinearGradient(0, 0, Math.max(2, width / 64), 0);
    glow.addColorStop(0, 'rgba(255,170,60,0)');
    glow.addColorStop(0.5, 'rgba(255,190,90,1)');
    glow.addColorStop(1, 'rgba(255,170,60,0)');
    context.fillStyle = glow;
    context.fillRect(0, 0, width, height);
  });
  return {
    size,
    draw(pixels, seconds) {
      pixels.set(base);
      const phase = (1 - Math.cos((seconds * Math.PI * 2) / 4)) / 2;
      lay(marker, pixels, size, phase * (width - marker.width), rampTop);
    },
  };
}

function paintBars(context: SKRSContext2D, { width, height }: Size, rampTop: number): void {
  const barsBottom = Math.round(height * 0.66);
  stripes(context, barColors, width, 0, barsBottom);
  stripes(context, castellations, width, barsBottom, rampTop);
  const ramp = context.createLinearGradient(0, 0, width, 0);
  ramp.addColorStop(0, '#000000');
  ramp.addColorStop(1, '#ffffff');
  context.fillStyle = ramp;
  context.fillRect(0, rampTop, width, height - rampTop);

  const cap = Math.min(width, height) * 0.055;
  const plate = { width: cap * 10.5, height: cap * 2.6 };
  const left = (width - plate.width) / 2;
  const top = height * 0.33 - plate.height / 2;
  context.fillStyle = '#0b0d14';
  context.beginPath();
  context.roundRect(left, top, plate.width, plate.height, plate.height / 2);
  context.fill();
  context.strokeStyle = '#f4f1ea';
  letterCentred(context, 'Reverie', width / 2, top + (plate.height - cap) / 2, cap, 0.13);
}

/** Whole pixels for every bar, so that no edge is a mixture of two colours. */
function stripes(
  context: SKRSContext2D,
  colors: readonly string[],
  width: number,
  top: number,
  bottom: number,
): void {
  colors.forEach((color, index) => {
    const left = Math.round((index * width) / colors.length);
    const right = Math.round(((index + 1) * width) / colors.length);
    context.fillStyle = color;
    context.fillRect(left, top, right - left, bottom - top);
  });
}
