import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Size } from '../../src/contract/frame.ts';
import { barColors } from './bars.ts';
import { letter, measure } from './lettering.ts';
import { createPortrait } from './portrait.ts';
import type { Scene } from './scene.ts';
import { lay, render, renderSprite, type Sprite } from './sprite.ts';

/**
 * The picture a new user sees first: a test card at dusk with a living portrait, a disc that wanders over the whole frame
 * (and which the portrait follows with its eyes), colour bars, a grey ramp, lettering and a running clock.
 */
export function motionScene(size: Size): Scene {
  const { width, height } = size;
  const side = Math.min(width, height);
  const card = { x: width / 2, y: height * 0.475, radius: side * 0.305 };
  const base = render(size, (context) => paintCard(context, size, card));
  const portrait = createPortrait(card.x, card.y - side * 0.004, side * 0.285);
  const ball = renderSprite(side * 0.17, side * 0.17, (context) =>
    paintBall(context, Math.ceil(side * 0.17)),
  );
  const clock = clockDigits(side * 0.032);
  const clockRight = width - side * 0.055;
  const clockTop = height * 0.068;
  return {
    size,
    draw(pixels, seconds) {
      pixels.set(base);
      const ballX = width / 2 + width * 0.41 * Math.sin(seconds * 0.83);
      const ballY = height * 0.46 + height * 0.27 * Math.sin(seconds * 1.31 + 0.9);
      portrait.draw(pixels, size, seconds, ballX, ballY);
      lay(ball, pixels, size, ballX - ball.width / 2, ballY - ball.height / 2);
      drawClock(clock, pixels, size, seconds, clockRight, clockTop);
    },
  };
}

interface Card {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

function paintCard(context: SKRSContext2D, size: Size, card: Card): void {
  const { width, height } = size;
  const side = Math.min(width, height);
  const dusk = context.createLinearGradient(0, 0, width * 0.25, height);
  dusk.addColorStop(0, '#0d1533');
  dusk.addColorStop(0.36, '#2c2a63');
  dusk.addColorStop(0.6, '#7d3f74');
  dusk.addColorStop(0.8, '#d9705f');
  dusk.addColorStop(1, '#f6b26b');
  context.fillStyle = dusk;
  context.fillRect(0, 0, width, height);

  paintGrid(context, size, card, side / 12);
  paintMedallion(context, card, side);
  paintBand(context, size);

  const cap = side * 0.05;
  context.strokeStyle = '#fff4e2';
  letter(context, 'Reverie', side * 0.055, height * 0.062, cap, 0.13);
}

function paintGrid(context: SKRSContext2D, { width, height }: Size, card: Card, step: number): void {
  context.strokeStyle = 'rgba(255,255,255,.10)';
  context.lineWidth = Math.max(1, step / 28);
  context.beginPath();
  for (let x = card.x % step; x < width; x += step) {
    context.moveTo(x, 0);
    context.lineTo(x, height);
  }
  for (let y = card.y % step; y < height; y += step) {
    context.moveTo(0, y);
    context.lineTo(width, y);
  }
  context.stroke();
  context.strokeStyle = 'rgba(255,255,255,.13)';
  for (const factor of [1.16, 1.34]) {
    context.beginPath();
    context.arc(card.x, card.y, card.radius * factor, 0, Math.PI * 2);
    context.stroke();
  }
}

/** The round window with its light and the shoulders; the head is laid over it frame by frame. */
function paintMedallion(context: SKRSContext2D, { x, y, radius }: Card, side: number): void {
  context.save();
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.clip();
  const light = context.createRadialGradient(
    x - radius * 0.35,
    y - radius * 0.45,
    radius * 0.1,
    x,
    y,
    radius * 1.15,
  );
  light.addColorStop(0, '#bff0e4');
  light.addColorStop(0.45, '#4fb0b3');
  light.addColorStop(1, '#175a74');
  context.fillStyle = light;
  context.fillRect(x - radius, y - radius, radius * 2, radius * 2);

  const unit = side * 0.285;
  context.translate(x, y);
  context.scale(unit, unit);
  const neck = context.createLinearGradient(0, 0.45, 0, 0.95);
  neck.addColorStop(0, '#a75c4c');
  neck.addColorStop(1, '#e2a17c');
  context.fillStyle = neck;
  context.fillRect(-0.17, 0.4, 0.34, 0.6);
  const cloth = context.createLinearGradient(-0.8, 0.8, 0.8, 1.1);
  cloth.addColorStop(0, '#f2c14e');
  cloth.addColorStop(1, '#d9772f');
  context.fillStyle = cloth;
  context.beginPath();
  context.moveTo(-1.1, 1.3);
  context.bezierCurveTo(-0.95, 0.92, -0.5, 0.86, -0.2, 0.78);
  context.bezierCurveTo(-0.1, 0.92, 0.1, 0.92, 0.2, 0.78);
  context.bezierCurveTo(0.5, 0.86, 0.95, 0.92, 1.1, 1.3);
  context.fill();
  context.restore();

  context.strokeStyle = '#fff4e2';
  context.lineWidth = side * 0.012;
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.stroke();
}

/** Colour bars over a grey ramp, along the whole width. */
function paintBand(context: SKRSContext2D, { width, height }: Size): void {
  const top = Math.round(height * 0.835);
  const ramp = Math.round(height * 0.925);
  const bottom = Math.round(height * 0.97);
  barColors.forEach((color, index) => {
    const left = Math.round((index * width) / barColors.length);
    const right = Math.round(((index + 1) * width) / barColors.length);
    context.fillStyle = color;
    context.fillRect(left, top, right - left, ramp - top);
  });
  for (let step = 0; step < 16; step += 1) {
    const left = Math.round((step * width) / 16);
    const grey = Math.round((step * 255) / 15);
    context.fillStyle = `rgb(${grey},${grey},${grey})`;
    context.fillRect(left, ramp, Math.round(((step + 1) * width) / 16) - left, bottom - ramp);
  }
}

function paintBall(context: SKRSContext2D, box: number): void {
  const radius = box / 2;
  const shadow = context.createRadialGradient(radius, radius, radius * 0.7, radius, radius, radius);
  shadow.addColorStop(0, 'rgba(8,8,30,.5)');
  shadow.addColorStop(1, 'rgba(8,8,30,0)');
  context.fillStyle = shadow;
  context.fillRect(0, 0, box, box);
  const body = context.createRadialGradient(
    radius * 0.7,
    radius * 0.6,
    radius * 0.05,
    radius,
    radius,
    radius * 0.85,
  );
  body.addColorStop(0, '#fffbe0');
  body.addColorStop(0.3, '#ffd45c');
  body.addColorStop(0.75, '#f2803a');
  body.addColorStop(1, '#b83a3f');
  context.fillStyle = body;
  context.beginPath();
  context.arc(radius, radius, radius * 0.84, 0, Math.PI * 2);
  context.fill();
}

/** Sprites of 0..9 and the colon, each as wide as the widest, so that the clock does not jump. */
function clockDigits(cap: number): readonly Sprite[] {
  const weight = 0.12;
  return [...'0123456789:'].map((character) =>
    renderSprite(cap * (character === ':' ? 0.42 : 0.86), cap * 1.3, (context) => {
      context.strokeStyle = '#fff4e2';
      const box = Math.ceil(cap * (character === ':' ? 0.42 : 0.86));
      letter(context, character, (box - measure(character, cap)) / 2, cap * 0.15, cap, weight);
    }),
  );
}

/** Minutes, seconds and hundredths, right-aligned. */
function drawClock(
  glyphs: readonly Sprite[],
  pixels: Uint8Array,
  size: Size,
  seconds: number,
  right: number,
  top: number,
): void {
  let rest = Math.floor(seconds * 100);
  let x = right;
  for (let place = 0; place < 8; place += 1) {
    const colon = place === 2 || place === 5;
    const radix = place === 4 || place === 7 ? 6 : 10;
    const glyph = glyphs[colon ? 10 : rest % radix];
    if (!colon) rest = Math.floor(rest / radix);
    if (glyph === undefined) continue;
    x -= glyph.width;
    lay(glyph, pixels, size, x, top);
  }
}
