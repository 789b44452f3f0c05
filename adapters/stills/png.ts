import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import type { Size } from '../../src/contract/frame.ts';

const deflateAsync = promisify(deflate);
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const FILTER_SUB = 1;
const FILTER_UP = 2;

/**
 * `[height, width, 4]` straight alpha as PNG (W3C PNG, third edition: 8 bits, colour type 6, sRGB), every byte kept. Our own,
 * because a canvas stores premultiplied pixels and so loses the colours of transparent ones. Compression runs off the thread;
 * the pixels are read before this function's first await.
 */
export async function encodePng(pixels: Uint8Array, size: Size): Promise<Uint8Array> {
  const data = await deflateAsync(filtered(pixels, size), { level: 3 });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size.width, 0);
  header.writeUInt32BE(size.height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('sRGB', Uint8Array.of(0)),
    chunk('IDAT', data),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Every row as its difference to the row above (the first: to the pixel left of it), behind its filter byte. */
function filtered(pixels: Uint8Array, { width, height }: Size): Uint8Array {
  const row = width * 4;
  const rows = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y += 1) {
    const into = y * (row + 1);
    const from = y * row;
    const back = y === 0 ? 4 : row;
    rows[into] = y === 0 ? FILTER_SUB : FILTER_UP;
    for (let x = 0; x < row; x += 1) {
      const before = y === 0 && x < 4 ? 0 : (pixels[from + x - back] ?? 0);
      rows[into + 1 + x] = (pixels[from + x] ?? 0) - before;
    }
  }
  return rows;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
