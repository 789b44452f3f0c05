import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import {
  chain,
  fixture,
  graphOf,
  sinkNode,
  stageNode,
  startReverie,
  trouble,
  type Reverie,
} from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

describe('a stage', () => {
  it('whose input gives no more frames says so, and plays on when it is back', async () => {
    const orders = join(tempFolder('health'), 'orders.json');
    const order = (what: object): void => writeFileSync(orders, JSON.stringify(what));
    order({});
    const flags = [
      '--pipeline-import',
      fixture('pipelines/copy.js'),
      '--adapter-import',
      fixture('adapters/moody.js'),
    ];
    const nodes = [
      { id: 'in', type: 'source', adapter: 'moody', config: { orders } },
      stageNode('main', 'copy'),
      sinkNode('out'),
    ];
    const links = [['in', 'main'] as const, ['main', 'out'] as const];
    reverie = await startReverie({ graph: graphOf(nodes, links), flags, env: { MOODY_ORDERS: orders } });
    await reverie.live('main');
    order({ mode: 'stall' });
    const { status } = await reverie.until('main', (node) => node.status.state === 'degraded-input', 10_000);
    expect(status).toMatchObject({ code: 'E_INPUT_NONE', message: expect.stringMatching(/last picture/) });
    expect(status.remedy).not.toBeNull();
    order({});
    await reverie.live('main', 10_000);
  });

  it('that is slower than its input says so, and plays on when it keeps up', async () => {
    reverie = await startReverie({ graph: chain('dawdles'), flags: trouble('dawdles') });
    await reverie.live('main');
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/armed': true });
    const slow = ({ status: { state } }: { status: { state: string } }): boolean =>
      state === 'degraded-inference';
    expect((await reverie.until('main', slow, 15_000)).fault).toBeNull();
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/armed': false });
    await reverie.live('main', 15_000);
  });
});
