import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ParameterState } from '../../src/contract/command.ts';
import { Reverie, startReverie, within } from '../integration/reverie.ts';

// The page in a real browser on a real daemon, as a person uses it.
const executablePath = '/usr/bin/chromium';
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const silent = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const LONG = 30_000;

// Runs in the browser, whose types the rest of the house does without.
const measure = `({
  wide: document.documentElement.scrollWidth - innerWidth,
  nameless: [...document.querySelectorAll('input, select, textarea')]
    .filter((control) => control.labels.length === 0 && !control.hasAttribute('aria-label')).length,
  small: [...document.querySelectorAll('button, input, select')]
    .map((control) => control.getBoundingClientRect().height)
    .filter((height) => height > 0 && height < 32).length,
})`;

/** The same home at the same port: the daemon that an open page is waiting for. */
async function startAgain({ home, url }: Reverie, port: string): Promise<Reverie> {
  const flags = ['--port', port, '--osc-port', '0', '--home', home];
  const again = new Reverie(
    home,
    spawn(process.execPath, [resolve('dist/src/cli.js'), ...flags], { stdio: 'ignore' }),
  );
  again.url = url;
  const answers = async (): Promise<boolean> => (await fetch(`${url}/health`).catch(() => null))?.ok === true;
  await within(LONG, 'the daemon', () => 'no answer', answers);
  return again;
}

describe.skipIf(!existsSync(executablePath) && process.env['CI'] === undefined)(
  'the page (needs chromium)',
  () => {
    let browser: Browser;
    let reverie: Reverie;
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: [...quiet, ...silent] });
      reverie = await startReverie();
      await reverie.live('main', LONG);
    });

    afterAll(async () => {
      await browser?.close();
      await reverie?.dispose();
    });

    afterEach(async () => {
      await page.close();
      if (complaints.length > 0) throw new Error(`The page complained: ${complaints.join('; ')}`);
    });

    async function open(width = 1280, height = 800): Promise<Page> {
      page = await browser.newPage({ viewport: { width, height } });
      complaints = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(reverie.url);
      await page.locator('#stages input[type=range]').first().waitFor({ timeout: LONG });
      return page;
    }

    async function valueOf(address: string): Promise<unknown> {
      const { parameters } = await reverie.get<{ parameters: ParameterState[] }>('parameters');
      return parameters.find((parameter) => parameter.address === address)?.value;
    }

    const soon = { timeout: LONG };

    it('shows a picture that moves', async () => {
      await open();
      const picture = (): Promise<string> =>
        page.evaluate<string>("document.querySelector('canvas').toDataURL('image/jpeg', 0.3)");
      await page.locator('#no-picture').waitFor({ state: 'hidden', timeout: LONG });
      const first = await picture();
      await expect.poll(picture, soon).not.toBe(first);
    });

    it('sends a prompt and says what it did', async () => {
      await open();
      await page.locator('#prompts textarea').first().fill('deep ocean');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.locator('.said', { hasText: 'prompt plays' }).waitFor({ timeout: LONG });
      await expect.poll(() => valueOf('/main/prompt'), soon).toBe('deep ocean');
    });

    it('moves a value with the keyboard, and follows a value that another hand moves', async () => {
      await open();
      const slider = page.getByLabel('Strength', { exact: true });
      const before = Number(await slider.inputValue());
      await slider.focus();
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => valueOf('/main/strength'), soon).toBeLessThan(before);
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/strength': 0.25 });
      await expect.poll(() => slider.inputValue(), soon).toBe('0.25');
    });

    it('leaves a slider alone while a hand is on it', async () => {
      await open();
      const slider = page.getByLabel('Detail', { exact: true });
      const box = await slider.boundingBox();
      if (box === null) throw new Error('the slider has no place');
      await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
      await page.mouse.down();
      const held = await slider.inputValue();
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/detail': 0.9, '/main/warp': 0.9 });
      await expect.poll(() => page.getByLabel('Warp', { exact: true }).inputValue(), soon).toBe('0.9');
      expect(await slider.inputValue()).toBe(held);
      await page.mouse.up();
      await expect.poll(() => slider.inputValue(), soon).toBe('0.9');
    });

    it('says in plain words when a process was killed, with what it said last, and that it plays again', async () => {
      await open();
      await reverie.killAndWait('main', 'SIGKILL', LONG);
      const node = page.locator('[data-node="main"]');
      await node.locator('summary').click({ timeout: LONG });
      await node.locator('.remedy').waitFor({ timeout: LONG });
      expect(await node.locator('details').textContent()).toContain('E_RUNNER_KILLED');
      await node.locator('.state', { hasText: 'Playing' }).waitFor({ timeout: LONG });
    });

    it.each([
      [1440, 900],
      [820, 1180],
      [390, 844],
    ])('fits a screen of %i by %i, and every control has a name', async (width, height) => {
      await open(width, height);
      const found = await page.evaluate(measure);
      expect(found).toEqual({ wide: 0, nameless: 0, small: 0 });
    });

    it('comes back by itself when the daemon was away, with what changed meanwhile', async () => {
      await open();
      const { port } = new URL(reverie.url);
      await reverie.end();
      await page.locator('#lost').waitFor({ state: 'visible', timeout: LONG });
      reverie = await startAgain(reverie, port);
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/strength': 0.5 });
      await page.locator('#lost').waitFor({ state: 'hidden', timeout: LONG });
      await expect.poll(() => page.getByLabel('Strength', { exact: true }).inputValue(), soon).toBe('0.5');
    });
  },
);
