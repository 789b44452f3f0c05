import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NodeStatus } from '../../src/contract/engine-api.ts';
import {
  chain,
  fixture,
  graphOf,
  isAlive,
  pause,
  sharedMemoryOf,
  sinkNode,
  sourceNode,
  stageNode,
  startReverie,
  trouble,
  within,
  type Reverie,
} from './reverie.ts';
import { expectMovingPicture } from '../support/moving-picture.ts';
import { Witness } from './witness.ts';

let reverie: Reverie;
const copy = ['--pipeline-import', fixture('pipelines/copy.js')];
const every = [
  ['in', 'SIGKILL', 'E_RUNNER_KILLED'],
  ['main', 'SIGKILL', 'E_RUNNER_KILLED'],
  ['out', 'SIGKILL', 'E_RUNNER_KILLED'],
  ['in', 'SIGSTOP', 'E_RUNNER_HUNG'],
  ['main', 'SIGSTOP', 'E_RUNNER_HUNG'],
  ['out', 'SIGSTOP', 'E_RUNNER_HUNG'],
] as const;

// The bound is the promise itself, three seconds; a machine that others hold up gets a second look before it counts as broken.
describe('a runner that is killed', () => {
  afterEach(() => reverie.dispose());

  it.each(every)(
    '(%s, %s) is live again within 3 s, and its fault stays in status',
    async (id, signal, code) => {
      reverie = await startReverie({ graph: chain('copy'), flags: copy });
      await reverie.live('out');
      await pause(1000 + Math.random() * 100);
      expect(await reverie.killAndWait(id, signal, 3000)).toBeLessThan(3000);
      expect((await reverie.node(id)).fault).toMatchObject({ node: id, code });
      expect((await reverie.node(id)).status.state).toBe('live');
    },
  );

  it.each(['in', 'main', 'out'])(
    '(%s) is back within 3 s also after twenty in a row, and leaves neither processes nor memory',
    async (id) => {
      reverie = await startReverie({ graph: chain('copy'), flags: copy });
      await reverie.live('out');
      await pause(1500);
      const { pid } = await reverie.node(id);
      const before = { children: reverie.children().length, segments: segments(), bytes: residentBytes() };
      const others = reverie.children().filter((child) => child !== pid);
      for (let i = 0; i < 20; i++) {
        expect(await reverie.killAndWait(id, 'SIGKILL', 3000)).toBeLessThan(3000);
        await pause(Math.random() * 50);
      }
      await reverie.live(id);
      const left = (): string => JSON.stringify({ children: reverie.children(), segments: segments() });
      await within(5000, `as before: ${JSON.stringify(before)}`, left, () => {
        const alive = reverie.children().filter(isAlive);
        return alive.length === before.children && segments().length === before.segments.length;
      });
      // The spare took the place of one that was killed; nobody else was touched.
      const nodes = ['in', 'main', 'out'].filter((other) => other !== id);
      for (const other of nodes) expect(others).toContain((await reverie.node(other)).pid);
      expect(segments()).toEqual(before.segments);
      expect(residentBytes() - before.bytes).toBeLessThan(20e6);
      expect((await reverie.node(id)).restarts).toBe(20);
    },
  );

  it('leaves its last words in the fault', async () => {
    reverie = await startReverie({ graph: chain('murmurs'), flags: trouble('murmurs') });
    await reverie.live('main');
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/armed': true });
    await pause(300);
    await reverie.killAndWait('main', 'SIGKILL', 10_000);
    const { fault } = await reverie.node('main');
    expect(fault?.code).toBe('E_RUNNER_KILLED');
    expect(fault?.log.join('\n')).toContain('murmurs: last words');
  });

  it('is told to be stopped while it loads, too, whatever time it asked for', async () => {
    reverie = await startReverie({ graph: chain('slowload'), flags: trouble('slowload') });
    const { pid } = await reverie.until('main', (node) => node.pid !== null);
    // Into its four and a half seconds of silence, for which it announced ten.
    await pause(1000);
    process.kill(pid ?? 0, 'SIGSTOP');
    const { fault } = await reverie.until('main', (node) => node.fault !== null, 3000);
    expect(fault).toMatchObject({ code: 'E_RUNNER_HUNG', message: expect.stringMatching(/stopped/) });
    expect((await reverie.live('main', 15_000)).pid).not.toBe(pid);
  });

  const segments = (): string[] => sharedMemoryOf(reverie.child.pid).sort();
  const residentBytes = (): number => {
    const status = readFileSync(`/proc/${reverie.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  };
});

describe('the default show', () => {
  beforeAll(async () => {
    reverie = await startReverie();
    return () => reverie.dispose();
  });

  it('needs nothing to show a moving picture', async () => {
    await reverie.live('out');
    await expectMovingPicture(reverie.url, 512, 512);
  });

  it.each(every)('plays again within 3 s of %s %s', async (id, signal) => {
    for (const each of ['in', 'main', 'out']) await reverie.until(each, plays);
    await pause(1500 + Math.random() * 100);
    const { pid } = await reverie.node(id);
    process.kill(pid ?? 0, signal);
    const back = await reverie.until(id, (node) => node.pid !== pid && plays(node), 3000);
    expect(back.pid).not.toBe(pid);
  });

  // On a machine without a GPU its pipeline may be slower than its input.
  const plays = ({ pid, status: { state } }: NodeStatus): boolean =>
    pid !== null && (state === 'live' || state === 'degraded-inference');
});

/** Between two ticks of an output; at 30 frames a second a tick is 33 ms, and a repeat comes after 50. */
const LONGEST_GAP_MS = 250;
const RATE_HZ = 30;

describe('a source, a stage or an output that is killed or stopped', () => {
  let witness: Witness;
  beforeAll(async () => {
    const nodes = [
      sourceNode('in', { rateHz: RATE_HZ }),
      stageNode('a', 'copy'),
      stageNode('b', 'copy'),
      ...['one', 'two', 'bare'].map((id) => ({ ...sinkNode(id), adapter: 'watcher', config: { name: id } })),
    ];
    const links = ['in a', 'in b', 'a one', 'b two', 'in bare'].map(
      (link) => link.split(' ') as [string, string],
    );
    const flags = [...copy, '--adapter-import', fixture('adapters/watcher.js')];
    reverie = await startReverie({ graph: graphOf(nodes, links), flags });
    witness = new Witness();
    return () => {
      witness.end();
      return reverie.dispose();
    };
  });

  it.each([
    ['in', ['one', 'two', 'bare']],
    ['a', ['one', 'two', 'bare']],
    ['one', ['two', 'bare']],
  ] as const)('(%s) makes no other output miss a tick', async (victim, outputs) => {
    for (const id of ['one', 'two', 'bare']) await reverie.live(id);
    await pause(1500);
    const calm = await Promise.all(outputs.map(ticksOf));
    await pause(3000);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    await witness.worstMs();
    const before = await Promise.all(outputs.map(ticksOf));
    for (const signal of ['SIGKILL', 'SIGSTOP', 'SIGKILL'] as const) {
      // How soon it is back is judged above; here it is what the others do meanwhile.
      await reverie.killAndWait(victim, signal, 10_000);
      await pause(700 + Math.random() * 100);
    }
    const after = await Promise.all(outputs.map(ticksOf));
    // Their counts of the last second are on their way.
    await pause(1200);
    // Whatever held up the witness held up the outputs, too.
    const lateMs = await witness.worstMs();
    for (const [index, id] of outputs.entries()) {
      // A machine that is held up gives fewer from the start.
      const rateHz = Math.min(RATE_HZ, rateOf(calm[index], before[index]));
      const held = rateOf(before[index], after[index], lateMs);
      expect(held, id).toBeGreaterThanOrEqual(0.95 * rateHz);
      expect((await reverie.stats(id)).total.tickGap.max, id).toBeLessThan(LONGEST_GAP_MS + lateMs);
    }
  });

  interface Told {
    readonly ticks: number;
    readonly atMs: number;
  }
  const none: Told = { ticks: 0, atMs: 0 };

  const rateOf = (from = none, to = none, lateMs = 0): number =>
    (1000 * (to.ticks - from.ticks)) / (to.atMs - from.atMs - lateMs);

  /** Its count as it is told, which is ten times a second: the moment at which it changes. */
  const ticksOf = async (id: string): Promise<Told> => {
    const told = async (): Promise<number> => Number((await reverie.node(id)).info['ticks']);
    const first = await told();
    let ticks = first;
    await within(
      5000,
      `ticks of ${id}`,
      () => `${ticks}`,
      async () => (ticks = await told()) !== first,
    );
    return { ticks, atMs: performance.now() };
  };
});
