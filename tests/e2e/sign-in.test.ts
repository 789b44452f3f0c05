import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReverie, type Reverie } from '../integration/reverie.ts';
import { executablePath, usable, withoutWebRtc } from './chromium.ts';
import { LONG, startAgain } from './panel-page.ts';

// A configured name that Chromium resolves to this machine: to the daemon its requests come from beyond, as by a proxy.
const name = 'stage.local';

describe.skipIf(!usable)(`another device signs in${usable ? '' : ` (${executablePath} is missing)`}`, () => {
  let reverie: Reverie;
  let browser: Browser;
  let outside: string;

  beforeAll(async () => {
    reverie = await startReverie({ flags: ['--allow-host', name] });
    outside = reverie.url.replace('127.0.0.1', name);
    browser = await chromium.launch({
      executablePath,
      args: [...withoutWebRtc, `--host-resolver-rules=MAP ${name} 127.0.0.1`],
    });
  });
  afterAll(async () => {
    await browser.close();
    await reverie.dispose();
  });

  function newToken(): string {
    const words = [resolve('dist/src/cli.js'), 'token', '--home', reverie.home];
    const { stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    return /^token (\S+)$/m.exec(stdout)?.[1] ?? '';
  }

  const playing = (page: Page) => page.getByRole('tabpanel').waitFor({ timeout: LONG });

  test('a link signs in, and leaves no token in the address, the history or what scripts can read', async () => {
    const token = newToken();
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    await page.goto(`${outside}/#token=${token}`);
    await playing(page);
    expect(page.url()).toBe(`${outside}/`);
    expect(await page.evaluate<string>('document.cookie')).toBe('');
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(cookie?.value).not.toContain(token);
    await page.goBack();
    expect(page.url()).not.toContain(token);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('an open page whose token is replaced asks for the new one, and comes back to where it was', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${outside}/#token=${newToken()}`);
    await playing(page);
    await page.getByRole('tab', { name: 'Health' }).click();
    await page.getByRole('radio', { name: /^in:/ }).check();
    const token = newToken();
    const field = page.getByLabel('Token');
    await field.waitFor({ timeout: LONG });
    await page.getByRole('status').getByText('no longer signed in').waitFor({ timeout: LONG });
    await field.fill(token);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Where the time goes' }).waitFor({ timeout: LONG });
    await page.getByRole('img', { name: 'Live picture of in' }).waitFor({ timeout: LONG });
    expect(page.url()).toBe(`${outside}/`);
    await context.close();
  });

  test('a page that was away while the token was replaced asks for the new one when the daemon is back', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(`${outside}/#token=${newToken()}`);
    await playing(page);
    await page.getByRole('tab', { name: 'Setup' }).click();
    const { port } = new URL(reverie.url);
    await reverie.end();
    await page.getByText('The connection to Reverie is lost').waitFor({ timeout: LONG });
    const token = newToken();
    reverie = await startAgain(reverie, port, '--allow-host', name);
    const field = page.getByLabel('Token');
    await field.waitFor({ timeout: LONG });
    // Another page of this browser signs in, by a link: the one that waits goes on too, as soon as it is seen again.
    const other = await context.newPage();
    await other.goto(`${outside}/#token=${token}`);
    await playing(other);
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.getByRole('heading', { name: 'Source' }).waitFor({ timeout: LONG });
    expect(page.url()).toBe(`${outside}/`);
    await context.close();
  });

  test('who comes without a link is asked for the token, told when it is wrong, and let in when it is right', async () => {
    const token = newToken();
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(`${outside}/`);
    const field = page.getByLabel('Token');
    await field.waitFor({ timeout: LONG });
    await field.fill('not-the-token');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('not the right one').waitFor({ timeout: LONG });
    await field.fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await playing(page);
    expect(page.url()).toBe(`${outside}/`);
    await context.close();
  });
});
