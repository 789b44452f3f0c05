import type { Browser } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Graph } from '../../src/contract/graph.ts';
import type { MediaFolder } from '../../src/contract/media-file.ts';
import type { RecordingsState } from '../../src/contract/recording.ts';
import { pause, type Reverie } from '../integration/reverie.ts';
import { usable } from './chromium.ts';
import { expectSeen, LONG, PanelPage, soon } from './panel-page.ts';
import { openPanelRoom } from './room.ts';

// How pictures get in and out, as a person uses it: what can be picked, what is done to it, files from this device, recordings.

/** An orange square. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKklEQVR42mP4UGFDU8QwasGoBaMWjFowasGoBaMWjFowasGo' +
  'BaMWDBULADEykFv+W/ywAAAAAElFTkSuQmCC';

describe.skipIf(!usable)('pictures in and out on the panel (needs chromium)', () => {
  let browser: Browser;
  let reverie: Reverie;
  let panel: PanelPage;

  beforeAll(async () => {
    const room = await openPanelRoom({ flags: ['--pipeline', 'passthrough'] });
    ({ browser, reverie } = room);
    return () => room.close();
  });

  afterEach(() => panel.close());

  async function setup(width?: number, height?: number): Promise<PanelPage> {
    panel = await PanelPage.open(browser, reverie.url, width, height);
    await panel.tab('Setup');
    return panel;
  }

  const source = () => panel.page.getByRole('region', { name: 'Source in' });
  const now = () => panel.page.getByRole('group', { name: 'What in is connected to' });
  const playing = async (): Promise<string | undefined> => (await reverie.node('in')).endpoint?.url;
  const files = async (): Promise<string[]> =>
    (await reverie.get<MediaFolder>('files')).files.map(({ name }) => name);
  const recordings = (): Promise<RecordingsState> => reverie.get<RecordingsState>('recordings');

  it('picks a source by its picture, and says how it is', async () => {
    panel = await PanelPage.open(browser, reverie.url);
    const picture = panel.page.waitForRequest(/endpoints\/thumbnail\?url=test-pattern%3Abars/, soon);
    await panel.tab('Setup');
    const bars = source().getByRole('button', { name: 'Pick Test pattern: bars' });
    await bars.click({ timeout: LONG });
    await expect.poll(playing, soon).toBe('test-pattern:bars');
    await expect.poll(() => bars.getAttribute('aria-pressed'), soon).toBe('true');
    await expectSeen(now().getByText('Live', { exact: true }));
    await picture;
  });

  it('says at the field why an address cannot be, and what can be typed', async () => {
    const { page } = await setup();
    const field = source().getByRole('textbox', { name: 'Address of a source' });
    const before = await playing();
    await field.fill('gopher:hole');
    await page.keyboard.press('Enter');
    await expectSeen(source().getByRole('alert').filter({ hasText: 'gopher' }));
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await source().getByText('What can be typed').click();
    await source().getByRole('button', { name: 'file:clip.mp4' }).click();
    expect(await field.inputValue()).toBe('file:clip.mp4');
    expect(await field.getAttribute('aria-invalid')).toBe('false');
    expect(await playing()).toBe(before);
  });

  it('shows what is warming up while the old picture plays on, and takes it now where asked', async () => {
    const { page } = await setup();
    const before = await playing();
    await source().getByRole('textbox', { name: 'Address of a source' }).fill('file:not-there-yet.mp4');
    await page.keyboard.press('Enter');
    await expectSeen(now().getByText('is warming up'));
    expect(await playing()).toBe(before);
    await now().getByRole('button', { name: 'Take it now' }).click();
    await expect.poll(playing, soon).toBe('file:not-there-yet.mp4');
    await expectSeen(now().locator('.remedy'));
    await source().getByRole('button', { name: 'Pick Test pattern: motion' }).click({ timeout: LONG });
    await reverie.live('in', LONG);
  });

  it('turns, mirrors and crops the picture while it plays', async () => {
    const { page } = await setup();
    const { pid } = await reverie.live('in', LONG);
    await source().getByText('Crop, turn and mirror').click();
    await source().getByRole('radio', { name: '90°' }).check();
    await source().getByRole('radio', { name: 'Left to right' }).check();
    await page.getByRole('textbox', { name: /^Cut off left of in, as a number/ }).fill('0.25');
    await page.keyboard.press('Enter');
    await source().getByRole('textbox', { name: 'At most, a second' }).fill('20');
    await page.keyboard.press('Enter');
    const picture = async () =>
      (await reverie.get<Graph>('graph')).nodes.find((node) => node.id === 'in' && node.type === 'source');
    await expect
      .poll(picture, soon)
      .toMatchObject({ picture: { rotate: 90, flip: 'horizontal', crop: { left: 0.25 }, maxRateHz: 20 } });
    expect((await reverie.live('in', LONG)).pid).toBe(pid);
    await reverie.call('PATCH', '/api/v1/graph', {
      nodes: [{ id: 'in', picture: { rotate: 0, flip: 'none' } }],
    });
  });

  it('keeps what was turned before where the page hears of it late', async () => {
    const { page } = await setup();
    await page.route('**/api/v1/graph', async (route) => {
      if (route.request().method() === 'GET') await pause(400);
      await route.continue();
    });
    await source().getByText('Crop, turn and mirror').click();
    const turned = source().getByRole('radio', { name: '180°' });
    const answered = page.waitForResponse((response) => response.request().method() === 'PATCH', soon);
    await turned.check();
    await answered;
    await source().getByRole('radio', { name: 'Upside down' }).check();
    expect(await turned.isChecked()).toBe(true);
    const picture = async () =>
      (await reverie.get<Graph>('graph')).nodes.find((node) => node.id === 'in' && node.type === 'source');
    await expect.poll(picture, soon).toMatchObject({ picture: { rotate: 180, flip: 'vertical' } });
  });

  it('takes in a file from this device, plays it, refuses what is none, and deletes it when held', async () => {
    const { page } = await setup();
    const card = page.getByRole('region', { name: 'Media files' });
    await card.getByLabel('Add files').setInputFiles([
      { name: 'backdrop.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') },
      { name: 'words.png', mimeType: 'image/png', buffer: Buffer.from('no picture at all') },
    ]);
    await expect.poll(files, soon).toEqual(['backdrop.png']);
    await expectSeen(card.getByRole('alert').filter({ hasText: 'words.png' }));
    await card.getByRole('button', { name: 'Dismiss words.png' }).click();
    await card.getByRole('button', { name: 'Play backdrop.png as the source' }).click();
    await expect.poll(playing, soon).toBe('file:backdrop.png');
    await reverie.live('in', LONG);
    await source().getByRole('button', { name: 'Pick Test pattern: motion' }).click({ timeout: LONG });
    await expect.poll(playing, soon).toBe('test-pattern:motion');
    await card.getByRole('button', { name: 'Rename backdrop.png' }).click();
    await card.getByRole('textbox', { name: 'New name of backdrop.png' }).fill('../curtain');
    await page.keyboard.press('Enter');
    await expect.poll(files, soon).toEqual(['curtain.png']);
    await card.getByRole('button', { name: 'Delete curtain.png' }).hover();
    await page.mouse.down();
    await expect.poll(files, soon).toEqual([]);
    await page.mouse.up();
  });

  it('takes in what is dropped on it', async () => {
    const { page } = await setup();
    const card = page.getByRole('region', { name: 'Media files' });
    await card.getByText('Drop clips and pictures here').waitFor(soon);
    await page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob('${png}'), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }));
      document.querySelector('[aria-labelledby=files-title]')
        .dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
    await expect.poll(files, soon).toEqual(['dropped.png']);
    await reverie.call('DELETE', '/api/v1/files/dropped.png');
  });

  /** A second look begins where the first did. */
  async function nothingRecorded(): Promise<void> {
    for (const { id, state } of (await recordings()).takes)
      if (state !== 'stopped') await reverie.call('POST', `/api/v1/recordings/takes/${id}/stop`);
    for (const { name } of (await recordings()).files)
      await reverie.call('DELETE', `/api/v1/recordings/files/${encodeURIComponent(name)}`);
  }

  it('records what the audience sees, shows time and size, and gives the file to download and delete', async () => {
    await nothingRecorded();
    const { page } = await setup();
    await panel.tab('Record');
    const card = page.getByRole('region', { name: 'Record', exact: true });
    await card.getByRole('button', { name: 'Record what the audience sees' }).click();
    const stop = card.getByRole('button', { name: /^Stop recording, (?!0:00)/ });
    await stop.click({ timeout: LONG });
    await expect
      .poll(async () => (await recordings()).files.map(({ state }) => state), soon)
      .toEqual(['done']);
    const old = (await recordings()).files[0]?.name ?? '';
    const list = page.getByRole('region', { name: 'Recordings' });
    await list.getByRole('button', { name: `Rename ${old}` }).click();
    await list.getByRole('textbox', { name: `New name of ${old}` }).fill('opening night');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await recordings()).files[0]?.name, soon).toBe('opening night.mp4');
    const [file] = (await recordings()).files;
    const line = page.locator(`[data-recording="${file?.name}"]`);
    const download = page.waitForEvent('download');
    await line.getByRole('link', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toBe(file?.name);
    await line.getByRole('button', { name: 'Delete' }).hover();
    await page.mouse.down();
    await expect.poll(async () => (await recordings()).files, soon).toEqual([]);
    await page.mouse.up();
  });

  it('saves a still of the picture that is looked at, and what just happened', async () => {
    await nothingRecorded();
    const { page } = await setup();
    await page.getByRole('radio', { name: /^in:/ }).check();
    await page.getByRole('button', { name: 'Save a still', exact: true }).first().click();
    await expectSeen(page.getByText(/^Saved .*\.png$/).first());
    expect((await recordings()).files).toMatchObject([{ kind: 'still', node: 'in' }]);
    await panel.tab('Record');
    await page.getByRole('radio', { name: '10 s', exact: true }).check();
    await page.getByRole('button', { name: /^Save the last (?!0:00)/ }).click({ timeout: LONG });
    await expect
      .poll(async () => (await recordings()).files.map(({ kind, state }) => `${kind} ${state}`), soon)
      .toContain('video done');
  });
});
