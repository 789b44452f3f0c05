import { afterEach, describe, expect, it } from 'vitest';
import type { EngineStats, NodeLog } from '../../src/contract/engine-api.ts';
import {
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

const besides = (pipeline: string) =>
  graphOf(
    [
      sourceNode('in'),
      stageNode('main', pipeline),
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

const metric = async (id: string): Promise<number> => {
  const text = await (await fetch(`${reverie.url}/metrics`)).text();
  const line = text
    .split('\n')
    .find((each) => each.startsWith(`reverie_log_lines_dropped_total{node="${id}"}`));
  return Number(line?.split(' ')[1]);
};

// A machine that others hold up gets a second look before it counts as broken.
describe('a pipeline that floods its log', { retry: 2 }, () => {
  it.each(['shouts', 'chatters'])(
    '(%s) holds up nobody: the chain beside it plays on, the daemon stays quick and small, and what is left out is counted',
    async (name) => {
      const flags = ['--pipeline-import', fixture('pipelines/copy.js'), ...trouble(name)];
      reverie = await startReverie({ graph: besides(name), flags });
      await reverie.live('main');
      await reverie.live('other');
      await pause(1500);
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/armed': true });
      await pause(1000);
      const before = await reverie.get<EngineStats>('stats');
      await reverie.call('POST', '/api/v1/stats/reset', {});
      await pause(4000);
      const stats = await reverie.get<EngineStats>('stats');
      const node = (id: string) => stats.nodes.find((each) => each.id === id);
      // At 30 frames a second a tick is 33 ms, and a repeat comes after 50.
      expect(node('other')?.ticks).toBeGreaterThan(80);
      expect(node('other')?.total.tickGap.max).toBeLessThan(1000);
      // It plays on itself, too.
      expect(node('main')?.framesOut).toBeGreaterThan(40);
      // Nineteen of twenty: who else wants this processor is none of the daemon's doing.
      expect(stats.eventLoopDelay.p95).toBeLessThan(10);
      expect(stats.rssBytes - before.rssBytes).toBeLessThan(60e6);
      expect(node('main')?.logLinesDropped).toBeGreaterThan(50_000);
      expect(node('other')?.logLinesDropped).toBe(0);
      const { log } = await reverie.get<{ log: NodeLog }>('nodes/main');
      expect(log.runner).toHaveLength(200);
      expect(await metric('main')).toBeGreaterThan(50_000);
    },
  );
});
