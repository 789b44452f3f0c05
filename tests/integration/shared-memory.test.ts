import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Graph } from '../../src/contract/graph.ts';
import { describeWithPeer } from '../support/peers.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  fixture,
  graphOf,
  pause,
  sinkNode,
  sourceNode,
  startReverie,
  within,
  type Reverie,
} from './reverie.ts';

const client = resolve('clients/python');

/** What reader.py says. */
interface Seen {
  readonly seen: number;
  readonly torn: number;
  readonly sizes: readonly string[];
  readonly live: boolean;
}

describeWithPeer('python3', 'shared memory with Python', (python) => {
  let daemon: Reverie;
  let names: { readonly in: string; readonly out: string };
  let folder = '/dev/shm';
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    daemon = await startReverie({ graph: graphOf([], []) });
    return () => daemon.dispose();
  });

  beforeEach(() => {
    const word = randomBytes(5).toString('hex');
    names = { in: `test-in-${word}`, out: `test-out-${word}` };
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await daemon.call('PUT', '/api/v1/graph', graphOf([], []));
    for (const file of filesOf(folder, names.in, names.out)) rmSync(join(folder, file), { force: true });
    folder = '/dev/shm';
  });

  const run = (program: string, ...args: readonly string[]): ChildProcess => {
    const child = spawn(python, [fixture(`shared-memory/${program}.py`), client, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, REVERIE_SHM_DIR: folder },
    });
    children.push(child);
    return child;
  };

  const write = (...size: readonly number[]): ChildProcess => run('writer', names.in, ...size.map(String));

  /** A reader of what the daemon gives out, and what it said last. */
  const read = (): { readonly child: ChildProcess; readonly seen: () => Seen } => {
    const child = run('reader', names.out);
    let last: Seen = { seen: 0, torn: 0, sizes: [], live: false };
    if (child.stdout !== null)
      createInterface(child.stdout).on('line', (line) => (last = JSON.parse(line) as Seen));
    return { child, seen: () => last };
  };

  const more = (reader: ReturnType<typeof read>, limitMs: number): Promise<void> => {
    const before = reader.seen().seen;
    return within(
      limitMs,
      'more pictures',
      () => JSON.stringify(reader.seen()),
      () => reader.seen().seen > before + 10,
    );
  };

  /** What one name brings goes out by the other. */
  const through = (): Graph =>
    graphOf(
      [
        { id: 'in', type: 'source', adapter: 'shm', config: { name: names.in } },
        sinkNode('out', { adapter: 'shm', config: { name: names.out }, rateHz: 60 }),
      ],
      [['in', 'out']],
    );

  const play = async (graph = through()): Promise<void> => {
    const answer = await daemon.call('PUT', '/api/v1/graph', graph);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  };

  test('whoever is killed, at whatever moment: no torn picture is ever seen, and it plays on within seconds', async () => {
    await play();
    let writer = write(640, 360);
    let reader = read();
    await more(reader, 20_000);
    let torn = 0;
    for (const victim of [
      'writer',
      'in',
      'out',
      'reader',
      'in',
      'writer',
      'reader',
      'out',
      'writer',
    ] as const) {
      await pause(100 + Math.random() * 300);
      if (victim === 'writer') {
        writer.kill('SIGKILL');
        await once(writer, 'exit');
        await daemon.until('in', ({ status }) => status.code === 'E_SOURCE_LOST');
        writer = write(640, 360);
      } else if (victim === 'reader') {
        reader.child.kill('SIGKILL');
        torn += reader.seen().torn;
        reader = read();
      } else process.kill((await daemon.node(victim)).pid ?? 0, 'SIGKILL');
      await more(reader, 15_000);
      expect(torn + reader.seen().torn, `after the death of ${victim}`).toBe(0);
    }
    expect(reader.seen().live).toBe(true);
  });

  test('a writer that stands still is lost within seconds, and live again when it goes on', async () => {
    await play();
    const writer = write(64, 48);
    await daemon.live('in');
    writer.kill('SIGSTOP');
    const { status } = await daemon.until('in', (node) => node.status.code === 'E_SOURCE_LOST');
    expect(status.message).toContain('silent');
    writer.kill('SIGCONT');
    await daemon.live('in');
  });

  test('a size that changes again and again arrives in every size, whole', async () => {
    await play();
    write(320, 180, 200, 300);
    const reader = read();
    await within(
      15_000,
      'both sizes',
      () => JSON.stringify(reader.seen()),
      () => reader.seen().sizes.length >= 2 && reader.seen().seen > 120,
    );
    expect(reader.seen()).toMatchObject({ torn: 0, sizes: ['200x300', '320x180'] });
  });

  test('a second writer of a name is refused with a code, on either side, and plays when the first is gone', async () => {
    names = { in: names.in, out: names.in };
    const writer = write(64, 48);
    await within(
      10_000,
      'its ring',
      () => 'none',
      () => filesOf(folder, names.in).length === 2,
    );
    await play();
    const { status } = await daemon.until('out', (node) => node.status.code === 'E_SHM_TAKEN');
    expect(status.message).toContain(names.out);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    // Now the daemon reads what it writes itself.
    await play(
      graphOf(
        [
          sourceNode('in', { width: 64, height: 48 }),
          sinkNode('out', { adapter: 'shm', config: { name: names.out } }),
        ],
        [['in', 'out']],
      ),
    );
    await daemon.live('out');
    const late = write(64, 48);
    const [code] = (await once(late, 'exit')) as [number];
    expect(code).toBe(3);
  });

  test('a file that is no ring, or is cut off while it plays, is a coded error, and the daemon and its picture stay', async () => {
    const path = join(folder, `reverie-shm-${names.in}.ring`);
    writeFileSync(path, 'no ring at all');
    await play();
    await daemon.until('in', ({ status }) => status.code === 'E_SHM_LAYOUT', 20_000);
    const writer = write(640, 360);
    const reader = read();
    await more(reader, 15_000);
    writer.kill('SIGSTOP');
    truncateSync(path, 10_000);
    await daemon.until('in', ({ status }) => status.code === 'E_SHM_LAYOUT', 20_000);
    expect((await daemon.node('out')).status.state).not.toBe('failed');
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    write(640, 360);
    await more(reader, 15_000);
    expect(reader.seen().torn).toBe(0);
  });

  test('in a folder of its own it plays too, and a daemon that ends leaves nothing there', async () => {
    folder = tempFolder('shm');
    const other = await startReverie({ graph: through(), flags: ['--shm-dir', folder] });
    try {
      write(64, 48);
      await more(read(), 20_000);
      expect(filesOf(folder, names.out)).toHaveLength(2);
      await other.end();
      expect(filesOf(folder, names.out)).toEqual([]);
      expect(filesOf(folder, names.in)).toHaveLength(2);
    } finally {
      await other.dispose();
    }
  });
});

function filesOf(folder: string, ...names: readonly string[]): string[] {
  return readdirSync(folder).filter((file) => names.some((name) => file.startsWith(`reverie-shm-${name}.`)));
}
