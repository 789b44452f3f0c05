import { createSocket } from 'node:dgram';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BindingReport } from '../../src/contract/binding.ts';
import type { CueListState } from '../../src/contract/cue.ts';
import type { ModulationState } from '../../src/contract/modulation.ts';
import type { PresetSummary } from '../../src/contract/preset.ts';
import type { Reverie } from '../integration/reverie.ts';
import { artDmx } from '../src/protocols/artnet/packets.ts';
import { usable } from './chromium.ts';
import { expectSeen, LONG, PanelPage, soon, valueOf } from './panel-page.ts';
import { openPanelRoom } from './room.ts';

// What is played beside the faders: activity, tempo, presets and cues, waves, mapping and devices, as a person uses them.

describe.skipIf(!usable)('the panel among controllers (needs chromium)', () => {
  let browser: Browser;
  let reverie: Reverie;
  let panel: PanelPage;
  const desk = createSocket('udp4');

  beforeAll(async () => {
    const room = await openPanelRoom({ flags: ['--artnet-host', '127.0.0.1', '--artnet-port', '0'] });
    ({ browser, reverie } = room);
    return () => room.close();
  });

  afterAll(() => desk.close());

  afterEach(() => panel.close());

  async function open(width?: number, height?: number): Promise<PanelPage> {
    panel = await PanelPage.open(browser, reverie.url, width, height);
    await panel.fader('Detail').waitFor({ timeout: LONG });
    return panel;
  }

  /** Channels of universe 3 from 1 on, as a lighting desk sends them. */
  async function send(...levels: number[]): Promise<void> {
    const { info } = await reverie.live('artnet');
    const port = Number(String(info['listening']).split(':').at(-1));
    await new Promise<void>((done, failed) =>
      desk.send(artDmx(3, levels), port, '127.0.0.1', (error) => (error === null ? done() : failed(error))),
    );
  }

  const put = (values: object): Promise<unknown> => reverie.call('PATCH', '/api/v1/parameters', values);
  const bound = async (): Promise<BindingReport> => reverie.get<BindingReport>('bindings');
  const presetNames = async (): Promise<string[]> =>
    (await reverie.get<{ presets: PresetSummary[] }>('presets')).presets
      .filter(({ shipped }) => !shipped)
      .map(({ name }) => name);

  it('shows what arrives: a moving value as one line, a refused one with what helps', async () => {
    const { page } = await open();
    await panel.tab('Activity');
    for (let step = 1; step <= 20; step += 1) await put({ '/main/warp': step / 20 });
    const line = page.locator('[data-address="/main/warp"][data-outcome="applied"]');
    await expectSeen(line.getByText('20 times'));
    await expectSeen(line.getByText('1', { exact: true }));
    await put({ '/main/wrap': 0.5 });
    const refused = page.locator('[data-address="/main/wrap"]');
    await expectSeen(refused.getByText('Did you mean /main/warp?'));
    await expectSeen(refused.locator('.remedy'));
    await page.getByRole('button', { name: 'Refused only' }).click();
    await expect.poll(() => line.count(), soon).toBe(0);
    await expectSeen(refused);
  });

  it('stands still while it is held, and goes on with what came meanwhile', async () => {
    const { page } = await open();
    await panel.tab('Activity');
    await put({ '/main/glow': 0.2 });
    await expectSeen(page.locator('[data-address="/main/glow"]'));
    await page.getByRole('button', { name: 'Hold' }).click();
    await put({ '/main/contrast': 0.2 });
    await expectSeen(page.getByText('Stands still; 1 line is new.'));
    expect(await page.locator('[data-address="/main/contrast"]').count()).toBe(0);
    await page.getByRole('button', { name: 'Hold' }).click();
    await expectSeen(page.locator('[data-address="/main/contrast"]'));
  });

  it('sets the tempo typed and tapped, and its lamp walks', async () => {
    const { page } = await open();
    const bpm = page.getByRole('textbox', { name: 'Beats per minute' });
    await bpm.fill('96');
    await page.keyboard.press('Enter');
    await expect.poll(() => valueOf(reverie, '/tempo'), soon).toBe(96);
    const lamp = page.getByRole('img', { name: 'Beat, 4 in a bar' });
    const first = await lamp.getAttribute('data-beat');
    await expect.poll(() => lamp.getAttribute('data-beat'), soon).not.toBe(first);
    const taps = Number(await valueOf(reverie, '/tempo/tap'));
    await page.getByRole('button', { name: 'TAP' }).click();
    await expect.poll(() => valueOf(reverie, '/tempo/tap'), soon).toBe(taps + 1);
  });

  it('shows what waits for its beat, and takes it back', async () => {
    const { page } = await open();
    await put({ '/main/detail': 0.5, '/tempo': 20 });
    await reverie.call('POST', '/api/v1/commands', {
      commands: [{ kind: 'set', address: '/main/detail', value: 0.9, at: { seconds: 600 } }],
    });
    await page.getByRole('button', { name: 'More of the tempo; 1 wait' }).click();
    await page.getByRole('button', { name: 'Cancel /main/detail' }).click();
    await expectSeen(page.getByText('Nothing waits for its beat'));
    await page.getByRole('radio', { name: 'Bar', exact: true }).check();
    await expect.poll(() => valueOf(reverie, '/tempo/quantize'), soon).toBe('bar');
    await page.getByRole('radio', { name: 'At once' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden', timeout: LONG });
    expect(await valueOf(reverie, '/main/detail')).toBe(0.5);
  });

  it('saves a preset, recalls it by a press and by its number, renames it, and deletes it when held', async () => {
    const { page } = await open();
    await put({ '/main/strength': 0.3 });
    await panel.tab('Presets');
    await page.getByRole('radio', { name: '0', exact: true }).check();
    await page.getByRole('textbox', { name: 'Name of the new preset' }).fill('Quiet');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const tile = page.getByRole('button', { name: 'Recall Quiet' });
    await expectSeen(tile);
    await put({ '/main/strength': 0.8 });
    await tile.click();
    await expect.poll(() => valueOf(reverie, '/main/strength'), soon).toBe(0.3);
    await expect.poll(() => tile.getAttribute('aria-pressed'), soon).toBe('true');
    await put({ '/main/strength': 0.8 });
    await page.keyboard.press('1');
    await expect.poll(() => valueOf(reverie, '/main/strength'), soon).toBe(0.3);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByRole('button', { name: 'Rename Quiet' }).click();
    await page.getByRole('textbox', { name: 'New name of Quiet' }).fill('Calm');
    await page.keyboard.press('Enter');
    await expect.poll(presetNames, soon).toEqual(['Calm']);
    const remove = page.getByRole('button', { name: 'Delete Calm' });
    await remove.click();
    expect(await presetNames()).toEqual(['Calm']);
    await remove.hover();
    await page.mouse.down();
    await expect.poll(presetNames, soon).toEqual([]);
    await page.mouse.up();
  });

  it('puts presets in another order by hand and by key, and takes in what was exported', async () => {
    for (const name of ['One', 'Two', 'Three']) await reverie.call('POST', '/api/v1/presets', { name });
    const { page } = await open();
    await panel.tab('Presets');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const handle = (name: string) => page.getByRole('button', { name: new RegExp(`^Move ${name}:`) });
    const from = await handle('Three').boundingBox();
    const to = await page.getByRole('button', { name: 'Recall One' }).boundingBox();
    if (from === null || to === null) throw new Error('the tiles have no place');
    await page.mouse.move(from.x + 20, from.y + 20);
    await page.mouse.down();
    await page.mouse.move(to.x + 10, to.y + 40, { steps: 3 });
    await page.mouse.up();
    await expect.poll(presetNames, soon).toEqual(['Three', 'One', 'Two']);
    await handle('Three').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(presetNames, soon).toEqual(['One', 'Three', 'Two']);
    const focused = 'document.activeElement.getAttribute("aria-label")';
    await expect.poll(() => page.evaluate(focused), soon).toMatch(/^Move Three:/);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export presets' }).click();
    const file = await (await download).path();
    await page.getByLabel('Import presets').setInputFiles(file);
    await expectSeen(page.getByText('3 presets came in.'));
    await page
      .getByLabel('Import presets')
      .setInputFiles({ name: 'broken.json', mimeType: 'application/json', buffer: Buffer.from('{') });
    await expectSeen(page.getByRole('alert').filter({ hasText: /line 1/i }));
    const { presets } = await reverie.get<{ presets: PresetSummary[] }>('presets');
    for (const { id, shipped } of presets)
      if (!shipped) await reverie.call('DELETE', `/api/v1/presets/${id}`);
  });

  it('plays a list of cues with GO and BACK', async () => {
    const { page } = await open();
    for (const [name, strength] of [
      ['First', 0.1],
      ['Second', 0.9],
    ] as const) {
      await put({ '/main/strength': strength });
      await reverie.call('POST', '/api/v1/presets', { name, what: 'values' });
    }
    await panel.tab('Presets');
    await page.getByRole('radio', { name: '0', exact: true }).check();
    for (const name of ['First', 'Second']) {
      await page.getByRole('combobox', { name: /^Preset/ }).selectOption({ label: name });
      await page.getByRole('button', { name: 'Add cue' }).click();
      await expectSeen(page.getByRole('button', { name: new RegExp(`^Go to cue \\d, ${name}`) }));
      if (name === 'First') await page.getByRole('button', { name: 'Edit cues' }).click();
    }
    const go = page.getByRole('button', { name: 'GO', exact: true });
    await go.click();
    await expect.poll(() => valueOf(reverie, '/main/strength'), soon).toBe(0.1);
    await go.click();
    await expect.poll(() => valueOf(reverie, '/main/strength'), soon).toBe(0.9);
    await page.getByRole('button', { name: 'BACK' }).click();
    await expect.poll(() => valueOf(reverie, '/main/strength'), soon).toBe(0.1);
    expect((await reverie.get<CueListState>('cues')).position).toBe(1);
  });

  it('puts a wave on a fader, which shows the value that plays beside the one the hand set', async () => {
    const { page } = await open();
    const waves = async (): Promise<readonly ModulationState[]> =>
      (await reverie.get<{ modulations: ModulationState[] }>('modulations')).modulations;
    await put({ '/main/warp': 0.5, '/tempo': 120 });
    await page.getByRole('button', { name: 'Wave on Warp' }).click();
    const wave = page.getByRole('group', { name: 'Wave on Warp' });
    await wave.getByRole('radio', { name: 'Saw' }).check();
    await wave.getByRole('radio', { name: 'Hz' }).check();
    await wave.getByRole('radio', { name: '2', exact: true }).check();
    await panel.fader('Depth of the wave on Warp').focus();
    await page.keyboard.press('End');
    await expect
      .poll(waves, soon)
      .toMatchObject([
        { address: '/main/warp', modulation: { shape: 'saw', sync: 'free', hz: 2, depth: 1 }, base: 0.5 },
      ]);
    const played = page.locator('.played');
    const place = async (): Promise<number | undefined> => (await played.boundingBox())?.x;
    const first = await place();
    await expect.poll(place, soon).not.toBe(first);
    expect(await panel.fader('Warp').inputValue()).toBe('0.5');
    await wave.getByRole('button', { name: 'Take off' }).click();
    await expect.poll(waves, soon).toEqual([]);
    await expect.poll(() => played.count(), soon).toBe(0);
  });

  it('binds a control of the page to one of a desk, plays it from there, and lets it go by a press', async () => {
    const { page } = await open();
    await put({ '/main/glow': 0.5 });
    await send(10, 0);
    await page.getByRole('button', { name: 'Map', exact: true }).click();
    await page.getByRole('button', { name: 'Bind Glow' }).click();
    await expectSeen(page.getByText('Glow: move a fader, knob or pad now.'));
    for (const level of [40, 90, 160, 255]) await send(10, level);
    await expectSeen(page.getByText('DMX 2 of Universe 3 plays Glow now.'));
    await send(10, 51);
    await expect.poll(() => valueOf(reverie, '/main/glow'), soon).toBe(0.2);
    await page.getByRole('button', { name: 'Take DMX 2 of 3 away from Glow' }).click();
    await expect.poll(async () => (await bound()).bindings, soon).toEqual([]);
  });

  it('leaves nothing behind where binding is called off', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Map', exact: true }).click();
    await page.getByRole('button', { name: 'Bind Warp' }).click();
    await expect.poll(async () => (await bound()).learn.state, soon).toBe('listening');
    await page.keyboard.press('Escape');
    await expectSeen(page.getByText('Warp is as it was.'));
    expect((await bound()).learn.state).toBe('cancelled');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('group', { name: 'Mapping' }).count(), soon).toBe(0);
    await send(10, 200);
    await send(10, 20);
    expect((await bound()).bindings).toEqual([]);
  });

  it('sets the bank, the encoder and the lamp of a binding, and goes to another bank', async () => {
    await reverie.call('PUT', '/api/v1/bindings', {
      bindings: [
        {
          source: { protocol: 'midi', device: 'nanoKONTROL2', kind: 'cc', channel: 1, number: 74 },
          target: { kind: 'address', address: '/main/strength' },
        },
      ],
    });
    const { page } = await open();
    await panel.tab('Devices');
    const row = page.locator('[data-binding]');
    await row.locator('summary').click();
    const pick = (name: string, option: string): Promise<unknown> =>
      page.getByRole('combobox', { name, exact: true }).selectOption({ label: option });
    const type = async (name: string, text: string): Promise<void> => {
      await row.getByRole('textbox', { name, exact: true }).fill(text);
      await page.keyboard.press('Enter');
    };
    await pick('Mode', 'Endless encoder');
    await row.getByRole('combobox', { name: 'One back is' }).waitFor(soon);
    await pick('One back is', '65');
    await type('Step of a click', '0.05');
    await pick('Lamp', 'A note');
    await type('Number of the lamp', '12');
    await type('Lit by', '21');
    await pick('Bank', '3');
    await expect
      .poll(async () => (await bound()).bindings, soon)
      .toMatchObject([
        {
          mode: 'relative',
          encoding: 'sign-magnitude',
          step: 0.05,
          bank: 3,
          active: false,
          feedback: { on: true, lit: 21, to: { kind: 'note', channel: 1, number: 12 } },
        },
      ]);
    await expectSeen(row.getByText('bank 3, which does not play now'));
    await pick('Bank that plays', '3');
    await expect.poll(() => row.getByText('which does not play now').count(), soon).toBe(0);
    expect(await valueOf(reverie, '/bank')).toBe(3);
    await reverie.call('PUT', '/api/v1/bindings', { bindings: [] });
    await put({ '/bank': 1 });
  });

  it('lists what is bound with its range, and lights the lamp of the desk that plays', async () => {
    await reverie.call('POST', '/api/v1/bindings', {
      source: { protocol: 'artnet', device: '3', kind: 'dmx', channel: 0, number: 1 },
      target: { kind: 'address', address: '/main/strength' },
    });
    const { page } = await open();
    await panel.tab('Devices');
    const row = page.locator('[data-binding]');
    await expectSeen(row.getByText('DMX 1'));
    await row.locator('summary').click();
    await row.getByRole('textbox', { name: 'To' }).fill('0.5');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await bound()).bindings, soon).toMatchObject([{ maximum: 0.5 }]);
    const lamp = page.locator('[data-device="artnet:127.0.0.1"]');
    let level = 0;
    await expect
      .poll(async () => {
        await send((level = 255 - level), 0);
        return lamp.getAttribute('data-lit');
      }, soon)
      .toBe('true');
    await expect.poll(() => lamp.getAttribute('data-lit'), soon).toBe('false');
    await row.getByRole('button', { name: /^Remove/ }).hover();
    await page.mouse.down();
    await expect.poll(async () => (await bound()).bindings, soon).toEqual([]);
    await page.mouse.up();
  });
});
