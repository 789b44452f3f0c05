import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineStatus, NodeStatus } from '../../src/contract/engine-api.ts';
import type { SessionReport } from '../../src/contract/session.ts';
import { overLoopback, usableAlone, withCamera } from './chromium.ts';
import { LONG } from './panel-page.ts';
import { Namespace } from '../support/namespace.ts';
import { openRoom, type Room } from './room.ts';
import type { Reverie } from '../integration/reverie.ts';

// The panel where WebRTC reaches it: Chromium and daemon alone in a network that has only loopback.

describe.skipIf(!usableAlone)('the panel over WebRTC (needs chromium and root)', () => {
  let room: Room;
  let page: Page;

  beforeAll(async () => {
    room = await openRoom(withCamera, { flags: ['--pipeline', 'passthrough'] });
    page = await room.browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(room.reverie.url);
  });

  afterAll(async () => {
    await room?.close();
  });

  /** What the daemon answers, asked from where it can be reached. */
  const get = <T>(path: string): Promise<T> =>
    page.evaluate<T>(`fetch('/api/v1/${path}').then((answer) => answer.json())`);
  const node = async (id: string): Promise<NodeStatus | undefined> =>
    (await get<EngineStatus>('status')).nodes.find((each) => each.id === id);
  const sessions = async (): Promise<readonly SessionReport[]> =>
    (await get<{ sessions: readonly SessionReport[] }>('sessions')).sessions;
  const line = (kind: string): Promise<void> =>
    page.locator(`[data-line="${kind}"]`).waitFor({ timeout: LONG });
  const pictures = (): Promise<number> =>
    page.evaluate<number>("document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames");

  it('shows the picture by WebRTC, says so, and ends the JPEG pictures', async () => {
    await line('webrtc');
    await page.getByText(/a second · WebRTC/).waitFor({ timeout: LONG });
    const before = await pictures();
    await expect.poll(pictures, { timeout: LONG }).toBeGreaterThan(before + 20);
    const stats = await get<{ sockets: { previews: number } }>('stats');
    expect(stats.sockets.previews).toBe(0);
  });

  it('has a picture again within three seconds when the process behind WebRTC dies, and WebRTC after that', async () => {
    const [watching] = await sessions();
    const pid = (await get<EngineStatus>('status')).nodes.find(({ module }) => module === 'webrtc')?.pid;
    expect(watching).toMatchObject({ views: ['out'] });
    // It works in a runner that all peers share; its pid is told where a node of it is in the graph, else by the system.
    process.kill(pid ?? webrtcRunner(room.reverie), 'SIGKILL');
    const killed = performance.now();
    await line('jpeg');
    expect(performance.now() - killed).toBeLessThan(3000);
    await line('webrtc');
  });

  it('plays the camera of this device as the source', async () => {
    await page.getByRole('tab', { name: 'Setup' }).click();
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByText('On air.').waitFor({ timeout: LONG });
    await expect.poll(async () => (await node('in'))?.status.state, { timeout: LONG }).toBe('live');
    expect((await node('in'))?.module).toBe('webrtc');
  });

  it('plays the camera again by itself, soon after the process behind WebRTC died', async () => {
    const pid = (await node('in'))?.pid ?? 0;
    const before = (await sessions()).find(({ feeds }) => feeds.includes('in'))?.id;
    process.kill(pid, 'SIGKILL');
    // A browser alone takes half a minute to notice.
    const back = async (): Promise<boolean> => {
      const now = (await sessions()).find(({ feeds }) => feeds.includes('in'));
      const source = await node('in');
      const isNew = now?.state === 'connected' && now.id !== before && source?.pid !== pid;
      return isNew && source?.status.state === 'live';
    };
    await expect.poll(back, { timeout: 12_000 }).toBe(true);
    await page.getByText('On air.').waitFor({ timeout: LONG });
  });

  it('gives the source back when the camera is stopped', async () => {
    await page.getByRole('button', { name: 'Stop the camera' }).click();
    await expect
      .poll(async () => (await sessions()).flatMap(({ feeds }) => feeds), { timeout: LONG })
      .toEqual([]);
  });

  it('leaves its session when the page is closed', async () => {
    const other = await room.browser.newPage();
    await other.goto(`${room.reverie.url}/health`);
    await page.close({ runBeforeUnload: false });
    page = other;
    await expect.poll(async () => (await sessions()).length, { timeout: LONG }).toBe(0);
  });
});

/** Takes packets and answers none. */
const silence = `
const socket = require('node:dgram').createSocket('udp4');
socket.bind(0, '127.0.0.1', () => console.log(socket.address().port));`;

describe.skipIf(!usableAlone)(
  'the panel where the STUN server does not answer (needs chromium and root)',
  () => {
    it('shows the picture by WebRTC all the same, in one session', async () => {
      const namespace = await Namespace.open();
      const silent = namespace.start(process.execPath, ['-e', silence]);
      const [port] = await once(silent.stdout, 'data');
      const flags = ['--pipeline', 'passthrough', '--ice-server', `stun:127.0.0.1:${Number(String(port))}`];
      const room = await openRoom(overLoopback, { flags }, namespace);
      try {
        const page = await room.browser.newPage();
        await page.goto(room.reverie.url);
        await page.locator('[data-line="webrtc"]').waitFor({ timeout: LONG });
        const { sessions } = await namespace.json<{ sessions: SessionReport[] }>(
          `${room.reverie.url}/api/v1/sessions`,
        );
        expect(sessions).toMatchObject([{ views: ['out'], state: 'connected' }]);
      } finally {
        silent.kill();
        await room.close();
      }
    });
  },
);

/** The daemon's child that holds the WebRTC library. */
function webrtcRunner(reverie: Reverie): number {
  const found = reverie
    .children()
    .find((pid) => readFileSync(`/proc/${pid}/maps`, 'utf8').includes('node_datachannel'));
  if (found === undefined) throw new Error('No child of the daemon runs WebRTC');
  return found;
}
