import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { nowUs } from '../../src/contract/clock.ts';
import { openPeer } from '../../tests/e2e/browser-peer.ts';
import { overLoopback } from '../../tests/e2e/chromium.ts';
import { graphOf, startReverie, type Reverie } from '../../tests/integration/reverie.ts';
import { Namespace } from '../../tests/support/namespace.ts';
import { startBare, type Bare } from './bare.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/${name}/index.js`, import.meta.url));

const SIDE = 512;
/** A little under 30, so that within a second pictures come at every moment between two refreshes of the browser's 60 Hz screen. */
const RATE_HZ = 29.5;

const graph = graphOf(
  [
    {
      id: 'in',
      type: 'source',
      adapter: 'clock-source',
      config: { width: SIDE, height: SIDE, rateHz: RATE_HZ },
    },
    { id: 'main', type: 'stage', pipeline: 'passthrough' },
    { id: 'out', type: 'sink', adapter: 'stills' },
    { id: 'camera', type: 'source', adapter: 'webrtc' },
    { id: 'ages', type: 'sink', adapter: 'clock-sink' },
  ],
  [
    ['in', 'main'],
    ['main', 'out'],
    ['camera', 'ages'],
  ],
);

/** A daemon, the bare peer and a Chromium, alone in a network that has only loopback. */
export class Stage {
  readonly reverie: Reverie;
  readonly bare: Bare;
  readonly namespace: Namespace;
  readonly #browser: Browser;

  private constructor(namespace: Namespace, reverie: Reverie, bare: Bare, browser: Browser) {
    this.namespace = namespace;
    this.reverie = reverie;
    this.bare = bare;
    this.#browser = browser;
  }

  static async open(): Promise<Stage> {
    const namespace = await Namespace.open();
    const reverie = await startReverie({
      graph,
      wrap: namespace.enter,
      flags: ['--adapter-import', fixture('clock-source'), '--adapter-import', fixture('clock-sink')],
    });
    const source = new URL('../fixtures/clock-source/run.js', import.meta.url).href;
    const bare = await startBare(namespace.enter, { source, side: SIDE, rateHz: RATE_HZ });
    const executablePath = namespace.wrapper('/usr/bin/chromium');
    const browser = await chromium.launch({ executablePath, args: overLoopback });
    return new Stage(namespace, reverie, bare, browser);
  }

  /** A page of its own for every measurement, with what tests/e2e/browser-peer.ts gives it. */
  async on<T>({ url }: { readonly url: string }, work: (page: Page) => Promise<T>): Promise<T> {
    const page = await this.#browser.newPage();
    try {
      await openPeer(page, url);
      return await work(page);
    } finally {
      await page.close();
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.bare.close();
    await this.reverie.dispose();
    this.namespace.close();
  }
}

/** What to add to `performance.now()` of the page to have the clock of the runners, milliseconds. */
export async function offsetOf(page: Page): Promise<number> {
  let best = { took: Infinity, offset: 0 };
  for (let i = 0; i < 200; i += 1) {
    const before = nowUs() / 1000;
    const there = await page.evaluate<number>('performance.now()');
    const after = nowUs() / 1000;
    if (after - before < best.took) best = { took: after - before, offset: (before + after) / 2 - there };
  }
  return best.offset;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}
