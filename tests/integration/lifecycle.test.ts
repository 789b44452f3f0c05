import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineStatus } from '../../src/contract/engine-api.ts';
import {
  chain,
  fixture,
  isAlive,
  pause,
  sharedMemoryOf,
  startReverie,
  trouble,
  within,
  type Reverie,
} from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

const copy = ['--pipeline-import', fixture('pipelines/copy.js')];
const start = (more: Parameters<typeof startReverie>[0] = {}): Promise<Reverie> =>
  startReverie({ graph: chain('copy'), flags: copy, ...more });

describe('the end of the daemon', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s ends everything within 3 s', async (signal) => {
    reverie = await start();
    await reverie.live('out');
    const children = reverie.children();
    const { pid } = reverie.child;
    expect(children.length).toBeGreaterThanOrEqual(4);
    expect(await reverie.end(signal)).toBeLessThan(3000);
    expect(reverie.child.exitCode).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
    expect(sharedMemoryOf(pid)).toEqual([]);
  });

  it('ends within 3 s even where a runner is stopped', async () => {
    reverie = await start();
    const { pid } = await reverie.live('main');
    if (pid !== null) process.kill(pid, 'SIGSTOP');
    expect(await reverie.end('SIGTERM')).toBeLessThan(3000);
    expect(isAlive(pid ?? 0)).toBe(false);
  });

  it('by kill -9 leaves no runner, not even a stopped one, and the next start removes its memory', async () => {
    reverie = await start();
    await reverie.live('out');
    const main = await reverie.node('main');
    if (main.pid !== null) process.kill(main.pid, 'SIGSTOP');
    const children = reverie.children();
    const { pid } = reverie.child;
    expect(sharedMemoryOf(pid).length).toBeGreaterThan(0);
    await reverie.end('SIGKILL');
    await within(
      3000,
      'the runners to end',
      () => String(children.filter(isAlive)),
      () => children.filter(isAlive).length === 0,
    );
    const first = reverie;
    reverie = await startReverie({ home: first.home, flags: copy });
    expect(sharedMemoryOf(pid)).toEqual([]);
    expect(readdirSync(join(first.home, 'run')).filter((name) => name.startsWith(`${pid}-`))).toEqual([]);
  });

  it('by kill -9, and its home removed: the next start, in another home, removes its memory all the same', async () => {
    const first = await start();
    await first.live('out');
    const { pid } = first.child;
    expect(sharedMemoryOf(pid).length).toBeGreaterThan(0);
    await first.end('SIGKILL');
    rmSync(first.home, { recursive: true });
    reverie = await start();
    expect(sharedMemoryOf(pid)).toEqual([]);
  });

  it('never removes the memory of a neighbour that plays', async () => {
    const neighbour = await start();
    try {
      await neighbour.live('out');
      const memory = sharedMemoryOf(neighbour.child.pid);
      expect(memory.length).toBeGreaterThan(0);
      reverie = await start();
      await reverie.live('out');
      expect(sharedMemoryOf(neighbour.child.pid)).toEqual(memory);
    } finally {
      await neighbour.dispose();
    }
  });
});

describe('the saved show', () => {
  it('comes back: graph, values and prompts', async () => {
    const flags = trouble('paints');
    reverie = await startReverie({ graph: chain('paints'), flags });
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/level': 0.125, '/prompt': 'deep ocean' });
    await reverie.end('SIGTERM');
    reverie = await startReverie({ home: reverie.home, flags });
    const { body } = await reverie.call('GET', '/api/v1/parameters');
    const values = new Map(
      (body as { parameters: { address: string; value: unknown }[] }).parameters.map(({ address, value }) => [
        address,
        value,
      ]),
    );
    expect(values.get('/main/level')).toBe(0.125);
    expect(JSON.stringify([...values])).toContain('deep ocean');
  });

  it('is kept aside when it is corrupt; the last good copy plays, and status says so', async () => {
    reverie = await start();
    await reverie.call('PATCH', '/api/v1/graph', { nodes: [{ id: 'out', rateHz: 24 }] });
    await reverie.end('SIGTERM');
    const { home } = reverie;
    reverie = await startReverie({ home, flags: copy });
    await reverie.end('SIGTERM');
    writeFileSync(join(home, 'show.json'), '{"version":1,"graph":{"nodes":[');
    reverie = await startReverie({ home, flags: copy });
    const status = await reverie.get<{ show: { restored: { code: string } | null } }>('status');
    expect(status.show.restored?.code).toBe('E_STATE_CORRUPT');
    await reverie.live('out');
    expect(readdirSync(home).some((name) => name.includes('broken'))).toBe(true);
  });
});

const isRoot = process.getuid?.() === 0;
/** Named in the title, so that a run that skips them says why. */
const asRoot = isRoot ? '' : ' (skipped: only root may mount a small /dev/shm)';

describe('shared memory', () => {
  /** A mount namespace in which /dev/shm holds only a little. */
  const small = (kilobytes: number): string[] => [
    'unshare',
    '-m',
    'sh',
    '-c',
    `mount -t tmpfs -o size=${kilobytes}k tmpfs /dev/shm && exec "$@"`,
    'sh',
  ];

  const frameMemory = async (): Promise<EngineStatus['memory']> =>
    (await reverie.get<EngineStatus>('status')).memory;

  const warnings = async (): Promise<string[]> => {
    const { lines } = await reverie.get<{ lines: { message: string }[] }>('logs?limit=1000');
    return lines.map(({ message }) => message).filter((message) => message.includes('E_MEMORY_FULL'));
  };

  it.runIf(isRoot)(
    `that is small is replaced by files from the start, and status says why${asRoot}`,
    async () => {
      reverie = await start({ wrap: small(8_000) });
      await reverie.live('out');
      const memory = await frameMemory();
      expect([memory.kind, memory.code]).toEqual(['file', 'E_MEMORY_FULL']);
      expect(memory.reason).toContain('8 MB');
      expect(await warnings()).toEqual([expect.stringContaining('/dev/shm has only 8 MB free')]);
      expect((await reverie.frame()).length).toBeGreaterThan(1000);
    },
  );

  it.runIf(isRoot)(
    `that is full is a coded error, and the play goes on at the present size${asRoot}`,
    async () => {
      reverie = await start({ wrap: small(30_000), flags: [...copy, '--memory', 'shared'] });
      await reverie.live('out');
      await reverie.call('PATCH', '/api/v1/graph', {
        nodes: [{ id: 'in', config: { width: 4096, height: 2304 } }],
      });
      const failed = await reverie.until('in', ({ fault }) => fault?.code === 'E_MEMORY_FULL');
      expect(failed.fault?.remedy).toContain('/dev/shm');
      await reverie.live('out');
      const before = (await reverie.stats('out')).framesIn;
      await pause(1500);
      expect((await reverie.stats('out')).framesIn).toBeGreaterThan(before);
      expect((await reverie.node('main')).size).toEqual({ width: 512, height: 512 });
    },
  );

  it.runIf(isRoot)(`that becomes full while playing gives way to files${asRoot}`, async () => {
    reverie = await start({ wrap: small(70_000) });
    await reverie.live('out');
    expect(await frameMemory()).toMatchObject({ kind: 'posix', code: null, reason: null });
    await reverie.call('PATCH', '/api/v1/graph', {
      nodes: [{ id: 'in', config: { width: 3840, height: 2160 } }],
    });
    await reverie.until('main', ({ size }) => size?.width === 3840, 15_000);
    const memory = await frameMemory();
    expect([memory.kind, memory.code]).toEqual([expect.stringContaining('file'), 'E_MEMORY_FULL']);
    expect(memory.reason).toContain('full');
    await reverie.call('PATCH', '/api/v1/graph', {
      nodes: [{ id: 'in', config: { width: 3840, height: 2176 } }],
    });
    await reverie.until('main', ({ size }) => size?.height === 2176, 15_000);
    expect((await frameMemory()).code).toBe('E_MEMORY_FULL');
    expect(await warnings()).toEqual([expect.stringContaining('newer links lie in files')]);
    await reverie.call('PATCH', '/api/v1/graph', {
      nodes: [{ id: 'in', config: { width: 512, height: 512 } }],
    });
    await within(
      15_000,
      'frames in shared memory again',
      () => reverie.output,
      async () => (await frameMemory()).code === null,
    );
    expect(await frameMemory()).toMatchObject({ kind: 'posix', reason: null });
  });
});

describe('a second daemon on the same port', () => {
  it('says how to choose another, and ends', async () => {
    reverie = await start();
    const port = new URL(reverie.url).port;
    const second = startReverie({ flags: ['--port', port] });
    await expect(second).rejects.toThrow(/E_PORT_TAKEN[\s\S]*--port/);
  });
});

describe('the log', () => {
  it('lies in the home and names what happened', async () => {
    reverie = await start();
    await reverie.live('main');
    await pause(1100);
    await reverie.killAndWait('main', 'SIGKILL', 3000);
    await reverie.end('SIGTERM');
    expect(readFileSync(join(reverie.home, 'reverie.log'), 'utf8')).toContain('E_RUNNER_KILLED');
  });
});
