/**
 * Takes the pictures of the panel in docs/pictures from a real daemon and a real browser. They show frame rates: take them on a
 * quiet machine. Build first: it runs what is in `dist`. Chromium and ffmpeg are those of the tests.
 *
 *   npm run panel-pictures [-- desktop setup obs …]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { overLoopback } from '../tests/e2e/chromium.ts';
import { PanelPage, launch } from '../tests/e2e/panel-page.ts';
import { openRoom } from '../tests/e2e/room.ts';
import { startReverie, type Reverie } from '../tests/integration/reverie.ts';

/** Until the picture is there and its rate is counted. */
const SETTLE_MS = 8000;

interface Scene {
  readonly size: readonly [number, number];
  readonly prepare?: (panel: PanelPage, reverie: Reverie) => Promise<unknown>;
}

const desk = [1440, 900] as const;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

const scenes: Readonly<Record<string, Scene>> = {
  desktop: { size: desk },
  tablet: { size: [820, 1180] },
  phone: { size: [390, 844] },
  presets: {
    size: desk,
    async prepare(panel, reverie) {
      for (const preset of ['aurora-drift', 'ember-cathedral']) {
        await reverie.call('POST', '/api/v1/cues', { preset, morph: { duration: 8 } });
      }
      await panel.tab('Presets');
    },
  },
  timeline: {
    size: desk,
    async prepare(panel, reverie) {
      await reverie.call('PUT', '/api/v1/timeline', timeline);
      await panel.tab('Timeline');
      await button(panel.page, 'Edit').click();
    },
  },
  map: {
    size: desk,
    async prepare(panel, reverie) {
      await reverie.call('PUT', '/api/v1/bindings', { bindings: [knob] });
      await button(panel.page, 'Map').click();
      await button(panel.page, 'Bind Warp').click();
    },
  },
  activity: {
    size: desk,
    async prepare(panel, reverie) {
      await panel.tab('Activity');
      for (let step = 1; step <= 24; step += 1)
        await reverie.call('PATCH', '/api/v1/parameters', { '/main/warp': step / 24 });
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/wrap': 0.5 });
    },
  },
  setup: { size: desk, prepare: (panel) => panel.tab('Setup') },
  record: {
    size: desk,
    async prepare(panel) {
      await panel.tab('Record');
      await button(panel.page, 'Save a still').first().click();
      await panel.page.getByRole('radio', { name: '30 s', exact: true }).check();
      await panel.page
        .getByRole('region', { name: 'Record', exact: true })
        .getByRole('button', { name: /^Record / })
        .click();
    },
  },
};

const knob = {
  source: { protocol: 'midi', device: 'nanoKONTROL2', kind: 'cc', channel: 1, number: 74 },
  target: { kind: 'address', address: '/main/strength' },
};
const timeline = {
  length: 60,
  tracks: [
    {
      address: '/main/strength',
      keyframes: [
        { at: 0, value: 0.2 },
        { at: 14, value: 0.9, curve: 'ease-in-out' },
        { at: 32, value: 0.4, curve: 'hold' },
        { at: 45, value: 1 },
      ],
    },
  ],
  prompts: [
    {
      clips: [
        { at: 3, prompts: [{ text: 'deep ocean' }] },
        { at: 24, prompts: [{ text: 'molten gold' }] },
      ],
    },
  ],
  marks: [{ at: 20, command: { kind: 'preset', preset: 'neon-rain' } }],
};

const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'reverie-pictures-'));
const browser = await launch();
try {
  for (const [name, scene] of Object.entries(scenes))
    if (wanted.length === 0 || wanted.includes(name)) await take(name, scene);
  if (wanted.length === 0 || wanted.includes('obs')) await takePagesForObs();
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** The dock, and the page of the output as OBS lays it over something. */
async function takePagesForObs(): Promise<void> {
  const reverie = await startReverie();
  try {
    await reverie.live('out', 30_000);
    const favourites = ['/main/strength', '/main/glow', '/main/pulse'];
    await reverie.call('PATCH', '/api/v1/parameters', { '/favourites': favourites });
    const dock = await browser.newPage({ viewport: { width: 360, height: 1080 } });
    await dock.goto(`${reverie.url}/obs/dock`);
    const output = await browser.newPage({ viewport: { width: 640, height: 360 } });
    await output.goto(`${reverie.url}/obs/output`);
    await output.evaluate(
      "document.documentElement.style.background = 'linear-gradient(90deg, #ffe27a, #7ad7ff)'",
    );
    await sleep(SETTLE_MS);
    await keep(dock, 'obs-dock');
    await keep(output, 'obs-output');
    await dock.close();
    await output.close();
  } finally {
    await reverie.dispose();
  }
}

async function keep(page: Page, name: string): Promise<void> {
  const shot = join(folder, `${name}.png`);
  await page.screenshot({ path: shot });
  const path = `docs/pictures/${name}.png`;
  // 256 colours are enough for a dark page, and a third of the bytes.
  const palette = 'split[a][b];[a]palettegen[p];[b][p]paletteuse';
  const small = spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', shot, '-vf', palette, path]);
  if (small.status !== 0) throw new Error(`ffmpeg: ${String(small.stderr)}`);
  process.stdout.write(`${path}\n`);
}

/** The page as it opens, its picture by WebRTC: alone in a network that has only loopback, which takes root. */
async function takeOpened(name: string, [width, height]: Scene['size']): Promise<void> {
  const room = await openRoom(overLoopback);
  try {
    const page = await room.browser.newPage({ viewport: { width, height } });
    await page.goto(room.reverie.url);
    await page.locator('[data-line="webrtc"]').waitFor();
    await sleep(SETTLE_MS);
    await keep(page, `panel-${name}`);
  } finally {
    await room.close();
  }
}

/** Each of a daemon of its own, so that none shows what was done for another. */
async function take(name: string, { size, prepare }: Scene): Promise<void> {
  if (prepare === undefined) return takeOpened(name, size);
  const reverie = await startReverie();
  try {
    await reverie.live('out', 30_000);
    const panel = await PanelPage.open(browser, reverie.url, ...size);
    await prepare(panel, reverie);
    await sleep(SETTLE_MS);
    await keep(panel.page, `panel-${name}`);
    await panel.close();
  } finally {
    await reverie.dispose();
  }
}
