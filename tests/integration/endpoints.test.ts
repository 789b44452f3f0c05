import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EndpointList, EndpointState } from '../../src/contract/endpoint.ts';
import type { NodeStatus } from '../../src/contract/engine-api.ts';
import { fixture, graphOf, pause, startReverie, within, type Reverie } from './reverie.ts';

let reverie: Reverie;
const folder = mkdtempSync(join(tmpdir(), 'reverie-endpoints-'));
const flags = ['moody', 'watcher'].flatMap((name) => ['--adapter-import', fixture(`adapters/${name}.js`)]);
beforeAll(async () => {
  reverie = await startReverie({ flags, env: { MOODY_ORDERS: join(folder, 'any') } });
});
afterAll(async () => {
  await reverie.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Each test has sources of its own. */
let turn = 0;
beforeEach(() => void (turn += 1));
const orders = (name: string): string => join(folder, `${turn}${name}.json`);
const url = (name: string): string => `moody:${orders(name)}`;
function order(name: string, what: object): void {
  writeFileSync(orders(name), JSON.stringify(what));
}

/** A moody source, watched by two sinks. */
async function start(): Promise<void> {
  const graph = graphOf(
    [
      { id: 'in', type: 'source', adapter: 'moody', config: { orders: orders('a') } },
      { id: 'out', type: 'sink', adapter: 'watcher', config: { name: `out${turn}` } },
      { id: 'other', type: 'sink', adapter: 'watcher', config: { name: `other${turn}` } },
    ],
    [
      ['in', 'out'],
      ['in', 'other'],
    ],
  );
  await reverie.call('PUT', '/api/v1/graph', { nodes: [], links: [] });
  const { status, body } = await reverie.call('PUT', '/api/v1/graph', graph);
  expect(status, JSON.stringify(body)).toBe(200);
}

const at = (id: string, state: EndpointState, limitMs?: number): Promise<NodeStatus> =>
  reverie.until(id, ({ endpoint }) => endpoint?.state === state, limitMs);

interface Seen {
  readonly ticks: number;
  readonly black: number;
  readonly torn: number;
  readonly gapMs: number;
  readonly colors: readonly string[];
  readonly size: readonly [number, number] | null;
}
const seen = async (id: string): Promise<Seen> => (await reverie.node(id)).info as unknown as Seen;
const color = (id: string, wanted: string): Promise<NodeStatus> =>
  reverie.until(id, ({ info }) => (info as unknown as Seen).colors?.at(-1) === wanted);

const put = (id: string, body: object): ReturnType<Reverie['call']> =>
  reverie.call('PUT', `/api/v1/nodes/${id}/endpoint`, body);

describe('a source', { retry: 2 }, () => {
  it('that is not there is searched for, and plays within two seconds of its coming', async () => {
    await start();
    const node = await at('in', 'searching', 4000);
    expect(node.endpoint?.url).toBe(url('a'));
    expect(node.fault?.message).toContain('nobody is there');
    await pause(3000);
    expect((await reverie.node('in')).endpoint?.state).toBe('searching');
    order('a', {});
    await at('in', 'live', 2000);
  });

  it.each([
    ['stalls', { mode: 'stall' }, 'stalled'],
    ['breaks', { mode: 'throw' }, 'lost'],
    ['sends an impossible size', { mode: 'garbage' }, 'lost'],
    ['never answers', { mode: 'never' }, 'stalled'],
    ['blocks', { mode: 'block' }, 'lost'],
  ] as const)(
    'that %s says so within two seconds, its last picture stays, and it is back within two',
    async (_name, trouble, state) => {
      order('a', {});
      await start();
      await at('in', 'live');
      await color('out', '200,40,40');
      await pause(300);
      order('a', trouble);
      const troubled = await at('in', state, 2000);
      expect(troubled.status.state).not.toBe('live');
      await pause(500);
      const { ticks, black } = await seen('out');
      await pause(300);
      expect((await seen('out')).ticks).toBeGreaterThan(ticks);
      expect(black).toBe(0);
      order('a', { color: [40, 200, 40] });
      // One that hangs for good is never back by itself: it is started anew by hand.
      if (trouble.mode === 'never') await reverie.call('POST', '/api/v1/nodes/in/reload', {});
      await at('in', 'live', trouble.mode === 'block' ? 8000 : 2000);
      await color('out', '40,200,40');
    },
  );

  it('that changes its size plays on', async () => {
    order('a', {});
    await start();
    await at('in', 'live');
    order('a', { width: 300, height: 20 });
    await reverie.until('out', ({ info }) => String(info['size']) === '300,20', 2000);
    expect((await reverie.node('in')).endpoint?.state).toBe('live');
  });

  it('whose runner is killed is lost for a moment and live again', async () => {
    order('a', {});
    await start();
    await at('in', 'live');
    const { pid } = await reverie.node('in');
    process.kill(pid ?? 0, 'SIGKILL');
    const back = await reverie.until(
      'in',
      (node) => node.pid !== pid && node.endpoint?.state === 'live',
      3000,
    );
    expect(back.fault).toMatchObject({ node: 'in', code: 'E_RUNNER_KILLED' });
  });
});

describe('another endpoint', { retry: 2 }, () => {
  it('takes over with its first frame, twenty times, and no output misses a tick', async () => {
    order('a', { color: [200, 40, 40] });
    order('b', { color: [40, 40, 200] });
    await start();
    await at('in', 'live');
    await reverie.live('other');
    await pause(1500);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    const before = await seen('other');
    for (let n = 1; n <= 20; n += 1) {
      const next = n % 2 === 0 ? 'a' : 'b';
      const answer = await put('in', { url: url(next) });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      await reverie.until('in', ({ endpoint }) => endpoint?.url === url(next) && endpoint.next === null);
      await color('other', next === 'a' ? '200,40,40' : '40,40,200');
    }
    const { ticks, black, torn, gapMs } = await seen('other');
    expect(black).toBe(0);
    expect(torn).toBe(0);
    expect(ticks).toBeGreaterThan(before.ticks);
    // A tick comes at the latest one and a half periods of the source's 20 ms after the last, and at least ten times a second.
    expect(gapMs).toBeLessThan(250);
    expect((await reverie.node('other')).restarts).toBe(0);
  });

  it('that never comes leaves the old one playing, says why, and takes over by force or when it comes', async () => {
    order('a', {});
    await start();
    await at('in', 'live');
    await put('in', { url: url('b') });
    const waiting = await reverie.until('in', ({ endpoint }) => endpoint?.next?.state === 'searching', 4000);
    expect(waiting.endpoint).toMatchObject({ url: url('a'), state: 'live', next: { url: url('b') } });
    expect(waiting.endpoint?.next?.error?.message).toContain('nobody is there');
    expect(waiting.status.state).toBe('live');
    order('b', { color: [1, 2, 3] });
    await reverie.until(
      'in',
      ({ endpoint }) => endpoint?.url === url('b') && endpoint.state === 'live',
      2000,
    );
    await color('out', '1,2,3');
    await put('in', { url: url('c'), force: true });
    const forced = await reverie.until('in', ({ endpoint }) => endpoint?.state === 'searching', 4000);
    expect(forced.endpoint).toMatchObject({ url: url('c'), next: null });
    expect((await seen('out')).black).toBe(0);
  });

  it('picked by mistake is taken back by picking the old one again', async () => {
    order('a', {});
    await start();
    await at('in', 'live');
    const { pid } = await reverie.node('in');
    await put('in', { url: url('b') });
    await reverie.until('in', ({ endpoint }) => endpoint?.next !== null);
    await put('in', { url: url('a') });
    const node = await reverie.until('in', ({ endpoint }) => endpoint?.next === null);
    expect(node).toMatchObject({ pid, endpoint: { url: url('a'), state: 'live' } });
  });

  it('of a sink takes over when it has ticked, and the other sink misses nothing', async () => {
    order('a', {});
    await start();
    await reverie.live('out');
    await reverie.live('other');
    await pause(1000);
    for (let n = 0; n < 5; n += 1) {
      const name = `watcher:sink${n}`;
      await put('out', { url: name });
      const node = await reverie.until('out', ({ endpoint }) => endpoint?.url === name);
      expect(node.endpoint?.state).toBe('live');
    }
    expect((await seen('other')).gapMs).toBeLessThan(250);
  });

  it('that no adapter has is refused, and nothing changes', async () => {
    order('a', {});
    await start();
    await at('in', 'live');
    const answer = await put('in', { url: 'nonsense:x' });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: { code: 'E_OPTION_INVALID' } });
    expect((await reverie.node('in')).endpoint).toMatchObject({ url: url('a'), next: null });
  });
});

describe('the list of endpoints', { retry: 2 }, () => {
  const list = (): Promise<EndpointList> => reverie.get<EndpointList>('endpoints?wait=8');
  const urls = async (): Promise<string[]> => (await list()).endpoints.map((endpoint) => endpoint.url);

  it('has what adapters find and what they offer without a search, and follows what comes and goes', async () => {
    order('a', {});
    order('b', {});
    await start();
    await at('in', 'live');
    expect(await urls()).toEqual(expect.arrayContaining([url('a'), url('b'), 'test-pattern:bars']));
    const { endpoints } = await list();
    expect(endpoints.find((endpoint) => endpoint.url === url('a'))).toMatchObject({
      name: `${turn}a.json`,
      nodes: ['in'],
      roles: ['source'],
      size: { width: 64, height: 48 },
    });
    order('b', { mode: 'absent' });
    order('c', {});
    await within(
      5000,
      'the change',
      () => '',
      async () => (await urls()).includes(url('c')) && !(await urls()).includes(url('b')),
    );
  });

  it('goes on when a search crashes, blocks or throws, says so, and has it back', async () => {
    order('a', {});
    await start();
    await at('in', 'live');
    await urls();
    for (const trouble of ['crash', 'block', 'throw']) {
      writeFileSync(join(folder, 'finder'), trouble);
      const finder = async () => (await list()).finders.find(({ adapter }) => adapter === 'moody');
      let now: unknown;
      await within(
        15_000,
        `the search to fail by ${trouble}`,
        () => JSON.stringify(now),
        async () => (now = (await finder())?.state) === 'failed',
      );
      expect(await urls()).toContain('test-pattern:bars');
      expect((await reverie.node('in')).endpoint?.state).toBe('live');
      rmSync(join(folder, 'finder'));
      await within(
        35_000,
        'the search to be back',
        () => JSON.stringify(now),
        async () => (now = (await finder())?.state) === 'searching',
      );
    }
  }, 120_000);

  it('has pictures of what plays and of what does not', async () => {
    order('a', {});
    order('b', { color: [0, 250, 0] });
    order('c', { mode: 'never' });
    await start();
    await at('in', 'live');
    await urls();
    for (const picked of [url('a'), url('b'), 'test-pattern:bars']) {
      const response = await fetch(
        `${reverie.url}/api/v1/endpoints/thumbnail?url=${encodeURIComponent(picked)}`,
      );
      expect(response.status, picked).toBe(200);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
      expect(Buffer.from(await response.arrayBuffer()).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    }
    const path = `/api/v1/endpoints/thumbnail?url=${encodeURIComponent(url('c'))}`;
    expect(await reverie.call('GET', path)).toMatchObject({
      status: 503,
      body: { error: { code: 'E_ENDPOINT_PICTURE' } },
    });
    const unknown = '/api/v1/endpoints/thumbnail?url=file%3A%2Fetc%2Fpasswd';
    expect(await reverie.call('GET', unknown)).toMatchObject({
      status: 404,
      body: { error: { code: 'E_ENDPOINT_UNKNOWN' } },
    });
    const ids = (await reverie.get<{ nodes: NodeStatus[] }>('status')).nodes.map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith('~'))).toEqual([]);
  });
});

describe('the picture of a source', { retry: 2 }, () => {
  const set = async (id: string, picture: object | null): Promise<void> => {
    const answer = await reverie.call('PATCH', '/api/v1/graph', { nodes: [{ id, picture }] });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  };
  const size = (id: string, wanted: string): Promise<NodeStatus> =>
    reverie.until(id, ({ info }) => String(info['size']) === wanted, 3000);

  it('is cropped, turned and capped while it plays, without another runner', async () => {
    order('a', { width: 64, height: 48 });
    await start();
    await at('in', 'live');
    const { pid } = await reverie.node('in');
    await set('in', { rotate: 90 });
    await size('other', '48,64');
    await set('in', { crop: { left: 0.5 }, rotate: 0 });
    await size('other', '32,48');
    await set('in', null);
    await size('other', '64,48');
    await set('out', { rotate: 270 });
    await size('out', '48,64');
    await size('other', '64,48');
    await set('in', { maxRateHz: 10 });
    await within(
      8000,
      'the cap',
      () => '',
      async () => {
        const { rateOutHz, skipped } = await reverie.stats('in');
        return skipped > 20 && rateOutHz > 7 && rateOutHz < 12;
      },
    );
    expect((await reverie.node('in')).pid).toBe(pid);
  });

  it('that would leave nothing is refused with its place', async () => {
    order('a', {});
    await start();
    const answer = await reverie.call('PATCH', '/api/v1/graph', {
      nodes: [{ id: 'in', picture: { crop: { left: 0.6, right: 0.5 } } }],
    });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'E_GRAPH_INVALID' } } });
    expect(JSON.stringify(answer.body)).toContain('it leaves nothing');
  });
});
