import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCounter } from '../../adapters/test-pattern/counter.ts';
import { graphOf, sinkNode, sourceNode, startReverie, within, type Reverie } from '../integration/reverie.ts';
import { inOrder } from '../integration/stream-peers.ts';
import { executablePath, usable, withoutWebRtc } from './chromium.ts';
import { LONG } from './panel-page.ts';

const size = { width: 320, height: 192 };

describe.skipIf(!usable)(`Motion JPEG in a browser${usable ? '' : ` (${executablePath} is missing)`}`, () => {
  let reverie: Reverie;
  let browser: Browser;

  beforeAll(async () => {
    const pattern = sourceNode('in', { ...size, counter: true });
    reverie = await startReverie({ graph: graphOf([pattern, sinkNode('out')], [['in', 'out']]) });
    await reverie.live('out');
    browser = await chromium.launch({ executablePath, args: withoutWebRtc });
  });
  afterAll(async () => {
    await browser?.close();
    await reverie?.dispose();
  });

  /** The number in the picture that the page shows now; null where there is none. */
  async function numberOf(page: Page): Promise<number | null> {
    // As one text: a list of a quarter of a million numbers takes seconds on its way.
    const pixels = await page.evaluate<string>(`(() => {
      const picture = document.images[0];
      if (!picture || picture.naturalWidth !== ${size.width}) return '';
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [${size.width}, ${size.height}];
      const context = canvas.getContext('2d');
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, ${size.width}, ${size.height});
      let text = '';
      for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
      return btoa(text);
    })()`);
    if (pixels === '') return null;
    const { top, bottom } = readCounter(Buffer.from(pixels, 'base64'), size);
    return top === bottom ? top : null;
  }

  /** The first five different pictures that the page shows, by their numbers. */
  async function numbersOf(page: Page): Promise<number[]> {
    const numbers: number[] = [];
    await within(
      LONG,
      'five pictures one after another',
      () => numbers.join(' '),
      async () => {
        const number = await numberOf(page);
        if (number !== null && number !== numbers.at(-1)) numbers.push(number);
        return numbers.length >= 5;
      },
    );
    return numbers;
  }

  test('moves in an <img> of our own page, under its content policy', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    // A page of ours that does nothing by itself.
    await page.goto(`${reverie.url}/health`);
    await page.evaluate(`document.body.replaceChildren(
      Object.assign(document.createElement('img'), { src: '/stream/in.mjpeg' }))`);
    expect(inOrder(await numbersOf(page))).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('moves where its address is opened by itself, as OBS does in a browser source', async () => {
    const page = await browser.newPage();
    await page.goto(`${reverie.url}/stream/in.mjpeg`, { waitUntil: 'commit' });
    expect(inOrder(await numbersOf(page))).toBe(true);
    await page.close();
  });
});
