import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { Timeline, TimelineState } from '../../src/contract/timeline.ts';
import { chain, startReverie, within, type Reverie } from '../integration/reverie.ts';
import { launch, LONG, PanelPage, soon } from './panel-page.ts';

let browser: Browser;
let reverie: Reverie;
beforeAll(async () => {
  browser = await launch();
  reverie = await startReverie({ graph: chain('passthrough') });
}, LONG);
afterAll(async () => {
  await browser.close();
  await reverie.dispose();
});

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
});
