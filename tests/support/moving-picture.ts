import { createCanvas, loadImage } from '@napi-rs/canvas';
import { expect } from 'vitest';

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, 0 to 255. */
  readonly values: Uint8ClampedArray;
}

/** What a daemon shows is a picture of that size, neither black nor white nor flat, and another one half a second later. */
export async function expectMovingPicture(url: string, width: number, height: number): Promise<void> {
  const first = await pixelsOf(url);
  await new Promise((later) => setTimeout(later, 500));
  const second = await pixelsOf(url);
  for (const picture of [first, second]) {
    expect([picture.width, picture.height]).toEqual([width, height]);
    const mean = meanOf(picture.values, (value) => value);
    expect(mean).toBeGreaterThan(10);
    expect(mean).toBeLessThan(245);
    expect(Math.sqrt(meanOf(picture.values, (value) => (value - mean) ** 2))).toBeGreaterThan(10);
  }
  const moved = meanOf(first.values, (value, at) => Math.abs(value - (second.values[at] ?? 0)));
  expect(moved / 255).toBeGreaterThan(0.003);
}

async function pixelsOf(url: string): Promise<Pixels> {
  const response = await fetch(`${url}/api/v1/frame?format=png`);
  expect(response.status).toBe(200);
  const image = await loadImage(Buffer.from(await response.arrayBuffer()));
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  return {
    width,
    height,
    values: context.getImageData(0, 0, width, height).data.filter((_, at) => at % 4 !== 3),
  };
}

function meanOf(values: Uint8ClampedArray, of: (value: number, at: number) => number): number {
  return values.reduce((sum, value, at) => sum + of(value, at), 0) / values.length;
}
