import type { Browser } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ModulationState } from '../../src/contract/modulation.ts';
import type { ObsReport, ObsRule } from '../../src/contract/obs.ts';
import { chain, type Reverie } from '../integration/reverie.ts';
import { usable } from './chromium.ts';
import { LONG, PanelPage, soon } from './panel-page.ts';
import { openPanelRoom } from './room.ts';

// With an OBS that nobody has started: tests/integration/obs.test.ts plays with the real one.

describe.skipIf(!usable)('OBS on the panel (needs chromium)', () => {
  let browser: Browser;
  let reverie: Reverie;
  let panel: PanelPage;

  beforeAll(async () => {
    const room = await openPanelRoom({ graph: chain('dream'), flags: ['--obs', 'ws://127.0.0.1:9'] });
    ({ browser, reverie } = room);
    return () => room.close();
  });

  afterEach(() => panel.close());

  async function open(tab: string): Promise<PanelPage> {
    panel = await PanelPage.open(browser, reverie.url);
    await panel.page.getByRole('tab', { name: tab }).click();
    return panel;
  }

  const rules = async (): Promise<readonly ObsRule[]> =>
    (await reverie.get<ObsReport>('obs')).rules.map(({ rule }) => rule);

  it('says why it is not there and what to do, and rules are made and taken out', async () => {
    const { page } = await open('Setup');
    const card = page.getByRole('region', { name: 'OBS' });
    await card.getByText(/Nobody answers as OBS/).waitFor({ timeout: LONG });
    await card.getByText(/WebSocket Server Settings/).waitFor({ timeout: LONG });
    await card.getByRole('button', { name: 'Add a rule' }).click();
    await expect.poll(rules, soon).toMatchObject([{ id: 'rule-1', kind: 'program-preset', morph: null }]);
    await card.getByRole('combobox', { name: 'Morph' }).selectOption('beats');
    await expect.poll(rules, soon).toMatchObject([{ morph: { unit: 'beats', duration: 1 }, warm: true }]);
    await card.getByRole('combobox', { name: 'preview' }).selectOption('wait');
    await expect.poll(rules, soon).toMatchObject([{ morph: { unit: 'beats', duration: 1 }, warm: false }]);
    await card.getByRole('combobox', { name: 'Rule' }).selectOption('prompt-text');
    await expect.poll(rules, soon).toMatchObject([{ id: 'rule-1', kind: 'prompt-text', enabled: true }]);
    await card.getByRole('button', { name: 'On', exact: true }).click();
    await expect.poll(rules, soon).toMatchObject([{ enabled: false }]);
    await card.getByRole('button', { name: 'Remove this rule' }).hover();
    await page.mouse.down();
    await expect.poll(rules, soon).toEqual([]);
    await page.mouse.up();
  });

  it('lets a sound of OBS move a fader in place of a wave, and back', async () => {
    const { page } = await open('Play');
    const wave = async (): Promise<unknown> =>
      (await reverie.get<{ modulations: ModulationState[] }>('modulations')).modulations[0]?.modulation ??
      null;
    await page.getByRole('button', { name: 'Wave on Warp' }).click({ timeout: LONG });
    await page.getByRole('radio', { name: 'A sound of OBS' }).check({ timeout: LONG });
    await expect.poll(wave, soon).toMatchObject({ polarity: 'unipolar', meter: { attack: 0.02, gate: -60 } });
    await page.getByRole('radio', { name: 'A wave' }).check();
    await expect.poll(wave, soon).not.toHaveProperty('meter');
    await page.getByRole('button', { name: 'Take off' }).click();
    await expect.poll(wave, soon).toBeNull();
  });
});
