import type { Browser } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chain, fixture, type Reverie } from '../integration/reverie.ts';
import { usable } from './chromium.ts';
import { faultsOf, fine } from './faults-of-page.ts';
import { LONG, PanelPage, soon, valueOf } from './panel-page.ts';
import { openPanelRoom } from './room.ts';

// Every widget that there is, on a pipeline that declares them all: each plays its parameter, and follows it.

describe.skipIf(!usable)('the widgets of the panel (needs chromium)', () => {
  let browser: Browser;
  let reverie: Reverie;
  let panel: PanelPage;

  beforeAll(async () => {
    const file = fixture('pipelines/everything.js');
    const flags = ['--pipeline-import', `${file}#default`, '--pipeline-import', `${file}#less`];
    const room = await openPanelRoom({ graph: chain('everything'), flags });
    ({ browser, reverie } = room);
    return () => room.close();
  });

  afterEach(() => panel.close());

  async function open(width?: number, height?: number): Promise<PanelPage> {
    panel = await PanelPage.open(browser, reverie.url, width, height);
    await panel.fader('Mix').waitFor({ timeout: LONG });
    return panel;
  }

  const expectValue = (key: string, wanted: unknown): Promise<void> =>
    expect.poll(() => valueOf(reverie, `/main/${key}`), soon).toEqual(wanted);
  const put = (key: string, value: unknown): Promise<unknown> =>
    reverie.call('PATCH', '/api/v1/parameters', { [`/main/${key}`]: value });

  it('a fader, dragged over its whole way and typed', async () => {
    const { page } = await open();
    const box = await panel.fader('Mix').boundingBox();
    if (box === null) throw new Error('the fader has no place');
    await page.mouse.move(box.x + box.width / 2, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 2, box.y + 10, { steps: 5 });
    await expectValue('mix', 1);
    await page.mouse.up();
    await page.getByRole('textbox', { name: 'Mix, as a number' }).fill('0,35');
    await page.keyboard.press('Enter');
    await expectValue('mix', 0.35);
    await put('mix', 0.6);
    await expect.poll(() => panel.fader('Mix').inputValue(), soon).toBe('0.6');
    await panel.fader('Count').focus();
    await page.keyboard.press('End');
    await expectValue('count', 8);
  });

  it('a fader under a finger: a scroll moves nothing, a drag moves it from where it stands', async () => {
    await put('mix', 0.5);
    const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(reverie.url);
    const fader = page.getByRole('slider', { name: 'Mix', exact: true });
    await expect.poll(() => fader.inputValue(), soon).toBe('0.5');
    await fader.scrollIntoViewIfNeeded();
    const box = await fader.boundingBox();
    if (box === null) throw new Error('the fader has no place');
    const touch = await context.newCDPSession(page);
    const at = (x: number, y: number) => ({ touchPoints: [{ x: box.x + x, y: box.y + y }] });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', ...at(20, 20) });
    for (let y = 20; y > -120; y -= 20)
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', ...at(20, y) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    expect(await valueOf(reverie, '/main/mix')).toBe(0.5);
    await fader.scrollIntoViewIfNeeded();
    const now = await fader.boundingBox();
    const y = (now?.y ?? 0) + 20;
    const along = (x: number) => ({ touchPoints: [{ x: box.x + x, y }] });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', ...along(20) });
    for (let x = 20; x <= 80; x += 5)
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', ...along(x) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect.poll(() => valueOf(reverie, '/main/mix'), soon).toBeGreaterThan(0.55);
    expect(await valueOf(reverie, '/main/mix')).toBeLessThan(0.8);
    await context.close();
    await open();
  });

  it('a number without a range', async () => {
    const { page } = await open();
    const box = page.getByRole('textbox', { name: 'Offset' });
    await box.fill('-12.5');
    await page.keyboard.press('Enter');
    await expectValue('offset', -12.5);
    await put('offset', 3);
    await expect.poll(() => box.inputValue(), soon).toBe('3');
  });

  it('a toggle', async () => {
    const { page } = await open();
    const toggle = page.getByRole('switch', { name: 'Mirror' });
    await toggle.click();
    await expectValue('mirror', true);
    await put('mirror', false);
    await expect.poll(() => toggle.isChecked(), soon).toBe(false);
  });

  it('a choice', async () => {
    const { page } = await open();
    const select = page.getByRole('combobox', { name: /^Blend mode/ });
    await select.selectOption('soft-light');
    await expectValue('blend_mode', 'soft-light');
    await put('blend_mode', 'screen');
    await expect.poll(() => select.inputValue(), soon).toBe('screen');
  });

  it('a text, which is not changed under the one who types', async () => {
    const { page } = await open();
    const text = page.getByRole('textbox', { name: 'Title' });
    await text.fill('on my w');
    await put('title', 'somebody else');
    await put('mix', 0.11);
    await expect.poll(() => panel.fader('Mix').inputValue(), soon).toBe('0.11');
    expect(await text.inputValue()).toBe('on my w');
    await page.keyboard.press('Enter');
    await expectValue('title', 'on my w');
    await put('title', 'again');
    await expect.poll(() => text.inputValue(), soon).toBe('again');
  });

  it('a colour', async () => {
    const { page } = await open();
    const colour = page.getByLabel(/^Tint/);
    await colour.fill('#00ff80');
    await expectValue('tint', '#00ff80');
    await page.keyboard.press('Tab');
    await put('tint', '#112233');
    await expect.poll(() => colour.inputValue(), soon).toBe('#112233');
  });

  it('a list, and why a wrong one is refused', async () => {
    const { page } = await open();
    const list = page.getByRole('textbox', { name: 'Points' });
    await list.fill('0.1, 0.5, 0.9');
    await page.keyboard.press('Enter');
    await expectValue('curve_points', [0.1, 0.5, 0.9]);
    await list.fill('0.1, 7');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: '/main/curve_points' }).waitFor({ timeout: LONG });
    await expectValue('curve_points', [0.1, 0.5, 0.9]);
  });

  it('a trigger, by mouse and by key, once each', async () => {
    const { page } = await open();
    const sent: string[] = [];
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(String(payload))));
    await page.reload();
    const button = page.getByRole('button', { name: 'Flash' });
    await button.click();
    await button.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await expect.poll(() => sent.filter((text) => text.includes('/main/flash')).length, soon).toBe(3);
  });

  it('only the fields of the mode it is in', async () => {
    const { page } = await open();
    await panel.fader('Only video').waitFor({ timeout: LONG });
    expect(await panel.fader('Only text').count()).toBe(0);
    const mode = page.getByRole('radiogroup', { name: 'What the picture is made from' });
    await mode.getByRole('radio', { name: 'Prompt' }).check();
    await panel.fader('Only text').waitFor({ timeout: LONG });
    await panel.fader('Only video').waitFor({ state: 'detached', timeout: LONG });
    await mode.getByRole('radio', { name: 'Automatic' }).check();
    await panel.fader('Only video').waitFor({ timeout: LONG });
  });

  it('the size of the picture: presets, and one side that follows the other, confirmed as one', async () => {
    const { page } = await open();
    const size = page.getByRole('group', { name: 'Size of the picture' });
    const [width, height] = [size.getByRole('textbox').first(), size.getByRole('textbox').last()];
    await size.getByRole('button', { name: '576 × 320' }).click();
    expect([await width.inputValue(), await height.inputValue()]).toEqual(['576', '320']);
    await size.getByRole('button', { name: 'Turn' }).click();
    expect([await width.inputValue(), await height.inputValue()]).toEqual(['320', '576']);
    await size.getByRole('button', { name: 'Keep the shape' }).click();
    await width.fill('640');
    await page.keyboard.press('Enter');
    expect(await height.inputValue()).toBe('1152');
    await expectValue('width', 320);
    const { pid } = await reverie.node('main');
    await page.getByRole('button', { name: 'Reload now' }).click();
    await expectValue('width', 640);
    await expectValue('height', 1152);
    await reverie.until('main', (node) => node.pid !== pid && node.status.state === 'live', LONG);
  });

  it('noise: a fader and a toggle together', async () => {
    const { page } = await open();
    const noise = page.getByRole('group', { name: 'Noise' });
    await noise.getByRole('slider', { name: 'Noise scale' }).focus();
    await page.keyboard.press('Home');
    await expectValue('noise_scale', 0);
    await noise.getByRole('switch', { name: 'Follow the motion' }).click();
    await expectValue('noise_controller', false);
  });

  it('reference pictures: added, changed and taken out', async () => {
    const { page } = await open();
    const vace = page.getByRole('group', { name: 'Reference pictures (VACE)' });
    await vace.getByRole('textbox', { name: 'Path of another picture' }).fill('/pictures/a.png');
    await page.keyboard.press('Enter');
    await expectValue('vace_ref_images', ['/pictures/a.png']);
    await vace.getByRole('textbox', { name: 'Path of picture 1' }).fill('/pictures/b.png');
    await page.keyboard.press('Enter');
    await expectValue('vace_ref_images', ['/pictures/b.png']);
    await vace.getByRole('button', { name: 'Take out picture 1' }).click();
    await expectValue('vace_ref_images', []);
  });

  it('adapters: each with its scale, and how they are merged behind a confirmation', async () => {
    const { page } = await open();
    const lora = page.getByRole('group', { name: 'LoRA adapters' });
    await lora.getByRole('textbox', { name: 'Path of another adapter' }).fill('/loras/ink.safetensors');
    await page.keyboard.press('Enter');
    await expectValue('loras', [{ path: '/loras/ink.safetensors', scale: 1 }]);
    await lora.getByRole('slider', { name: 'Scale' }).focus();
    await page.keyboard.press('Home');
    await expectValue('loras', [{ path: '/loras/ink.safetensors', scale: -2 }]);
    await lora.getByRole('combobox', { name: /^Merge strategy/ }).selectOption('runtime_peft');
    await expectValue('lora_merge_strategy', 'permanent_merge');
    await page.getByRole('button', { name: 'Leave as it was' }).click();
    await lora.getByRole('button', { name: 'Take out adapter 1' }).click();
    await expectValue('loras', []);
  });

  it('denoising steps: as many as the schema allows, always running down', async () => {
    const { page } = await open();
    const steps = page.getByRole('group', { name: 'Denoising steps' });
    const add = steps.getByRole('button', { name: 'Add a step' });
    await add.click();
    await expectValue('denoising_steps', [1000, 750, 375]);
    await steps.getByRole('slider', { name: 'Step 2' }).focus();
    await page.keyboard.press('Home');
    await expectValue('denoising_steps', [1000, 0, 0]);
    await add.click();
    expect(await add.isDisabled()).toBe(true);
    for (const _ of [1, 2, 3]) await steps.getByRole('button', { name: 'Take out step 1' }).click();
    await expectValue('denoising_steps', [0]);
    expect(await steps.getByRole('button', { name: 'Take out step 1' }).isDisabled()).toBe(true);
  });

  it('cache, precision and a picture', async () => {
    const { page } = await open();
    await page
      .getByRole('group', { name: 'Cache' })
      .getByRole('switch', { name: 'Manage by itself' })
      .click();
    await expectValue('manage_cache', false);
    await page.getByRole('radio', { name: 'Fp8 e4m3fn' }).check();
    await expectValue('quantization', 'none');
    await page.getByRole('button', { name: 'Reload now' }).click();
    await expectValue('quantization', 'fp8_e4m3fn');
    await page.getByRole('textbox', { name: 'First frame' }).fill('/pictures/first.png');
    await page.keyboard.press('Enter');
    await expectValue('first_frame_image', '/pictures/first.png');
    await page.getByRole('button', { name: 'Take out First frame' }).click();
    await expectValue('first_frame_image', '');
  });

  it.each([
    [1440, 900],
    [820, 1180],
    [390, 844],
  ])('fit a screen of %i by %i, all of them', async (width, height) => {
    const { page } = await open(width, height);
    await page.getByRole('group', { name: 'Cache' }).waitFor({ timeout: LONG });
    expect(await faultsOf(page)).toEqual(fine);
  });

  it('only what the pipeline supports', async () => {
    const { page } = await open();
    await reverie.call('PATCH', '/api/v1/graph', { nodes: [{ id: 'main', pipeline: 'less' }] });
    await page.getByRole('heading', { name: 'Less' }).waitFor({ timeout: LONG });
    await panel.fader('Mix').waitFor({ timeout: LONG });
    for (const name of ['Reference pictures (VACE)', 'LoRA adapters', 'Cache', 'Precision of the weights'])
      expect(await page.getByRole('group', { name }).count()).toBe(0);
    expect(await page.getByRole('textbox', { name: 'Prompt' }).count()).toBe(0);
    await page.getByRole('group', { name: 'Noise' }).waitFor({ timeout: LONG });
    await reverie.call('PATCH', '/api/v1/graph', { nodes: [{ id: 'main', pipeline: 'everything' }] });
    await page.getByRole('group', { name: 'Cache' }).waitFor({ timeout: LONG });
  });
});
