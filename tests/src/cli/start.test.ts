import { expect, test } from 'vitest';
import { greeting } from '../../../src/cli/start.ts';
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
const greet = (given: Partial<Options> = {}, playing: Graph | null = graph): string[] =>
  greeting({ ...defaultOptions('/home/ada'), ...given }, url, playing, new RecordingTerminal());

test('start says where the page and OSC are, what plays and how to stop, one line each', () => {
  expect(greet()).toEqual([
    'page  http://127.0.0.1:8000/',
    'osc   127.0.0.1:8000',
    'plays test-pattern → dream → stills',
    'stop  Ctrl-C',
  ]);
});

test('what could not be learned is left out', () => {
  expect(greet({ oscPort: 0 }, null)).toEqual([
    'page  http://127.0.0.1:8000/',
    'osc   127.0.0.1, a free port',
    'stop  Ctrl-C',
  ]);
});

test('listening wider than this machine is said in plain words', () => {
  expect(greet({ host: '0.0.0.0' }).join('\n')).toContain(
    'note  anybody who reaches 0.0.0.0 can play this show',
  );
  expect(greet({ host: '::1', oscHost: 'localhost' }).join('\n')).not.toContain('note');
});

test('OSC that listens wider and lets nobody in says what is missing', () => {
  expect(greet({ oscHost: '0.0.0.0' }).join('\n')).toContain('--osc-allow');
  expect(greet({ oscHost: '0.0.0.0', oscAllow: ['10.0.0.0/24'] }).join('\n')).not.toContain('--osc-allow');
});
