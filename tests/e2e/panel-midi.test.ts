import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BindingReport } from '../../src/contract/binding.ts';
import { startReverie, type Reverie } from '../integration/reverie.ts';
import { buildForJack, JackDevice, JackServer } from '../support/jack.ts';
import { describeWithPeer } from '../support/peers.ts';
import { expectSeen, launch, LONG, PanelPage, soon, valueOf } from './panel-page.ts';

// Map mode as a performer uses it: real MIDI bytes of a device on JACK, its lamp on the page, and what it is told back.

describeWithPeer('chromium', 'Map mode in a browser', () => {
  describeWithPeer('g++', 'with a MIDI device', () => {
    describeWithPeer('jackd', 'on a real port', () => {
      let browser: Browser;
      let reverie: Reverie;
      let server: JackServer;
      let device: JackDevice;

      beforeAll(async () => {
        const build = await buildForJack();
        server = await JackServer.start();
        device = await JackDevice.open(build, server, 'nanoKONTROL2');
        await device.plug();
        browser = await launch();
        reverie = await startReverie({ env: { NODE_OPTIONS: build.nodeOptions, ...server.environment } });
        await reverie.until('midi', ({ info }) =>
          JSON.stringify(info['devices'] ?? null).includes('"open":true'),
        );
      }, 120_000);

      afterAll(async () => {
        await browser?.close();
        await reverie?.dispose();
        await device?.close();
        await server?.stop();
      });

      it('binds a control of the page to a fader, shows its lamp, and moves the fader back', async () => {
        const panel = await PanelPage.open(browser, reverie.url);
        const { page } = panel;
        await panel.fader('Glow').waitFor(soon);
        await page.getByRole('button', { name: 'Map', exact: true }).click();
        await page.getByRole('button', { name: 'Bind Glow' }).click();
        await expectSeen(page.getByText('Glow: move a fader, knob or pad now.'));
        await device.send('b00710', 'b00720', 'b00730', 'b00740', 'b00750');
        await expectSeen(page.getByText('CC 7 of nanoKONTROL2 · channel 1 plays Glow now.'));
        await device.send('b0077f');
        await expect.poll(() => valueOf(reverie, '/main/glow'), soon).toBe(1);
        await page.getByRole('button', { name: 'Map', exact: true }).click();
        await expect.poll(() => panel.fader('Glow').inputValue(), soon).toBe('1');
        await panel.fader('Glow').focus();
        await page.keyboard.press('Home');
        await expect.poll(() => device.got.at(-1), { timeout: LONG }).toBe('b00700');
        await panel.tab('Devices');
        const lamp = page.locator('[data-device="midi:nanoKONTROL2"]');
        let level = 0;
        await expect
          .poll(async () => {
            level = 64 - level;
            await device.send(`b007${level.toString(16).padStart(2, '0')}`);
            return lamp.getAttribute('data-lit');
          }, soon)
          .toBe('true');
        expect((await reverie.get<BindingReport>('bindings')).bindings).toHaveLength(1);
        await panel.close();
      });
    });
  });
});
