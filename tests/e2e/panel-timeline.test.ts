import { beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { Timeline, TimelineState } from '../../src/contract/timeline.ts';
import { chain, within, type Reverie } from '../integration/reverie.ts';
import { LONG, PanelPage, soon } from './panel-page.ts';
import { openPanelRoom } from './room.ts';

let browser: Browser;
let reverie: Reverie;
beforeAll(async () => {
  const room = await openPanelRoom({ graph: chain('passthrough') });
  ({ browser, reverie } = room);
  return () => room.close();
}, LONG);

const state = () => reverie.get<TimelineState>('timeline/state');
const timeline = () => reverie.get<Timeline>('timeline');

describe('The timeline on the page', () => {
  it('is played, moved by the ruler, recorded on and taken back', { timeout: 2 * LONG }, async () => {
    await reverie.call('PUT', '/api/v1/timeline', {
      length: 60,
      prompts: [{ clips: [{ at: 10, prompts: [{ text: 'molten gold' }] }] }],
    });
    const panel = await PanelPage.open(browser, reverie.url);
    const { page } = panel;
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await panel.tab('Timeline');
    await page.getByText('molten gold').first().waitFor(soon);
    const ruler = page.getByRole('slider', { name: 'Position' });
    const box = await ruler.boundingBox();
    await ruler.click({ position: { x: (box?.width ?? 0) / 2, y: 10 } });
    await within(
      LONG,
      'the ruler',
      () => '',
      async () => Math.abs((await state()).position - 30) < 1,
    );
    await button('Record').click();
    await button('Play the timeline').click();
    await button('Hold the timeline').waitFor(soon);
    await within(
      LONG,
      'play',
      () => '',
      async () => (await state()).playing,
    );
    await reverie.call('PATCH', '/api/v1/parameters', { '/prompt': 'deep ocean' });
    await button('Stop the timeline').click();
    await page.getByText('deep ocean').first().waitFor(soon);
    expect((await timeline()).prompts[0]?.clips).toHaveLength(2);
    await button('Take back').click();
    await page
      .getByText('deep ocean')
      .first()
      .waitFor({ ...soon, state: 'detached' });
    expect((await timeline()).prompts[0]?.clips).toHaveLength(1);
    await panel.close();
  });

  it('is edited by hand: a point is dragged, moved by keys, removed, and all of it taken back', async () => {
    const points = [
      { at: 0, value: 0 },
      { at: 20, value: 0.5 },
      { at: 40, value: 1 },
    ];
    await reverie.call('PUT', '/api/v1/timeline', {
      length: 60,
      tracks: [{ address: '/gone/level', keyframes: points }],
      marks: [{ at: 8, command: { kind: 'trigger', address: '/cue/go' } }],
    });
    const panel = await PanelPage.open(browser, reverie.url);
    const { page } = panel;
    await panel.tab('Timeline');
    await page.getByRole('button', { name: 'Next cue' }).waitFor(soon);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const keyframes = async () => (await timeline()).tracks[0]?.keyframes ?? [];
    const middle = page.getByRole('button', { name: '0:20.00 · 0.5', exact: true });
    const box = await middle.boundingBox();
    const lane = await page.locator('.handles').last().boundingBox();
    if (box === null || lane === null) throw new Error('the point has no place');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + lane.width / 12, y - lane.height * 0.23, { steps: 4 });
    await page.mouse.up();
    await expect
      .poll(keyframes, soon)
      .toMatchObject([
        { at: 0 },
        { at: expect.closeTo(25, 0) as number, value: expect.closeTo(0.75, 1) as number },
        { at: 40 },
      ]);
    await page.getByRole('button', { name: '0:40.00 · 1', exact: true }).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(async () => (await keyframes())[2]?.at, soon).toBe(41);
    await page.getByRole('button', { name: 'Remove 0:41.00 · 1' }).click();
    await expect.poll(async () => (await keyframes()).length, soon).toBe(2);
    const back = page.getByRole('button', { name: 'Take back', exact: true });
    await back.click();
    await expect.poll(async () => (await keyframes())[2]?.at, soon).toBe(41);
    await back.click();
    await back.click();
    await expect.poll(keyframes, soon).toMatchObject(points);
    await panel.close();
  });

  it('lets a finger drag a point', async () => {
    await reverie.call('PUT', '/api/v1/timeline', {
      length: 60,
      prompts: [{ clips: [{ at: 30, prompts: [{ text: 'ember' }] }] }],
    });
    const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(reverie.url);
    await page.getByRole('tab', { name: 'Timeline' }).tap();
    await page.getByRole('button', { name: 'Edit', exact: true }).tap();
    const point = page.getByRole('button', { name: '0:30.00 · ember', exact: true });
    await point.scrollIntoViewIfNeeded();
    const box = await point.boundingBox();
    const lane = await page.locator('.handles').boundingBox();
    if (box === null || lane === null) throw new Error('the point has no place');
    const touch = await context.newCDPSession(page);
    const at = (share: number) => ({
      x: box.x + box.width / 2 + lane.width * share,
      y: box.y + box.height / 2,
    });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at(0)] });
    for (const share of [0.05, 0.15, 0.25])
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [at(share)] });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect.poll(async () => (await timeline()).prompts[0]?.clips[0]?.at, soon).toBeCloseTo(45, 0);
    await context.close();
  });
});
