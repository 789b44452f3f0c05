import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startReverie, type Reverie } from '../integration/reverie.ts';
import { usable } from './chromium.ts';
import { expectSeen, launch, LONG, PanelPage, soon, startAgain, valueOf } from './panel-page.ts';

// The panel in a real browser on a real daemon, as a person uses it.

describe.skipIf(!usable)('the panel (needs chromium)', () => {
  let browser: Browser;
  let reverie: Reverie;
  let panel: PanelPage;

  beforeAll(async () => {
    browser = await launch();
    reverie = await startReverie();
    await reverie.live('main', LONG);
    await reverie.call('POST', '/api/v1/presets', { name: 'A name that is rather long for a tile' });
  });

  afterAll(async () => {
    await browser?.close();
    await reverie?.dispose();
  });

  afterEach(() => panel.close());

  async function open(width?: number, height?: number): Promise<PanelPage> {
    panel = await PanelPage.open(browser, reverie.url, width, height);
    await panel.fader('Detail').waitFor({ timeout: LONG });
    return panel;
  }

  it('shows a picture that moves, and says by which way it comes', async () => {
    const { page } = await open();
    await page.locator('[data-line="jpeg"]').waitFor({ timeout: LONG });
    await page.getByText(/a second · JPEG pictures/).waitFor({ timeout: LONG });
    const first = await panel.picture();
    await expect.poll(() => panel.picture(), soon).not.toBe(first);
  });

  it('shows the picture of any place on its way', async () => {
    const { page } = await open();
    await page.getByRole('radio', { name: /^in:/ }).check();
    await page.getByRole('img', { name: 'Live picture of in' }).waitFor({ timeout: LONG });
    await page.locator('[data-line="jpeg"]').waitFor({ timeout: LONG });
    await page.getByRole('radio', { name: /^Output:/ }).check();
    await expectSeen(page.getByRole('img', { name: 'Live picture of out' }));
  });

  it('sends a prompt and says what it did', async () => {
    const { page } = await open();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('deep ocean');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('The new prompt plays').waitFor({ timeout: LONG });
    await expect.poll(() => valueOf(reverie, '/main/prompt'), soon).toBe('deep ocean');
  });

  it.each([
    ['a desk', 1280, 800],
    ['a phone', 390, 844],
  ])(
    'says beside the prompt of %s that words outside the lexicon carry no meaning',
    async (_, width, height) => {
      const { page } = await open(width, height);
      await expectSeen(
        page
          .locator('form', { has: page.getByRole('textbox', { name: 'Prompt', exact: true }) })
          .getByText("Words outside Dream's lexicon carry no meaning."),
      );
    },
  );

  it('mixes prompts by weight, with blend, time and curve', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Mix in another' }).click();
    await page.getByRole('textbox', { name: 'Prompt 2', exact: true }).fill('molten gold');
    await page.keyboard.press('Enter');
    await expect.poll(() => valueOf(reverie, '/prompts'), soon).toMatchObject([{}, { text: 'molten gold' }]);
    const weight = panel.fader('How much prompt 2 counts');
    await weight.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => valueOf(reverie, '/prompts/1/weight'), soon).toBe(0);
    await page.getByRole('radiogroup', { name: 'Blend' }).getByRole('radio', { name: 'Slerp' }).check();
    await expect.poll(() => valueOf(reverie, '/prompts/interpolation'), soon).toBe('slerp');
    await page.getByText('How one prompt becomes the next').click();
    await page.getByRole('radio', { name: 'Ease out', exact: true }).check();
    await expect.poll(() => valueOf(reverie, '/transition/curve'), soon).toBe('ease-out');
    await page.getByRole('textbox', { name: 'Transition, as a number' }).fill('2.5');
    await page.keyboard.press('Enter');
    await expect.poll(() => valueOf(reverie, '/transition/duration'), soon).toBe(2.5);
    await page.getByRole('button', { name: 'Take out prompt 2' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => valueOf(reverie, '/prompts'), soon).toHaveLength(1);
  });

  it('shows a prompt that another hand plays', async () => {
    const { page } = await open();
    await reverie.call('POST', '/api/v1/commands', {
      commands: [{ kind: 'prompt', prompts: [{ text: 'autumn forest' }] }],
    });
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Prompt', exact: true }).inputValue(), soon)
      .toBe('autumn forest');
  });

  it('moves a value with the keyboard, and follows a value that another hand moves', async () => {
    const { page } = await open();
    const slider = panel.fader('Strength');
    const before = Number(await slider.inputValue());
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => valueOf(reverie, '/main/strength'), soon).toBeLessThan(before);
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/strength': 0.25 });
    await expect.poll(() => slider.inputValue(), soon).toBe('0.25');
  });

  it('leaves a fader alone while a hand is on it', async () => {
    const { page } = await open();
    const slider = panel.fader('Detail');
    const box = await slider.boundingBox();
    if (box === null) throw new Error('the fader has no place');
    await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
    await page.mouse.down();
    const held = await slider.inputValue();
    expect(Number(held)).toBeCloseTo(0.25, 1);
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/detail': 0.9, '/main/warp': 0.9 });
    await expect.poll(() => panel.fader('Warp').inputValue(), soon).toBe('0.9');
    expect(await slider.inputValue()).toBe(held);
    await page.mouse.up();
    await expect.poll(() => slider.inputValue(), soon).toBe('0.9');
  });

  it('pauses, and goes on', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect.poll(() => valueOf(reverie, '/paused'), soon).toBe(true);
    await page.getByText('Paused: the picture stands still').waitFor({ timeout: LONG });
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => valueOf(reverie, '/paused'), soon).toBe(false);
  });

  it('is played from end to end by the keyboard alone', async () => {
    const { page } = await open();
    await page.getByRole('tab', { name: 'Play' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Presets' }).waitFor({ timeout: LONG });
    await page.keyboard.press('End');
    await page.getByRole('heading', { name: 'Where the time goes' }).waitFor({ timeout: LONG });
    await page.keyboard.press('Home');
    await panel.fader('Detail').waitFor({ timeout: LONG });
    // From the tabs on: the prompt, and what follows it, each with a ring that can be seen.
    await page.keyboard.press('Tab');
    const focused = 'document.activeElement.getAttribute("aria-label")';
    expect(await page.evaluate(focused)).toBe('Prompt');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('cherry blossom');
    await page.keyboard.press('Enter');
    await expect.poll(() => valueOf(reverie, '/main/prompt'), soon).toBe('cherry blossom');
    await page.keyboard.press('Tab');
    const ring = 'getComputedStyle(document.activeElement.closest(".bar")).outlineStyle';
    expect(await page.evaluate(ring)).toBe('solid');
  });

  it('says in plain words when a process was killed, with what it said last, and that it plays again', async () => {
    const { page } = await open();
    await panel.tab('Health');
    const { pid } = await reverie.node('main');
    process.kill(pid ?? 0, 'SIGKILL');
    const node = page.locator('section[data-node="main"]');
    await node.locator('summary').click({ timeout: LONG });
    await node.locator('.fault .remedy').waitFor({ timeout: LONG });
    expect(await node.locator('details').textContent()).toContain('E_RUNNER_KILLED');
    await node.locator('.state', { hasText: 'Playing' }).waitFor({ timeout: LONG });
  });

  it('shows what goes wrong wherever one looks, and takes it away when it is right again', async () => {
    const { page } = await open();
    await panel.tab('Setup');
    const source = page.getByRole('region', { name: 'Source in' });
    await source.getByRole('button', { name: 'File', exact: true }).click();
    await source.getByRole('textbox', { name: 'File' }).fill('/nowhere/clip.mp4');
    await source.getByRole('button', { name: 'Play File' }).click();
    const trouble = page.locator('.trouble[data-node="in"]');
    await trouble.locator('.remedy').waitFor({ timeout: LONG });
    await panel.tab('Play');
    expect(await trouble.isVisible()).toBe(true);
    await panel.tab('Setup');
    await source.getByRole('button', { name: /^Test pattern/ }).click();
    await source.getByRole('button', { name: 'Play Test pattern' }).click();
    await trouble.waitFor({ state: 'detached', timeout: LONG });
    await reverie.live('in', LONG);
  });

  it('switches the pipeline, whose parameters it shows then', async () => {
    const { page } = await open();
    await panel.tab('Setup');
    await page.getByRole('button', { name: 'Play Passthrough' }).click();
    await panel.tab('Play');
    await expectSeen(page.getByText('Passthrough has nothing to set.'));
    await panel.tab('Setup');
    await page.getByRole('button', { name: 'Play Dream' }).click();
    await panel.tab('Play');
    await panel.fader('Warp').waitFor({ timeout: LONG });
    await reverie.live('main', LONG);
  });

  it('asks before it reloads, and reloads once for all that changed', async () => {
    const { page } = await open();
    const width = page.getByRole('textbox', { name: 'Width, as a number' });
    await width.fill('256');
    await page.keyboard.press('Enter');
    const bar = page.getByRole('group', { name: 'Changes that need a reload' });
    await bar.getByText('Width 512 → 256').waitFor({ timeout: LONG });
    expect(await valueOf(reverie, '/main/width')).toBe(512);
    await bar.getByRole('button', { name: 'Leave as it was' }).click();
    await expect.poll(() => width.inputValue(), soon).toBe('512');
    await width.fill('256');
    await page.keyboard.press('Enter');
    await bar.getByRole('button', { name: 'Reload now' }).click();
    await reverie.until('main', ({ size }) => size?.width === 256, LONG);
    await bar.waitFor({ state: 'detached', timeout: LONG });
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/width': 512 });
  });

  it('tells why a value was refused, and shows again what plays', async () => {
    const { page } = await open();
    const box = page.getByRole('textbox', { name: 'Speed, as a number' });
    const before = await box.inputValue();
    await box.fill('99');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: '/main/speed' }).waitFor({ timeout: LONG });
    await expect.poll(() => box.inputValue(), soon).toBe(before);
  });

  it('says how another device gets here while only this machine can', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Play from another device' }).click();
    await expectSeen(page.getByText('Reverie listens on this machine only'));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden', timeout: LONG });
  });

  it('draws rates and times of the last minute, and shows the log', async () => {
    const { page } = await open();
    await panel.tab('Health');
    await page
      .getByRole('img', { name: /^Rate in the last minute/ })
      .first()
      .waitFor({ timeout: LONG });
    await expectSeen(page.getByRole('img', { name: /^Own work in the last minute/ }).first());
    await page.getByText('Log', { exact: true }).click();
    await page.getByRole('log').getByText(/\w/).first().waitFor({ timeout: LONG });
  });

  it('comes back by itself when the daemon was away, with what changed meanwhile', async () => {
    const { page } = await open();
    const { port } = new URL(reverie.url);
    await reverie.end();
    const lost = page.getByText('The connection to Reverie is lost');
    await lost.waitFor({ timeout: LONG });
    reverie = await startAgain(reverie, port);
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/strength': 0.5 });
    await lost.waitFor({ state: 'detached', timeout: LONG });
    await expect.poll(() => panel.fader('Strength').inputValue(), soon).toBe('0.5');
    const first = await panel.picture();
    await expect.poll(() => panel.picture(), soon).not.toBe(first);
  });
});
