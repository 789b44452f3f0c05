import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReverie, type Reverie } from '../integration/reverie.ts';
import { executablePath, usable } from './chromium.ts';
import { expectSeen, launch, LONG, PanelPage, soon, valueOf } from './panel-page.ts';

describe.skipIf(!usable)(`the dock for OBS${usable ? '' : ` (${executablePath} is missing)`}`, () => {
  let reverie: Reverie;
  let browser: Browser;
  let dock: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    reverie = await startReverie();
    browser = await launch();
    dock = await browser.newPage({ viewport: { width: 300, height: 800 } });
    dock.on('pageerror', (error) => complaints.push(error.message));
    dock.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    await dock.goto(`${reverie.url}/obs/dock`);
    await dock.getByRole('heading', { name: 'Favourites' }).waitFor({ timeout: LONG });
  });

  afterAll(async () => {
    await browser?.close();
    await reverie?.dispose();
  });

  it.each([300, 360, 480])('fits into a dock of %i pixels', async (width) => {
    await dock.setViewportSize({ width, height: 800 });
    expect(await dock.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    for (const name of [/^Recall /, 'Send', 'Pause'])
      expect((await dock.getByRole('button', { name }).first().boundingBox())?.height).toBeGreaterThanOrEqual(
        44,
      );
  });

  it('says how it goes', async () => {
    await expectSeen(dock.getByRole('status').getByText(/Playing/));
  });

  it('sends a prompt', async () => {
    await dock.getByRole('textbox', { name: 'Prompt' }).fill('moss and rain');
    await dock.getByRole('button', { name: 'Send' }).click();
    await expect
      .poll(async () => JSON.stringify(await valueOf(reverie, '/prompts')), soon)
      .toContain('moss and rain');
  });

  it('recalls a preset by its pad, in the time that is chosen', async () => {
    await dock.getByRole('radio', { name: '4', exact: true }).check();
    await expect.poll(() => valueOf(reverie, '/preset/morph/duration'), soon).toBe(4);
    await dock.getByRole('button', { name: 'Recall Deep Current' }).click();
    await expect.poll(() => valueOf(reverie, '/preset'), soon).toBe('Deep Current');
    await dock.locator('[aria-pressed="true"][aria-label="Recall Deep Current"]').waitFor({ timeout: LONG });
  });

  it('shows what is starred in the panel, until it is not any more, and moves it', async () => {
    const panel = await PanelPage.open(browser, reverie.url);
    await panel.page.getByRole('button', { name: 'Choose favourites' }).click();
    await panel.page.getByRole('button', { name: 'Favourite: Strength' }).click();
    const fader = dock.getByRole('slider', { name: 'Strength' });
    await expectSeen(fader);
    expect(await valueOf(reverie, '/favourites')).toEqual(['/main/strength']);
    await fader.fill('0.25');
    await expect.poll(() => valueOf(reverie, '/main/strength'), soon).toBe(0.25);
    await panel.page.getByRole('button', { name: 'Favourite: Strength' }).click();
    await fader.waitFor({ state: 'detached', timeout: LONG });
    await panel.close();
  });

  it('says when Reverie is gone', async () => {
    await reverie.end();
    await expectSeen(dock.getByRole('status').getByText('Reverie does not answer'));
    expect(complaints).toEqual([]);
  });
});
