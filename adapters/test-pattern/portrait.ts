import type { CanvasGradient, SKRSContext2D } from '@napi-rs/canvas';
import type { Size } from '../../src/contract/frame.ts';
import { lay, renderSprite, type Paint, type Sprite } from './sprite.ts';

/**
 * A face that lives: it sways, turns a little (the features move further than the head), looks at a point, blinks and
 * opens its mouth. Head-width units around the middle of the face; x to the right, y down.
 */
export interface Portrait {
  draw(pixels: Uint8Array, size: Size, seconds: number, lookX: number, lookY: number): void;
}

const MOUTHS = 6;

interface Parts {
  readonly head: Sprite;
  readonly eyes: Sprite;
  readonly iris: Sprite;
  readonly lids: Sprite;
  readonly closed: Sprite;
  readonly features: Sprite;
  readonly mouths: readonly Sprite[];
}

/** `x`, `y`: middle of the face; `unit`: width of the head in pixels. */
export function createPortrait(x: number, y: number, unit: number): Portrait {
  const parts = paintParts(unit);
  return {
    draw(pixels, size, seconds, lookX, lookY) {
      const turn = Math.sin(seconds * 0.9) * 0.7 + Math.sin(seconds * 0.37 + 1) * 0.3;
      const nod = Math.sin(seconds * 1.3 + 0.6);
      const headX = x + turn * unit * 0.05;
      const headY = y + nod * unit * 0.018;
      place(parts.head, pixels, size, headX, headY);
      const faceX = headX + turn * unit * 0.035;
      const faceY = headY + nod * unit * 0.012;
      place(parts.eyes, pixels, size, faceX, faceY);
      const away = Math.hypot(lookX - faceX, lookY - faceY) + unit * 0.6;
      const gazeX = ((lookX - faceX) / away) * unit * 0.045;
      const gazeY = ((lookY - faceY) / away) * unit * 0.022;
      for (const side of [-1, 1] as const) {
        place(parts.iris, pixels, size, faceX + side * unit * 0.205 + gazeX, faceY - unit * 0.04 + gazeY);
      }
      place(blinks(seconds) ? parts.closed : parts.lids, pixels, size, faceX, faceY);
      place(parts.features, pixels, size, faceX, faceY);
      const mouth = parts.mouths[Math.round(openness(seconds) * (MOUTHS - 1))];
      if (mouth !== undefined) place(mouth, pixels, size, faceX, faceY + unit * 0.36);
    },
  };
}

function blinks(seconds: number): boolean {
  const phase = seconds % 3.7;
  return phase > 3.56 || (phase > 1.1 && phase < 1.2 && Math.floor(seconds / 3.7) % 3 === 1);
}

/** 0..1: a few words, then a rest. */
function openness(seconds: number): number {
  const speaking = Math.max(0, Math.sin(seconds * 0.55));
  return Math.min(1, speaking * 1.3 * Math.abs(Math.sin(seconds * 5.1) * Math.sin(seconds * 2.3 + 0.4)));
}

function place(sprite: Sprite, pixels: Uint8Array, size: Size, x: number, y: number): void {
  lay(sprite, pixels, size, x - sprite.width / 2, y - sprite.height / 2);
}

function paintParts(unit: number): Parts {
  const part = (width: number, height: number, paint: Paint): Sprite =>
    renderSprite(width * unit, height * unit, (context) => {
      context.translate(Math.ceil(width * unit) / 2, Math.ceil(height * unit) / 2);
      context.scale(unit, unit);
      context.lineCap = 'round';
      context.lineJoin = 'round';
      paint(context);
    });
  return {
    head: part(1.44, 1.72, paintHead),
    eyes: part(0.8, 0.3, paintEyes),
    iris: part(0.16, 0.16, paintIris),
    lids: part(0.84, 0.36, (context) => paintLids(context, false)),
    closed: part(0.84, 0.36, (context) => paintLids(context, true)),
    features: part(0.9, 0.8, paintFeatures),
    mouths: Array.from({ length: MOUTHS }, (_, index) =>
      part(0.5, 0.3, (context) => paintMouth(context, index / (MOUTHS - 1))),
    ),
  };
}

function faceOutline(context: SKRSContext2D): void {
  context.beginPath();
  context.moveTo(-0.46, -0.16);
  context.bezierCurveTo(-0.47, -0.52, -0.24, -0.62, 0, -0.62);
  context.bezierCurveTo(0.24, -0.62, 0.47, -0.52, 0.46, -0.16);
  context.bezierCurveTo(0.46, 0.2, 0.36, 0.42, 0.2, 0.57);
  context.bezierCurveTo(0.1, 0.66, -0.1, 0.66, -0.2, 0.57);
  context.bezierCurveTo(-0.36, 0.42, -0.46, 0.2, -0.46, -0.16);
  context.closePath();
}

function paintHead(context: SKRSContext2D): void {
  const hair = context.createLinearGradient(-0.6, -0.8, 0.6, 0.6);
  hair.addColorStop(0, '#6b2f4a');
  hair.addColorStop(0.5, '#43203c');
  hair.addColorStop(1, '#2a1530');
  context.fillStyle = hair;
  context.beginPath();
  context.moveTo(0, -0.83);
  context.bezierCurveTo(0.46, -0.86, 0.68, -0.52, 0.63, -0.08);
  context.bezierCurveTo(0.6, 0.2, 0.72, 0.5, 0.5, 0.68);
  context.bezierCurveTo(0.38, 0.76, 0.26, 0.56, 0.34, 0.2);
  context.lineTo(-0.34, 0.2);
  context.bezierCurveTo(-0.26, 0.56, -0.38, 0.76, -0.5, 0.68);
  context.bezierCurveTo(-0.72, 0.5, -0.6, 0.2, -0.63, -0.08);
  context.bezierCurveTo(-0.68, -0.52, -0.46, -0.86, 0, -0.83);
  context.fill();

  const skin = context.createRadialGradient(-0.14, -0.16, 0.1, 0, 0, 0.8);
  skin.addColorStop(0, '#ffdcbd');
  skin.addColorStop(0.55, '#f1b48c');
  skin.addColorStop(1, '#c9795c');
  context.fillStyle = skin;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.ellipse(side * 0.46, 0.02, 0.07, 0.13, side * 0.15, 0, Math.PI * 2);
    context.fill();
  }
  faceOutline(context);
  context.fill();

  context.save();
  faceOutline(context);
  context.clip();
  const shade = context.createLinearGradient(0.05, 0, 0.5, 0.1);
  shade.addColorStop(0, 'rgba(140,60,70,0)');
  shade.addColorStop(1, 'rgba(120,45,70,.55)');
  context.fillStyle = shade;
  context.fillRect(-1, -1, 2, 2);
  for (const side of [-1, 1]) {
    const blush = context.createRadialGradient(side * 0.27, 0.17, 0, side * 0.27, 0.17, 0.16);
    blush.addColorStop(0, 'rgba(228,92,92,.42)');
    blush.addColorStop(1, 'rgba(228,92,92,0)');
    context.fillStyle = blush;
    context.fillRect(-1, -1, 2, 2);
  }
  context.restore();
  paintFringe(context, hair);
}

/** Swept to one side, from a parting right of the middle. */
function paintFringe(context: SKRSContext2D, hair: CanvasGradient): void {
  context.fillStyle = hair;
  context.beginPath();
  context.moveTo(-0.5, 0.06);
  context.bezierCurveTo(-0.46, -0.14, -0.3, -0.26, 0.16, -0.5);
  context.bezierCurveTo(0.3, -0.38, 0.44, -0.24, 0.5, 0.06);
  context.bezierCurveTo(0.6, -0.3, 0.5, -0.7, 0.1, -0.74);
  context.bezierCurveTo(-0.4, -0.78, -0.6, -0.3, -0.5, 0.06);
  context.fill();
  context.lineWidth = 0.018;
  for (const [depth, light] of [
    [0, 0.3],
    [0.06, 0.22],
    [0.12, 0.14],
  ] as const) {
    context.strokeStyle = `rgba(255,190,175,${light})`;
    context.beginPath();
    context.moveTo(-0.53 + depth * 0.7, -0.2 - depth * 0.3);
    context.bezierCurveTo(-0.5 + depth, -0.5 + depth, -0.2, -0.7 + depth * 0.9, 0.13, -0.68 + depth * 1.2);
    context.stroke();
  }
}

function eyeOutline(context: SKRSContext2D, side: number): void {
  context.beginPath();
  context.moveTo(side * 0.31, -0.03);
  context.bezierCurveTo(side * 0.27, -0.13, side * 0.14, -0.13, side * 0.1, -0.02);
  context.bezierCurveTo(side * 0.15, 0.05, side * 0.26, 0.05, side * 0.31, -0.03);
  context.closePath();
}

function paintEyes(context: SKRSContext2D): void {
  context.fillStyle = '#fdf8f2';
  for (const side of [-1, 1]) {
    eyeOutline(context, side);
    context.fill();
  }
}

function paintIris(context: SKRSContext2D): void {
  const colour = context.createRadialGradient(0, 0.02, 0.01, 0, 0, 0.075);
  colour.addColorStop(0, '#63c7c9');
  colour.addColorStop(0.75, '#1f6f86');
  colour.addColorStop(1, '#0e3347');
  context.fillStyle = colour;
  disc(context, 0, 0, 0.074);
  context.fillStyle = '#0a0f18';
  disc(context, 0, 0, 0.034);
  context.fillStyle = '#ffffff';
  disc(context, -0.024, -0.026, 0.017);
}

function disc(context: SKRSContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
}

/** Skin around the eyes with their openings cut out, so that the iris disappears under the lids; closed: no openings. */
function paintLids(context: SKRSContext2D, closed: boolean): void {
  for (const side of [-1, 1]) {
    const skin = context.createRadialGradient(side * 0.2, -0.03, 0.05, side * 0.2, -0.03, 0.17);
    skin.addColorStop(0, '#efb18b');
    skin.addColorStop(0.72, '#efb18b');
    skin.addColorStop(1, 'rgba(239,177,139,0)');
    context.fillStyle = skin;
    context.save();
    context.translate(side * 0.205, -0.03);
    context.scale(1, 0.8);
    context.translate(side * -0.205, 0.03);
    disc(context, side * 0.205, -0.03, 0.17);
    context.restore();
    if (!closed) {
      context.globalCompositeOperation = 'destination-out';
      eyeOutline(context, side);
      context.fill();
      context.globalCompositeOperation = 'source-over';
    }
    context.strokeStyle = '#33182c';
    context.lineWidth = 0.032;
    context.beginPath();
    context.moveTo(side * 0.33, closed ? 0.0 : -0.05);
    if (closed) context.bezierCurveTo(side * 0.27, 0.05, side * 0.15, 0.05, side * 0.1, 0);
    else context.bezierCurveTo(side * 0.27, -0.135, side * 0.14, -0.135, side * 0.1, -0.025);
    context.stroke();
  }
}

function paintFeatures(context: SKRSContext2D): void {
  context.strokeStyle = '#3a1a33';
  context.lineWidth = 0.045;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(side * 0.35, -0.165);
    context.bezierCurveTo(side * 0.28, -0.235, side * 0.17, -0.225, side * 0.09, -0.185);
    context.stroke();
  }
  context.strokeStyle = 'rgba(150,72,62,.75)';
  context.lineWidth = 0.03;
  context.beginPath();
  context.moveTo(0.035, -0.06);
  context.bezierCurveTo(0.03, 0.06, 0.095, 0.12, 0.07, 0.16);
  context.bezierCurveTo(0.04, 0.195, -0.02, 0.185, -0.05, 0.17);
  context.stroke();
  context.strokeStyle = 'rgba(255,240,225,.75)';
  context.lineWidth = 0.026;
  context.beginPath();
  context.moveTo(-0.012, -0.02);
  context.lineTo(-0.008, 0.11);
  context.stroke();
}

function paintMouth(context: SKRSContext2D, open: number): void {
  const drop = 0.018 + open * 0.1;
  if (open > 0.05) {
    context.fillStyle = '#5c1530';
    context.beginPath();
    context.moveTo(-0.14, -0.01);
    context.bezierCurveTo(-0.06, -0.05, 0.06, -0.05, 0.14, -0.01);
    context.bezierCurveTo(0.08, drop * 1.25, -0.08, drop * 1.25, -0.14, -0.01);
    context.fill();
    context.fillStyle = '#fbf3ec';
    context.beginPath();
    context.ellipse(0, -0.024, 0.085, Math.min(0.022, drop * 0.3), 0, 0, Math.PI * 2);
    context.fill();
  }
  context.strokeStyle = '#b8434f';
  context.lineWidth = 0.036;
  context.beginPath();
  context.moveTo(-0.15, -0.012);
  context.bezierCurveTo(-0.07, open > 0.05 ? -0.055 : 0.03, 0.07, open > 0.05 ? -0.055 : 0.03, 0.15, -0.012);
  context.stroke();
  context.strokeStyle = '#cf5a60';
  context.lineWidth = 0.042;
  context.beginPath();
  context.moveTo(-0.12, 0.006);
  context.bezierCurveTo(-0.07, drop * 1.2 + 0.014, 0.07, drop * 1.2 + 0.014, 0.12, 0.006);
  context.stroke();
}
