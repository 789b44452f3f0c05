/**
 * Renders what `dream` makes, to be looked at: forty prompts in text mode and in video mode, transitions, time, every lexicon word.
 *
 *   npx tsx scripts/contact-sheet.ts [prompts] [video] [transitions] [life] [words] [hero] [one "some prompt"]
 *
 * Without arguments: prompts, video, transitions, life and hero. Pictures go to docs/pictures (words and one: to the cache folder).
 */
import { createCanvas, ImageData, type Canvas } from '@napi-rs/canvas';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lexicon } from '../pipelines/dream/lexicon/lexicon.ts';
import * as dream from '../pipelines/dream/run.ts';
import type { Frame } from '../src/contract/frame.ts';
import { frameOf, OfflineStage, type OfflineCall } from './offline-stage.ts';
import { PROMPTS } from './sheet-prompts.ts';
import { drawSubject } from './subject.ts';

const TRANSITIONS = [
  ['molten gold', 'deep ocean'], ['neon city night', 'galaxy'], ['autumn forest', 'cherry blossom'], ['aurora over ice', 'circuit board'],
  ['chrome', 'desert dunes at dusk'], ['koi', 'stained glass'],
] as const; // prettier-ignore

const SIZE = 512;
const PICTURES = 'docs/pictures';
const scratch = join(tmpdir(), 'reverie-contact-sheet');

const wanted = process.argv.slice(2);
const asked = (name: string): boolean =>
  wanted.length === 0 ? name !== 'words' && name !== 'one' : wanted.includes(name);

mkdirSync(scratch, { recursive: true });
const stage = await OfflineStage.open(dream, { width: SIZE, height: SIZE, quality: 'standard' }, scratch);
if (asked('prompts'))
  save(join(PICTURES, 'dream-prompts.jpg'), await sheet(PROMPTS, { columns: 8, tile: 210 }));
if (asked('video')) {
  const subject = frameOf({ width: SIZE, height: SIZE }, drawSubject(SIZE, SIZE));
  save(join(PICTURES, 'dream-video.jpg'), await sheet(PROMPTS, { columns: 8, tile: 210, subject }));
}
if (asked('transitions')) save(join(PICTURES, 'dream-transitions.jpg'), await transitionSheet());
if (asked('life')) save(join(PICTURES, 'dream-life.jpg'), await lifeSheet());
if (asked('words')) {
  for (const [category, table] of Object.entries(lexicon)) {
    const file = join(scratch, `words-${category.replaceAll(' ', '-')}.jpg`);
    save(file, await sheet(Object.keys(table), { columns: 10, tile: 180 }));
  }
}
if (asked('one'))
  save(
    join(scratch, 'one.jpg'),
    await sheet(
      wanted.filter((word) => word !== 'one'),
      { columns: 4, tile: 400 },
    ),
  );
if (asked('hero')) save(join(PICTURES, 'dream.jpg'), await hero());
await stage.close();

interface SheetOptions {
  readonly columns: number;
  readonly tile: number;
  readonly subject?: Frame;
}

async function sheet(prompts: readonly string[], { columns, tile, subject }: SheetOptions): Promise<Canvas> {
  const rows = Math.ceil(prompts.length / columns);
  const canvas = createCanvas(columns * (tile + 4) + 4, rows * (tile + 20) + 4);
  const context = canvas.getContext('2d');
  context.fillStyle = '#141416';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.font = '13px sans-serif';
  for (const [i, prompt] of prompts.entries()) {
    const call: OfflineCall = subject === undefined ? { prompt } : { prompt, frame: subject };
    const x = (i % columns) * (tile + 4) + 4;
    const y = Math.floor(i / columns) * (tile + 20) + 4;
    context.drawImage(pictureOf(await stage.settle(call, 0.6), SIZE, SIZE), x, y, tile, tile);
    context.fillStyle = '#d8d8da';
    context.fillText(prompt, x + 2, y + tile + 14);
  }
  return canvas;
}

async function transitionSheet(): Promise<Canvas> {
  const steps = 7;
  const tile = 210;
  const canvas = createCanvas(steps * (tile + 4) + 4, TRANSITIONS.length * (tile + 4) + 4);
  const context = canvas.getContext('2d');
  for (const [row, [from, to]] of TRANSITIONS.entries()) {
    for (let step = 0; step < steps; step += 1) {
      const t = step / (steps - 1);
      const eased = t * t * (3 - 2 * t);
      const texts = [{ text: from, weight: 1 - eased }, { text: to, weight: eased }]; // prettier-ignore
      const data = await stage.settle({ prompt: { texts, interpolation: 'linear', blend: null } }, 0.6);
      context.drawImage(pictureOf(data, SIZE, SIZE), step * (tile + 4) + 4, row * (tile + 4) + 4, tile, tile);
    }
  }
  return canvas;
}

/** Six moments of three prompts, 0.7 s from one to the next: leaves turn, windows and lightning come and go. */
async function lifeSheet(): Promise<Canvas> {
  const [moments, tile] = [6, 250];
  const prompts = ['autumn forest', 'neon city night', 'lightning'];
  const canvas = createCanvas(moments * (tile + 4) + 4, prompts.length * (tile + 4) + 4);
  const context = canvas.getContext('2d');
  for (const [row, prompt] of prompts.entries()) {
    for (let moment = 0; moment < moments; moment += 1) {
      const data = await stage.settle({ prompt }, 0.7);
      context.drawImage(
        pictureOf(data, SIZE, SIZE),
        moment * (tile + 4) + 4,
        row * (tile + 4) + 4,
        tile,
        tile,
      );
    }
  }
  return canvas;
}

/** Six prompts beside each other, for the README. */
async function hero(): Promise<Canvas> {
  const [width, height] = [640, 360];
  const wide = await OfflineStage.open(dream, { width, height, quality: 'high' }, scratch);
  const prompts = [
    'molten gold',
    'neon city night',
    'deep ocean',
    'autumn forest',
    'chrome',
    'cherry blossom',
  ];
  const canvas = createCanvas(width * 3, height * 2);
  for (const [i, prompt] of prompts.entries()) {
    const data = await wide.settle({ prompt }, 1);
    canvas
      .getContext('2d')
      .drawImage(pictureOf(data, width, height), (i % 3) * width, Math.floor(i / 3) * height);
  }
  await wide.close();
  return canvas;
}

function pictureOf(data: Uint8Array, width: number, height: number): Canvas {
  const canvas = createCanvas(width, height);
  canvas.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return canvas;
}

function save(path: string, canvas: Canvas): void {
  writeFileSync(path, canvas.toBuffer('image/jpeg', 82));
  console.log(path);
}
