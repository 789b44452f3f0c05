import type { Page } from 'playwright-core';
import { call } from '../../tests/e2e/browser-peer.ts';
import { reportBeside } from './beside-bare.ts';
import type { Stage } from './stage.ts';

const TURNS = 3;
/** Left out at the beginning of each turn: a page, a decoder and an encoder that have just started take both cores. */
const WARM = 100;
const bounds = {
  atMost: { p50: 2, p95: null },
  bareThere: { p50: 0.7, p95: 1.3 },
  ratio: null,
} as const;

/** A value set on a data channel and acknowledged by the daemon, beside a bare peer that sends the same text straight back. */
export async function channel(stage: Stage, count: number): Promise<void> {
  const times: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [whose, peer] of [['bare', stage.bare] as const, ['ours', stage.reverie] as const])
      times[whose].push(...(await stage.on(peer, (page) => pings(page, Math.ceil(count / TURNS)))));
  }
  reportBeside('webrtc-data-channel', times.ours, times.bare, bounds, {});
}

async function pings(page: Page, count: number): Promise<number[]> {
  const times = await call<number[]>(page, 'roundTrips', { node: 'out', count: WARM + count });
  return times.slice(WARM);
}
