/**
 * Shows what the shipped presets look like, each recalled in a daemon of its own and left to play for a while, in text mode and over
 * a picture; writes the contact sheet of the guide and the presets' thumbnails. Build first: it runs what is in `dist`.
 *
 *   npx tsx scripts/preset-sheet.ts [--look] [name of a preset …]
 *
 * With --look, or with names, nothing in the repository is written: the sheet goes to the cache folder.
 */
import { createCanvas, ImageData, loadImage, type Canvas, type Image } from '@napi-rs/canvas';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { presetFileSchema, thumbnailLimit } from '../src/contract/preset.ts';
import { startReverie, type Reverie } from '../tests/integration/reverie.ts';
import { drawSubject } from './subject.ts';

const PLAY_MS = 4000;
const TILE = 200;
const COLUMNS = 5;
const CAPTION = 22;

const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const look = process.argv.includes('--look') || names.length > 0;
const folder = mkdtempSync(join(tmpdir(), 'reverie-subject-'));
writeFileSync(join(folder, 'subject.png'), subjectPicture());

const reverie = await startReverie({ flags: ['--in', `file:${join(folder, 'subject.png')}`] });
try {
  const { presets } = await reverie.get<{ presets: { id: string; name: string; shipped: boolean }[] }>(
    'presets',
  );
  const wanted = presets.filter(({ id, shipped }) => shipped && (names.length === 0 || names.includes(id)));
  const shots: { name: string; text: Image; video: Image }[] = [];
  for (const { id, name } of wanted) {
    const text = await picture(reverie, id, 'text');
    if (!look) await keepThumbnail(id, text);
    shots.push({ name, text, video: await picture(reverie, id, 'video') });
    process.stdout.write(`${name}\n`);
  }
  const sheet = draw(shots);
  const path = look ? join(tmpdir(), 'presets.png') : 'docs/pictures/presets.jpg';
  writeFileSync(path, look ? sheet.toBuffer('image/png') : sheet.toBuffer('image/jpeg', 66));
  process.stdout.write(`${path}\n`);
} finally {
  await reverie.dispose();
  rmSync(folder, { recursive: true });
}

async function picture(daemon: Reverie, preset: string, mode: 'text' | 'video'): Promise<Image> {
  await daemon.call('PATCH', '/api/v1/parameters', { '/mode': mode });
  const morph = { duration: 0 };
  await daemon.call('POST', '/api/v1/commands', { commands: [{ kind: 'preset', preset, morph }] });
  await sleep(PLAY_MS);
  return loadImage(await daemon.frame('&node=main'));
}

/** 160 pixels as JPEG, in the preset's own file. */
async function keepThumbnail(id: string, image: Image): Promise<void> {
  const canvas = createCanvas(160, 160);
  canvas.getContext('2d').drawImage(image, 0, 0, 160, 160);
  const jpegs = [80, 65, 45, 25].map((quality) => canvas.toBuffer('image/jpeg', quality));
  const small = jpegs.find(({ byteLength }) => byteLength <= thumbnailLimit);
  const path = `presets/${id}.json`;
  const file = presetFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const presets = file.presets.map((preset) => ({ ...preset, thumbnail: small?.toString('base64') ?? null }));
  writeFileSync(path, `${JSON.stringify({ ...file, presets }, null, 2)}\n`);
}

function subjectPicture(): Buffer {
  const canvas = createCanvas(512, 512);
  const pixels = new Uint8ClampedArray(drawSubject(512, 512));
  canvas.getContext('2d').putImageData(new ImageData(pixels, 512, 512), 0, 0);
  return canvas.toBuffer('image/png');
}

/** Each preset alone, and below it over a picture. */
function draw(shots: readonly { name: string; text: Image; video: Image }[]): Canvas {
  const rows = Math.ceil(shots.length / COLUMNS);
  const canvas = createCanvas(Math.min(COLUMNS, shots.length) * TILE, rows * (2 * TILE + CAPTION));
  const context = canvas.getContext('2d');
  context.fillStyle = '#101014';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#e8e8ee';
  context.font = '14px sans-serif';
  for (const [index, { name, text, video }] of shots.entries()) {
    const x = (index % COLUMNS) * TILE;
    const y = Math.floor(index / COLUMNS) * (2 * TILE + CAPTION);
    context.drawImage(text, x, y, TILE, TILE);
    context.drawImage(video, x, y + TILE, TILE, TILE);
    context.fillText(name, x + 6, y + 2 * TILE + 16);
  }
  return canvas;
}
