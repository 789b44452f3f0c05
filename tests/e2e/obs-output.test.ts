import { createCanvas, loadImage } from '@napi-rs/canvas';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionReport } from '../../src/contract/session.ts';
import { graphOf, sinkNode, startReverie, type Reverie } from '../integration/reverie.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { overLoopback, usableAlone, withoutWebRtc } from './chromium.ts';
import { LONG } from './panel-page.ts';
import { openRoom, type Room } from './room.ts';

// The page that OBS and TouchDesigner show, in Chromium: Debian's OBS has no browser source.

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];

const SIDE = 256;
/** Half of the picture at every edge of which transparency begins; what lies hidden under it is white. */
const quarters: Readonly<Record<'red' | 'blue' | 'half' | 'none', Pixel>> = {
  red: [230, 20, 30, 255],
  blue: [20, 60, 220, 255],
  half: [40, 200, 60, 128],
  none: [255, 255, 255, 0],
};
const clear: Pixel = [0, 0, 0, 0];
/** Of each channel, 0 to 255: video rounds, and keeps a quarter of the colours. */
const TOLERANCE = 14;

function pictureWithAlpha(path: string): void {
  const canvas = createCanvas(SIDE, SIDE);
  const context = canvas.getContext('2d');
  const image = context.createImageData(SIDE, SIDE);
  const rows = [
    [quarters.red, quarters.blue],
    [quarters.half, quarters.none],
  ];
  for (let y = 0; y < SIDE; y += 1)
    for (let x = 0; x < SIDE; x += 1)
      image.data.set(
        rows[Math.floor((2 * y) / SIDE)]?.[Math.floor((2 * x) / SIDE)] ?? clear,
        4 * (y * SIDE + x),
      );
  context.putImageData(image, 0, 0);
  writeFileSync(path, canvas.toBuffer('image/png'));
}

/** A pixel of the page as OBS would composite it: its ground is transparent. */
async function pixelsOf(
  page: Page,
  places: readonly (readonly [x: number, y: number])[],
): Promise<number[][]> {
  const image = await loadImage(await page.screenshot({ omitBackground: true }));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return places.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data]);
}

function near(pixel: readonly number[] | undefined, wanted: Pixel): boolean {
  const [, , , alpha = 0] = pixel ?? [];
  // Where nothing is seen, colours say nothing.
  const compared = wanted[3] === 0 ? [3] : [0, 1, 2, 3];
  return (
    pixel !== undefined &&
    compared.every((at) => {
      const tolerance = at < 3 ? (TOLERANCE * 255) / Math.max(1, alpha) : TOLERANCE;
      return Math.abs((pixel[at] ?? 0) - (wanted[at] ?? 0)) <= tolerance;
    })
  );
}

// In a page of 512 x 256: the picture stands in the middle, and nothing on both sides of it.
const places = {
  left: [60, 128],
  red: [192, 64],
  blue: [320, 64],
  half: [192, 192],
  none: [320, 192],
} as const;

type Wanted = Readonly<Partial<Record<keyof typeof places, Pixel>>>;

const withMatte: Wanted = { left: clear, ...quarters };
const opaque: Wanted = { left: clear, red: quarters.red, blue: quarters.blue };

/** What of a page is not as it should be, in words. */
async function wrongIn(page: Page, wanted: Wanted): Promise<readonly string[]> {
  const named = Object.entries(wanted).flatMap(([name, pixel]) =>
    isPlace(name) ? [{ name, pixel, place: places[name] }] : [],
  );
  const found = await pixelsOf(
    page,
    named.map(({ place }) => place),
  );
  return named.flatMap(({ name, pixel }, at) =>
    near(found[at], pixel) ? [] : [`${name}: ${String(found[at])} for ${String(pixel)}`],
  );
}

function isPlace(name: string): name is keyof typeof places {
  return Object.hasOwn(places, name);
}

describe.skipIf(!usableAlone)('the page of the output (needs chromium and root)', () => {
  const folder = tempFolder('alpha');
  let room: Room;
  let again: Reverie | null = null;

  beforeAll(async () => {
    const path = join(folder, 'alpha.png');
    pictureWithAlpha(path);
    const source = { id: 'in', type: 'source', adapter: 'file', config: { path } };
    const graph = graphOf([source, sinkNode('out')], [['in', 'out']]);
    room = await openRoom(overLoopback, { graph });
  });

  afterAll(async () => {
    await again?.dispose();
    await room?.close();
  });

  async function open(query = ''): Promise<Page> {
    const page = await room.browser.newPage({ viewport: { width: 512, height: 256 } });
    await page.goto(`${room.reverie.url}/obs/output${query}`);
    return page;
  }

  const shows = (page: Page, wanted: Wanted): Promise<void> =>
    expect.poll(() => wrongIn(page, wanted), { timeout: LONG }).toEqual([]);
  const sessions = async (): Promise<readonly SessionReport[]> =>
    (await room.namespace.json<{ sessions: readonly SessionReport[] }>(`${room.reverie.url}/api/v1/sessions`))
      .sessions;
  const viewers = async (): Promise<readonly string[]> =>
    (await sessions()).filter(({ state }) => state === 'connected').flatMap(({ views }) => views);

  it('shows what the audience sees by WebRTC, over a ground that is transparent, and nothing beside it', async () => {
    const page = await open();
    await page.locator('[data-shown="video"]').waitFor({ timeout: LONG });
    await expect.poll(viewers, { timeout: LONG }).toEqual(['out']);
    await shows(page, opaque);
    const [hidden] = await pixelsOf(page, [places.none]);
    expect(hidden?.[3]).toBe(255);
    expect(await page.evaluate<string>('document.body.innerText.trim()')).toBe('');
    expect(await page.evaluate<string>('getComputedStyle(document.body).cursor')).toBe('none');
    expect(
      await page.evaluate<boolean>(
        'document.documentElement.scrollHeight <= innerHeight && innerWidth === 512',
      ),
    ).toBe(true);
    await page.close();
  });

  it('fills the page where its link asks for that', async () => {
    const page = await open('?fit=cover');
    await page.locator('[data-shown="video"]').waitFor({ timeout: LONG });
    const [left] = await pixelsOf(page, [places.left]);
    expect(left?.[3]).toBe(255);
    await page.close();
  });

  it('shows transparency where its link asks for it, without what is hidden under it', async () => {
    const page = await open('?matte=packed');
    await expect.poll(viewers, { timeout: LONG }).toEqual(['out']);
    await shows(page, withMatte);
    await page.close();
  });

  it('keeps its last picture when the process behind WebRTC is killed, and comes back by itself', async () => {
    const page = await open('?node=out');
    await page.locator('[data-shown="video"]').waitFor({ timeout: LONG });
    const before = (await sessions()).map(({ id }) => id);
    process.kill(webrtcRunner(room.reverie), 'SIGKILL');
    const seen: (readonly number[] | undefined)[] = [];
    await expect
      .poll(
        async () => {
          seen.push((await pixelsOf(page, [places.red]))[0]);
          return (await sessions()).some(({ id, state }) => state === 'connected' && !before.includes(id));
        },
        { timeout: LONG },
      )
      .toBe(true);
    expect(seen.filter((pixel) => !near(pixel, quarters.red))).toEqual([]);
    await page.close();
  });

  it('keeps its last picture while the daemon is gone, transparency too, and comes back when it does', async () => {
    const pages = [await open(), await open('?matte=packed')] as const;
    await expect.poll(viewers, { timeout: LONG }).toEqual(['out', 'out']);
    const check = async (): Promise<void> => {
      await shows(pages[0], opaque);
      await shows(pages[1], withMatte);
    };
    await check();
    await room.reverie.end('SIGKILL');
    // Longer than any line of the page waits before it gives up.
    await pages[0].waitForTimeout(5_000);
    expect(await wrongIn(pages[0], opaque)).toEqual([]);
    expect(await wrongIn(pages[1], withMatte)).toEqual([]);
    const { port } = new URL(room.reverie.url);
    const { enter: wrap } = room.namespace;
    again = await startReverie({ home: room.reverie.home, wrap, flags: ['--port', port] });
    await expect.poll(viewers, { timeout: LONG }).toEqual(['out', 'out']);
    await check();
    for (const page of pages) await page.close();
  });
});

describe.skipIf(!usableAlone)('the page of the output without WebRTC (needs chromium and root)', () => {
  it('shows JPEG pictures, with their transparency too', async () => {
    const folder = tempFolder('alpha');
    const path = join(folder, 'alpha.png');
    pictureWithAlpha(path);
    const source = { id: 'in', type: 'source', adapter: 'file', config: { path } };
    const graph = graphOf([source, sinkNode('out')], [['in', 'out']]);
    const room = await openRoom(withoutWebRtc, { graph });
    try {
      const page = await room.browser.newPage({ viewport: { width: 512, height: 256 } });
      await page.goto(`${room.reverie.url}/obs/output?matte=packed`);
      await expect.poll(() => wrongIn(page, withMatte), { timeout: LONG }).toEqual([]);
    } finally {
      await room.close();
    }
  });
});

/** The daemon's child that holds the WebRTC library. */
function webrtcRunner(reverie: Reverie): number {
  const found = reverie
    .children()
    .find((pid) => readFileSync(`/proc/${pid}/maps`, 'utf8').includes('node_datachannel'));
  if (found === undefined) throw new Error('No child of the daemon runs WebRTC');
  return found;
}
