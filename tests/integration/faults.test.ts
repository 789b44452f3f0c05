import { afterEach, describe, expect, it } from 'vitest';
import {
  chain,
  fixture,
  graphOf,
  pause,
  sinkNode,
  sourceNode,
  stageNode,
  startReverie,
  trouble,
  type Reverie,
} from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

const copy = ['--pipeline-import', fixture('pipelines/copy.js')];

// The bound is the promise itself, three seconds; a machine that others hold up gets a second look before it counts as broken.
describe('a runner that is killed', { retry: 2 }, () => {
  it.each([
    ['in', 'SIGKILL', 'E_RUNNER_KILLED'],
    ['main', 'SIGKILL', 'E_RUNNER_KILLED'],
    ['out', 'SIGKILL', 'E_RUNNER_KILLED'],
    ['in', 'SIGSTOP', 'E_RUNNER_HUNG'],
    ['main', 'SIGSTOP', 'E_RUNNER_HUNG'],
    ['out', 'SIGSTOP', 'E_RUNNER_HUNG'],
  ] as const)(
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

  it('is back within 3 s also after twenty in a row, and leaves neither processes nor memory', async () => {
    reverie = await startReverie({ graph: chain('copy'), flags: copy });
    await reverie.live('out');
    await pause(1500);
    const before = { children: reverie.children().length, memory: await memory() };
    for (let i = 0; i < 20; i++) {
      expect(await reverie.killAndWait('main', 'SIGKILL', 3000)).toBeLessThan(3000);
      await pause(Math.random() * 50);
    }
    await pause(1500);
    await reverie.live('out');
    expect(reverie.children().length).toBeLessThanOrEqual(before.children + 1);
    expect(await memory()).toBe(before.memory);
    expect((await reverie.node('main')).restarts).toBe(20);
  });

  it('makes no other output miss a tick', async () => {
    const graph = graphOf(
      [
        sourceNode('in'),
        stageNode('a', 'copy'),
        stageNode('b', 'copy'),
        sinkNode('one'),
        sinkNode('two'),
        sinkNode('bare'),
      ],
      [
        ['in', 'a'],
        ['in', 'b'],
        ['a', 'one'],
        ['b', 'two'],
        ['in', 'bare'],
      ],
    );
    reverie = await startReverie({ graph, flags: copy });
    for (const id of ['one', 'two', 'bare']) await reverie.live(id);
    await pause(1500);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    for (let i = 0; i < 4; i++) {
      // How soon it is back is judged above; here it is what the others do meanwhile.
      await reverie.killAndWait('a', i % 2 === 0 ? 'SIGKILL' : 'SIGSTOP', 10_000);
      await pause(300);
    }
    // At 30 frames a second a tick is 33 ms, a repeat comes after 50; a second is far beyond, and still below a hang and its restart.
    for (const id of ['one', 'two', 'bare']) {
      const { ticks, total } = await reverie.stats(id);
      expect(ticks, id).toBeGreaterThan(40);
      expect(total.tickGap.max, id).toBeLessThan(1000);
    }
    expect((await reverie.stats('two')).repeats).toBeLessThan((await reverie.stats('one')).repeats + 20);
  });

  const memory = async (): Promise<number> =>
    (await reverie.get<{ memory: { bytes: number } }>('status')).memory.bytes;
});

describe('a pipeline that goes wrong', () => {
  it.each([
    ['throws', 'E_PIPELINE_THREW', /deliberate mistake/],
    ['hangs', 'E_RUNNER_HUNG', /did not return/],
    ['spins', 'E_RUNNER_HUNG', /did not answer/],
    ['exits', 'E_RUNNER_EXITED', /code 3/],
    ['aborts', 'E_RUNNER_KILLED', /SIGABRT/],
    ['oversize', 'E_PIPELINE_SIZE', /-5 x 1000000000/],
    ['overruns', 'E_PIPELINE_OVERRUN', /past the end/],
    ['hoards', 'E_RUNNER_MEMORY', /memory/],
    ['babbles', 'E_RUNNER_PROTOCOL', /sent null/],
  ] as const)(
    '(%s) is ended and named with its last words, while the others play on',
    async (name, code, message) => {
      const graph = graphOf(
        [
          sourceNode('in'),
          stageNode('main', name),
          stageNode('side', 'copy'),
          sinkNode('out'),
          sinkNode('other'),
        ],
        [
          ['in', 'main'],
          ['in', 'side'],
          ['main', 'out'],
          ['side', 'other'],
        ],
      );
      reverie = await startReverie({ graph, flags: [...copy, ...trouble(name), '--runner-memory', '600'] });
      await reverie.live('main');
      await reverie.live('other');
      await pause(1200);
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/armed': true });
      const failed = await reverie.until('main', ({ fault }) => fault?.code === code, 15_000);
      expect(failed.fault?.message).toMatch(message);
      expect(failed.fault?.log.join('\n')).toContain(`${name}: last words`);
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/armed': false });
      await reverie.live('main', 8000);
      const other = await reverie.stats('other');
      expect(other.recent.tickGap.max).toBeLessThan(1000);
      // The picture never went away.
      expect((await reverie.frame()).length).toBeGreaterThan(1000);
    },
  );

  it('blocks for a minute while it loads: it is ended, said so, and the others play on', async () => {
    const graph = graphOf(
      [sourceNode('in'), stageNode('main', 'blocksload'), sinkNode('out'), sinkNode('other')],
      [
        ['in', 'main'],
        ['main', 'out'],
        ['in', 'other'],
      ],
    );
    reverie = await startReverie({ graph, flags: trouble('blocksload') });
    await reverie.live('other');
    const failed = await reverie.until('main', ({ fault }) => fault !== null, 10_000);
    expect(failed.fault?.code).toBe('E_RUNNER_HUNG');
    expect((await reverie.stats('other')).recent.tickGap.max).toBeLessThan(1000);
  });

  it('may block as long as it announced', async () => {
    reverie = await startReverie({ graph: chain('slowload'), flags: trouble('slowload') });
    expect((await reverie.live('main', 15_000)).fault).toBeNull();
  });

  it('fails to load: it is tried again later and later, and says why', async () => {
    reverie = await startReverie({ graph: chain('failsload'), flags: trouble('failsload') });
    const failed = await reverie.until('main', ({ restarts }) => restarts >= 3, 8000);
    expect(failed.fault).toMatchObject({ code: 'E_PIPELINE_LOAD', message: 'the weights are missing' });
    const { status } = await reverie.until('main', ({ status: { state } }) => state === 'failed');
    expect(status.message).toMatch(/next try in/);
  });
});
