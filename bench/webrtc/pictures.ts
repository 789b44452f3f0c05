import type { Page } from 'playwright-core';
import type { VideoCodec } from '../../src/protocols/rtp/payload.ts';
import { call } from '../../tests/e2e/browser-peer.ts';
import { report } from '../frames/playing.ts';
import { reportBeside } from './beside-bare.ts';
import { offsetOf, quantile, type Stage } from './stage.ts';

const UP_P50_MS = 15;
/** Daemon and bare peer take turns, so that what else the machine does falls on both. */
const TURNS = 3;

/** From the paint to the pixels on the page. DESIGN §9. */
const down = {
  atMost: { p50: 45, p95: 75 },
  bareThere: { p50: 38, p95: 60 },
  ratio: 1.2,
} as const;

export async function pictures(stage: Stage, codec: VideoCodec, count: number): Promise<void> {
  const ages: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [whose, peer] of [['bare', stage.bare] as const, ['ours', stage.reverie] as const])
      ages[whose].push(...(await stage.on(peer, (page) => seenAges(page, codec, Math.ceil(count / TURNS)))));
  }
  reportBeside('webrtc-to-browser', ages.ours, ages.bare, down, { codec });
  await stage.on(stage.reverie, (page) => fromCanvas(page, codec, count));
}

async function seenAges(page: Page, codec: VideoCodec, count: number): Promise<number[]> {
  const offset = await offsetOf(page);
  return (await call<{ ages: number[] }>(page, 'ages', { node: 'out', codec, count, offset })).ages;
}

/** From the draw in a canvas to a sink. The first second is left out: encoders warm up to the picture. */
async function fromCanvas(page: Page, codec: VideoCodec, count: number): Promise<void> {
  const offset = await offsetOf(page);
  await call(page, 'feed', { node: 'camera', codec, offset });
  await page.waitForTimeout((count / 30) * 1000);
  const { nodes } = await page.evaluate<{ nodes: { id: string; info: { ages?: number[] } }[] }>(
    "fetch('/api/v1/status').then((answer) => answer.json())",
  );
  await call(page, 'stop');
  const ages = (nodes.find(({ id }) => id === 'ages')?.info.ages ?? []).slice(-count + 60);
  const figures = { codec, n: ages.length, p50Ms: quantile(ages, 0.5), p95Ms: quantile(ages, 0.95) };
  const passed = ages.length > 0 && figures.p50Ms <= UP_P50_MS;
  report('webrtc-from-canvas', { passed, figures: { ...figures, boundMs: UP_P50_MS } });
}
