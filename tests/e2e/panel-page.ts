import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ParameterState } from '../../src/contract/command.ts';
import { Reverie, within } from '../integration/reverie.ts';
import { executablePath, withoutWebRtc } from './chromium.ts';

/** What the tests of the panel share: Chromium, a page that must not complain, and words for what a person does. */
export const LONG = 30_000;
export const soon = { timeout: LONG };

/** All of them, by the names of their tabs. */
export const pages = [
  'Play',
  'Presets',
  'Timeline',
  'Record',
  'Devices',
  'Activity',
  'Setup',
  'Health',
] as const;

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: withoutWebRtc });

export class PanelPage {
  readonly page: Page;
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) this.complaints.push(message.text());
    });
  }

  static async open(browser: Browser, url: string, width = 1280, height = 800): Promise<PanelPage> {
    const panel = new PanelPage(await browser.newPage({ viewport: { width, height } }));
    await panel.page.goto(url);
    await panel.page.getByRole('tabpanel').waitFor({ timeout: LONG });
    return panel;
  }

  /** Closes it; throws what went wrong in it, broken content policy included. */
  async close(): Promise<void> {
    await this.page.close();
    if (this.complaints.length > 0) throw new Error(`The page complained: ${this.complaints.join('; ')}`);
  }

  fader(name: string): Locator {
    return this.page.getByRole('slider', { name, exact: true });
  }

  async tab(name: (typeof pages)[number]): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  picture(): Promise<string> {
    return this.page.evaluate<string>("document.querySelector('canvas').toDataURL('image/jpeg', 0.3)");
  }
}

export async function valueOf(reverie: Reverie, address: string): Promise<unknown> {
  const { parameters } = await reverie.get<{ parameters: ParameterState[] }>('parameters');
  return parameters.find((parameter) => parameter.address === address)?.value;
}

/** The same home at the same port: the daemon that an open page is waiting for. */
export async function startAgain(
  { home, url }: Reverie,
  port: string,
  ...more: readonly string[]
): Promise<Reverie> {
  const flags = ['--port', port, '--osc-port', '0', '--home', home, ...more];
  const again = new Reverie(
    home,
    spawn(process.execPath, [resolve('dist/src/cli.js'), ...flags], { stdio: 'ignore' }),
  );
  again.url = url;
  const answers = async (): Promise<boolean> => (await fetch(`${url}/health`).catch(() => null))?.ok === true;
  await within(LONG, 'the daemon', () => 'no answer', answers);
  return again;
}

/** A person sees it, sooner or later. */
export const expectSeen = (what: Locator): Promise<void> =>
  expect.poll(() => what.isVisible(), soon).toBe(true);
