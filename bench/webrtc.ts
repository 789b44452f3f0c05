/**
 * WebRTC with a real Chromium, both in a network that has only loopback (needs root): from the paint in a source to the pixels in
 * the browser, from the draw in a canvas to a sink, and the round trip of a data channel. The painted number is a time, so that each
 * picture tells its own age; clocks are one, CLOCK_MONOTONIC, whose offset in the page is taken from the fastest of many looks.
 */
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { nowUs } from '../src/contract/clock.ts';
import { call, openPeer } from '../tests/e2e/browser-peer.ts';
import { overLoopback } from '../tests/e2e/chromium.ts';
import { graphOf, startReverie } from '../tests/integration/reverie.ts';
import { Namespace } from '../tests/support/namespace.ts';
import { report } from './frames/playing.ts';

const quick = process.argv.includes('--quick');
const PICTURES = quick ? 150 : 600;
const PINGS = quick ? 200 : 1_000;
/** DESIGN's bounds, milliseconds. */
const bounds = { downP50: 45, downP95: 75, upP50: 15, roundTripP50: 2 };
const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}/index.js`, import.meta.url));

const graph = graphOf(
  [
    { id: 'in', type: 'source', adapter: 'clock-source', config: { width: 512, height: 512, rateHz: 30 } },
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

/** What to add to `performance.now()` of the page to have the clock of the runners, milliseconds. */
async function offsetOf(page: Page): Promise<number> {
  let best = { took: Infinity, offset: 0 };
  for (let i = 0; i < 200; i += 1) {
    const before = nowUs() / 1000;
    const there = await page.evaluate<number>('performance.now()');
    const after = nowUs() / 1000;
    if (after - before < best.took) best = { took: after - before, offset: (before + after) / 2 - there };
  }
  return best.offset;
}

const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
};

async function down(page: Page, codec: string): Promise<void> {
  const offset = await offsetOf(page);
  const wish = { node: 'out', codec, count: PICTURES, offset };
  const { ages } = await call<{ ages: number[] }>(page, 'ages', wish);
  const figures = { codec, pictures: ages.length, p50Ms: quantile(ages, 0.5), p95Ms: quantile(ages, 0.95) };
  const passed = figures.p50Ms <= bounds.downP50 && figures.p95Ms <= bounds.downP95;
  report('webrtc-to-browser', { passed, figures: { ...figures, boundMs: [bounds.downP50, bounds.downP95] } });
}

async function up(page: Page, codec: string): Promise<void> {
  const offset = await offsetOf(page);
  await call(page, 'feed', { node: 'camera', codec, offset });
  await page.waitForTimeout((PICTURES / 30) * 1000);
  const { nodes } = await page.evaluate<{ nodes: { id: string; info: { ages?: number[] } }[] }>(
    "fetch('/api/v1/status').then((answer) => answer.json())",
  );
  await call(page, 'stop');
  const ages = (nodes.find(({ id }) => id === 'ages')?.info.ages ?? []).slice(-PICTURES + 60);
  const figures = { codec, pictures: ages.length, p50Ms: quantile(ages, 0.5), p95Ms: quantile(ages, 0.95) };
  const passed = ages.length > 0 && figures.p50Ms <= bounds.upP50;
  report('webrtc-from-canvas', { passed, figures: { ...figures, boundMs: bounds.upP50 } });
}

async function roundTrip(page: Page): Promise<void> {
  const times = await call<number[]>(page, 'roundTrips', { node: 'out', count: PINGS });
  const figures = { pings: times.length, p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95) };
  report('webrtc-data-channel', {
    passed: figures.p50Ms <= bounds.roundTripP50,
    figures: { ...figures, boundMs: bounds.roundTripP50 },
  });
}

const namespace = await Namespace.open();
const reverie = await startReverie({
  graph,
  wrap: namespace.enter,
  flags: ['--adapter-import', fixture('clock-source'), '--adapter-import', fixture('clock-sink')],
});
const browser = await chromium.launch({
  executablePath: namespace.wrapper('/usr/bin/chromium'),
  args: overLoopback,
});
try {
  for (const codec of ['vp8', 'h264']) {
    const page = await browser.newPage();
    await openPeer(page, reverie.url);
    await down(page, codec);
    await up(page, codec);
    await page.close();
  }
  const page = await browser.newPage();
  await openPeer(page, reverie.url);
  await roundTrip(page);
} finally {
  await browser.close();
  await reverie.dispose();
  namespace.close();
}
