import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chain, trouble, within } from '../integration/reverie.ts';
import { usable } from './chromium.ts';
import { expectSeen, LONG, PanelPage } from './panel-page.ts';
import { openPanelRoom } from './room.ts';

type Opened = Awaited<ReturnType<typeof openPanelRoom>>;

describe.skipIf(!usable)('a pipeline that was killed (needs chromium)', () => {
  let room: Opened;

  beforeAll(async () => {
    room = await openPanelRoom({ graph: chain('tells'), flags: trouble('tells') });
  });

  afterAll(async () => {
    await room?.close();
  });

  it('is shown with what it logged last', async () => {
    const { reverie, browser } = room;
    const panel = await PanelPage.open(browser, reverie.url);
    await panel.tab('Health');
    const { pid } = await reverie.live('main', LONG);
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/armed': true });
    await within(
      LONG,
      'its last words',
      () => reverie.output,
      async () => JSON.stringify(await reverie.get('logs?node=main')).includes('tells: last words'),
    );
    process.kill(pid ?? 0, 'SIGKILL');
    const node = panel.page.locator('section[data-node="main"]');
    await node.locator('summary').click({ timeout: LONG });
    await expectSeen(node.getByText('E_RUNNER_KILLED'));
    await expect
      .poll(() => node.getByLabel('Last log lines').textContent(), { timeout: LONG })
      .toContain('tells: last words');
    await panel.close();
  });
});
