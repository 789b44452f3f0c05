import { expect, test } from 'vitest';
import { greeting, type Door } from '../../../src/cli/start.ts';
import type { Graph } from '../../../src/contract/graph.ts';
import { graphSchema } from '../../../src/contract/graph.ts';
import { defaultOptions, type Options } from '../../../src/options.ts';
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
const greet = (given: Partial<Options> = {}, door: Partial<Door> = {}): string[] =>
  greeting(
    { ...defaultOptions('/home/ada'), ...given },
    url,
    graph,
    { ...closed, ...door },
    new RecordingTerminal(),
  );

test('start says where the page and OSC are, what plays and how to stop, one line each', () => {
  expect(greet()).toEqual([
    'page  http://127.0.0.1:8000/',
    'osc   127.0.0.1:8000',
    'plays test-pattern → dream → stills',
    'stop  Ctrl-C',
  ]);
});

test('a port that the system chooses is said to be a free one', () => {
  expect(greet({ oscPort: 0 })).toContain('osc   127.0.0.1, a free port');
});

test('listening wider shows a link for each address that signs another device in, this once', () => {
  const text = greet(
    { host: '0.0.0.0' },
    { addresses: ['http://192.168.1.5:8000', 'http://10.0.0.5:8000'], token: 'abc', hasToken: true },
  ).join('\n');
  expect(text).toContain('link  http://192.168.1.5:8000/#token=abc');
  expect(text).toContain('link  http://10.0.0.5:8000/#token=abc');
  expect(text).toContain('shown this once');
});

test('where the token was shown before, or nobody watches, it says what makes a new one', () => {
  const addresses = ['http://192.168.1.5:8000'];
  const known = greet({ host: '0.0.0.0' }, { addresses, hasToken: true }).join('\n');
  expect(known).toContain('also  http://192.168.1.5:8000');
  expect(known).toContain('`reverie token` makes a new one');
  expect(greet({ host: '0.0.0.0' }, { addresses }).join('\n')).toContain('no other device gets in yet');
});
