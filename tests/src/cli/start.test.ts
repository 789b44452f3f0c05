import { expect, test } from 'vitest';
import { pageLines, playLines, type Door } from '../../../src/cli/start.ts';
import type { OscStart } from '../../../src/controls.ts';
import type { Graph } from '../../../src/contract/graph.ts';
import { graphSchema } from '../../../src/contract/graph.ts';
import { RecordingTerminal } from './recording-terminal.ts';

const url = 'http://127.0.0.1:8000/';
const graph: Graph = graphSchema.parse({
  nodes: [
    { id: 'in', type: 'source', adapter: 'test-pattern' },
    { id: 'main', type: 'stage', pipeline: 'dream' },
    { id: 'out', type: 'sink', adapter: 'stills' },
  ],
  links: [],
});
const closed: Door = { addresses: [], token: null, hasToken: false };
const listens: OscStart = { address: '127.0.0.1:8000', problem: null };
const greet = (door: Partial<Door> = {}, osc = listens): string[] => {
  const terminal = new RecordingTerminal();
  return [...pageLines(url, { ...closed, ...door }, terminal), ...playLines(osc, graph, terminal)];
};

test('start says where the page and OSC are, what plays and how to stop, one line each', () => {
  expect(greet()).toEqual([
    'page  http://127.0.0.1:8000/',
    'osc   127.0.0.1:8000',
    'plays test-pattern → dream → stills',
    'stop  Ctrl-C',
  ]);
});

test('where OSC does not listen, start says so, and why where that is known', () => {
  const silent = { address: null, problem: null };
  expect(greet({}, silent)).toContain('osc   does not listen yet; the page says why');
  const taken = { address: null, problem: 'UDP 127.0.0.1:8000 is in use' };
  expect(greet({}, taken)).toContain('osc   does not listen yet: UDP 127.0.0.1:8000 is in use');
});

test('listening wider shows a link for each address that signs another device in, this once', () => {
  const text = greet({
    addresses: ['http://192.168.1.5:8000', 'http://10.0.0.5:8000'],
    token: 'abc',
    hasToken: true,
  }).join('\n');
  expect(text).toContain('link  http://192.168.1.5:8000/#token=abc');
  expect(text).toContain('link  http://10.0.0.5:8000/#token=abc');
  expect(text).toContain('shown this once');
});

test('where the token was shown before, or nobody watches, it says what makes a new one', () => {
  const addresses = ['http://192.168.1.5:8000'];
  const known = greet({ addresses, hasToken: true }).join('\n');
  expect(known).toContain('also  http://192.168.1.5:8000');
  expect(known).toContain('`reverie token` makes a new one');
  expect(greet({ addresses }).join('\n')).toContain('no other device gets in yet');
});
