import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LogPage } from '../../src/contract/log.ts';
import { startReverie, type Reverie } from '../integration/reverie.ts';
import { usable } from './chromium.ts';
import { expectSeen, launch, LONG, PanelPage, soon, startAgain } from './panel-page.ts';

// What the panel hears of without asking again: the log, and pipelines that turn up while it is open.

describe.skipIf(!usable)('an open panel follows (needs chromium)', () => {
  let browser: Browser;
  let reverie: Reverie;
  let panel: PanelPage;

  beforeAll(async () => {
    browser = await launch();
    reverie = await startReverie({ flags: ['--pipeline', 'passthrough'] });
    await reverie.live('main', LONG);
  });

  afterAll(async () => {
    await browser?.close();
    await reverie?.dispose();
  });

  afterEach(() => panel.close());

  /** A package that offers a pipeline of its name. */
  function addPackage(name: string, first = ''): void {
    const folder = join(reverie.home, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    const manifest = { name, version: '1.0.0', type: 'module', keywords: ['reverie-pipeline'] };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, exports: './index.js' }));
    const code = `
      import { existsSync } from 'node:fs';
      import { setTimeout as wait } from 'node:timers/promises';
      import { definePipeline, port, z } from 'reverie/pipeline';
      ${first}
      export default definePipeline({
        id: '${name}', name: '${name}', version: '1.0.0', description: 'A pipeline of a test',
        modes: { video: { default: true } },
        inputs: { video: port('video') }, outputs: { video: port('video') },
        params: z.object({}),
        load: () => import('./run.js'),
      });`;
    writeFileSync(join(folder, 'index.js'), code);
  }

  const open = async (): Promise<PanelPage> => (panel = await PanelPage.open(browser, reverie.url));

  it('shows a pipeline that is still being read, and offers it as soon as it was', async () => {
    const { page } = await open();
    await panel.tab('Setup');
    const gate = join(reverie.home, 'gate');
    addPackage('late', `while (!existsSync(${JSON.stringify(gate)})) await wait(20);`);
    const looked = reverie.call('POST', '/api/v1/catalog/rescan');
    await expectSeen(page.getByText(/being read…/));
    const play = page.getByRole('button', { name: 'Play late' });
    expect(await play.isDisabled()).toBe(true);
    writeFileSync(gate, '');
    await expect
      .poll(async () => {
        // On a full machine its time may have run out before it went on; then it is read once more.
        if (await page.getByText(/Its import did not end/).isVisible())
          await reverie.call('POST', '/api/v1/catalog/rescan');
        return play.isEnabled();
      }, soon)
      .toBe(true);
    expect(await page.getByText(/being read…/).count()).toBe(0);
    await looked;
  });

  it('offers a pipeline that was installed meanwhile, whoever has looked for it', async () => {
    const { page } = await open();
    await panel.tab('Setup');
    addPackage('newcomer');
    await page.getByRole('button', { name: 'Look for more' }).click();
    await expectSeen(page.getByRole('button', { name: 'Play newcomer' }));
    addPackage('latecomer');
    await reverie.call('POST', '/api/v1/catalog/rescan');
    await expectSeen(page.getByRole('button', { name: 'Play latecomer' }));
  });

  it('follows the log while it is open, hears nothing while it is closed, and asks for nothing', async () => {
    const { page } = await open();
    const asked: string[] = [];
    const heard: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('"name":"log"')) heard.push(String(payload));
      }),
    );
    await page.reload();
    await panel.tab('Health');
    await startWrong('/before.mp4');
    expect(heard).toEqual([]);
    await page.getByText('Log', { exact: true }).click();
    const log = page.getByRole('log');
    await expectSeen(log.getByText(/before\.mp4/).first());
    await startWrong('/while-open.mp4');
    await expectSeen(log.getByText(/while-open\.mp4/).first());
    await page.getByText('Log', { exact: true }).click();
    await expect.poll(() => log.isVisible(), soon).toBe(false);
    const then = heard.length;
    await startWrong('/while-closed.mp4');
    await page.getByText('Log', { exact: true }).click();
    await expectSeen(log.getByText(/while-closed\.mp4/).first());
    expect(heard.slice(0, then).join('')).not.toContain('while-closed');
    expect(asked).not.toContain('/api/v1/logs');
  });

  it('goes on with the log where it was when the connection comes back, each line once', async () => {
    const { page } = await open();
    await panel.tab('Health');
    await page.getByText('Log', { exact: true }).click();
    const log = page.getByRole('log');
    await startWrong('/one.mp4');
    await expectSeen(log.getByText(/one\.mp4/).first());
    const { port } = new URL(reverie.url);
    await reverie.end();
    await page.getByText('The connection to Reverie is lost').waitFor({ timeout: LONG });
    reverie = await startAgain(reverie, port);
    await reverie.live('main', LONG);
    await startWrong('/two.mp4');
    await expectSeen(log.getByText(/two\.mp4/).first());
    const shown = (await log.locator('.said').allTextContents()).map((text) => text.trim());
    const { lines } = await reverie.get<LogPage>('logs?level=info&limit=1000');
    const said = lines.map(({ message }) => message.trim());
    const until = (texts: readonly string[]): number =>
      texts.findIndex((text) => text.includes('two.mp4')) + 1;
    expect(shown.some((text) => text.includes('one.mp4'))).toBe(true);
    expect(said.slice(until(said) - until(shown), until(said))).toEqual(shown.slice(0, until(shown)));
  });

  /** A source that is not there: the log says so. */
  async function startWrong(path: string): Promise<void> {
    await reverie.call('PATCH', '/api/v1/graph', {
      nodes: [{ id: 'in', adapter: 'file', config: { path } }],
    });
    await reverie.until('in', ({ fault }) => fault?.message.includes(path) === true, LONG);
  }
});
