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
    ['scribbles', 'E_RUNNER_PROTOCOL', /no message: .*JSON/],
    ['floods', 'E_RUNNER_HUNG', /did not answer/],
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
