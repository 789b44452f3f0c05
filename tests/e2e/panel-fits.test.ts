import type { Browser } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Reverie } from '../integration/reverie.ts';
import { usable } from './chromium.ts';
import { faultsOf, fine } from './faults-of-page.ts';
import { LONG, PanelPage, pages } from './panel-page.ts';
import { openPanelRoom } from './room.ts';

// Every page of the panel on every screen, and under a keyboard.

/** A knob of a controller that is not there. */
const bound = {
  source: { protocol: 'midi', device: 'nanoKONTROL2', kind: 'cc', channel: 1, number: 74 },
  target: { kind: 'address', address: '/main/strength' },
};
/** Points at both edges, close together and named at length. */
const points = {
  length: 60,
  tracks: [{ address: '/main/warp', keyframes: [0, 0.5, 59, 60].map((at) => ({ at, value: at / 60 })) }],
  prompts: [{ clips: [{ at: 0, prompts: [{ text: 'a rather long prompt that is cut off somewhere' }] }] }],
  marks: [{ at: 58, command: { kind: 'preset', preset: 'A name that is rather long for a tile' } }],
};

const MOST_STEPS = 400;

interface Focus {
  /** Its index in the document. */
  readonly place: number;
  readonly html: string;
  /** `none` where the keyboard is with the browser. */
  readonly kind: 'control' | 'tab' | 'none';
  /** An outline of two pixels at least, its own or that of the control it is the inside of. */
  readonly ring: boolean;
  readonly inView: boolean;
}

// Runs in the browser.
const focus = `(() => {
  const at = document.activeElement;
  const ringed = (each) => each !== null && getComputedStyle(each).outlineStyle !== 'none' && parseFloat(getComputedStyle(each).outlineWidth) >= 2;
  const box = at.getBoundingClientRect();
  return {
    place: [...document.querySelectorAll('*')].indexOf(at),
    html: at.outerHTML.slice(0, 300),
    kind: at === document.body ? 'none' : at.getAttribute('role') === 'tab' ? 'tab' : 'control',
    ring: ringed(at) || ringed(at.closest('.bar, label')),
    inView: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
})()`;

describe.skipIf(!usable)('the pages of the panel (need chromium)', () => {
  let browser: Browser;
  let reverie: Reverie;
  let panel: PanelPage;

  beforeAll(async () => {
    const room = await openPanelRoom();
    ({ browser, reverie } = room);
    await reverie.call('POST', '/api/v1/presets', { name: 'A name that is rather long for a tile' });
    return () => room.close();
  });

  afterEach(() => panel.close());

  async function open(width?: number, height?: number): Promise<PanelPage> {
    panel = await PanelPage.open(browser, reverie.url, width, height);
    await panel.fader('Detail').waitFor({ timeout: LONG });
    return panel;
  }

  it.each([
    [1440, 900],
    [1024, 768],
    [820, 1180],
    [768, 1024],
    [390, 844],
    [844, 390],
  ])('fits a screen of %i by %i: nothing is cut off, too small or without a name', async (width, height) => {
    await reverie.call('PUT', '/api/v1/bindings', { bindings: [bound] });
    await reverie.call('PUT', '/api/v1/timeline', points);
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/stength': 1 });
    const { page } = await open(width, height);
    await page.getByRole('button', { name: /^Wave on Warp/ }).click();
    await page.getByRole('group', { name: 'Wave on Warp' }).waitFor({ timeout: LONG });
    await page.getByText('How one prompt becomes the next').click();
    expect(await faultsOf(page)).toEqual(fine);
    await panel.tab('Setup');
    await page
      .getByRole('button', { name: /^Pick Test pattern/ })
      .first()
      .waitFor({ timeout: LONG });
    for (const folded of ['What can be typed', 'Crop, turn and mirror'])
      await page.getByText(folded).first().click();
    expect(await faultsOf(page)).toEqual(fine);
    await panel.tab('Health');
    await page.getByText('Log', { exact: true }).click();
    await page.getByRole('log').getByText(/\w/).first().waitFor({ timeout: LONG });
    expect(await faultsOf(page)).toEqual(fine);
    await panel.tab('Presets');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByText('How one preset becomes the next').click();
    expect(await faultsOf(page)).toEqual(fine);
    await panel.tab('Timeline');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.locator('.handles button').first().waitFor({ timeout: LONG });
    expect(await faultsOf(page)).toEqual(fine);
    await panel.tab('Record');
    await page.getByRole('heading', { name: 'Recordings' }).waitFor({ timeout: LONG });
    expect(await faultsOf(page)).toEqual(fine);
    await panel.tab('Devices');
    await page.locator('[data-binding] summary').click();
    expect(await faultsOf(page)).toEqual(fine);
    await panel.tab('Activity');
    await page.locator('[data-outcome="refused"]').first().waitFor({ timeout: LONG });
    expect(await faultsOf(page)).toEqual(fine);
    await panel.tab('Play');
    await page.getByRole('button', { name: 'Map', exact: true }).click();
    await page.getByRole('button', { name: 'Bind Speed' }).click();
    await page.getByRole('button', { name: 'Stop binding Speed' }).waitFor({ timeout: LONG });
    expect(await faultsOf(page)).toEqual(fine);
    await page.getByRole('button', { name: 'Stop binding Speed' }).click();
  });

  it.each(pages)('show where the keyboard is, on %s', async (name) => {
    await reverie.call('PUT', '/api/v1/bindings', { bindings: [bound] });
    await reverie.call('PUT', '/api/v1/timeline', points);
    const { page } = await open();
    await panel.tab(name);
    await page.getByRole('tab', { name }).focus();
    const seen: Focus[] = [];
    for (let step = 0; step < MOST_STEPS; step += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate<Focus>(focus);
      if (at.kind === 'tab') break;
      if (at.kind === 'control') seen.push(at);
    }
    expect(seen.filter(({ ring, inView }) => !ring || !inView)).toEqual([]);
    expect(seen.length).toBeGreaterThan(5);
    // Back at the tabs: who goes on comes by everything once, and nothing holds the keyboard.
    expect(new Set(seen.map(({ place }) => place)).size).toBe(seen.length);
    expect(await page.evaluate<Focus>(focus)).toMatchObject({ kind: 'tab' });
  });
});
