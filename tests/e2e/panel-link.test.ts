import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { encode } from 'uqr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Namespace } from '../support/namespace.ts';
import { overLoopback, usableAlone } from './chromium.ts';
import { expectSeen, LONG } from './panel-page.ts';
import { openRoom, type Room } from './room.ts';

const ADDRESS = '10.99.0.1';

// A machine with an address of its own in a network, and a daemon that listens there.
describe.skipIf(!usableAlone)('a link for another device (needs chromium and root)', () => {
  let room: Room;
  let desk: Page;

  beforeAll(async () => {
    const namespace = await Namespace.open();
    await namespace.run('ip', ['address', 'add', `${ADDRESS}/32`, 'dev', 'lo']);
    const flags = ['--pipeline', 'passthrough', '--host', ADDRESS];
    room = await openRoom(overLoopback, { flags }, namespace);
    const words = [resolve('dist/src/cli.js'), 'token', '--home', room.reverie.home];
    const told = String(await namespace.run(process.execPath, words));
    const token = /^token (\S+)$/m.exec(told)?.[1] ?? '';
    desk = await room.browser.newPage({ viewport: { width: 1440, height: 900 } });
    await desk.goto(`${room.reverie.url}/#token=${token}`);
    await desk.getByRole('tabpanel').waitFor({ timeout: LONG });
  });

  afterAll(async () => {
    await room?.close();
  });

  it('is drawn as a QR code, and signs the device in that opens it, once', async () => {
    await desk.getByRole('button', { name: 'Play from another device' }).click();
    const dialog = desk.getByRole('dialog');
    const code = dialog.getByRole('img', { name: /^QR code of http/ });
    await code.waitFor({ timeout: LONG });
    const link = (await dialog.locator('.link').textContent())?.trim() ?? '';
    expect(new URL(link).hostname).toBe(ADDRESS);
    const drawn = (await code.locator('path').getAttribute('d')) ?? '';
    const dark = [...drawn.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x} ${y}`);
    // Four light squares all around are what ISO/IEC 18004 asks for.
    const { size, data } = encode(link, { ecc: 'M', border: 4 });
    expect(dark).toEqual(data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`${x} ${y}`] : []))));
    expect(await code.getAttribute('viewBox')).toBe(`0 0 ${size} ${size}`);

    const phone = await room.browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await phone.newPage();
    await page.goto(link);
    await page.getByRole('tabpanel').waitFor({ timeout: LONG });
    await expectSeen(page.getByText('Passthrough has nothing to set.'));
    expect(page.url()).toBe(`${new URL(link).origin}/`);
    const [cookie] = await phone.cookies();
    expect(cookie).toMatchObject({ domain: ADDRESS, httpOnly: true, sameSite: 'Strict' });
    await phone.close();

    const stranger = await room.browser.newContext();
    const again = await stranger.newPage();
    await again.goto(link);
    await again.getByLabel('Token').waitFor({ timeout: LONG });
    await stranger.close();
  });
});
