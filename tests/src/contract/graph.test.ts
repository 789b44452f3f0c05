import { describe, expect, it } from 'vitest';
import {
  graphError,
  graphOrder,
  graphSchema,
  type Graph,
  type GraphCatalog,
} from '../../../src/contract/graph.ts';

const catalog: GraphCatalog = {
  pipelinePorts: (id) =>
    id === 'blur'
      ? { inputs: ['video'], outputs: ['video'] }
      : id === 'clouds'
        ? { inputs: [], outputs: ['video'] }
        : null,
  adapterPlays: (id, role) => (id === 'camera' ? role === 'source' : id === 'screen' && role === 'sink'),
  configError: (_adapter, config) => (config['rate'] === 'fast' ? 'rate: a number is wanted' : null),
};
const camera = (id: string, config = {}) => ({ id, type: 'source', adapter: 'camera', config });
const blur = (id: string) => ({ id, type: 'stage', pipeline: 'blur' });
const screen = (id: string) => ({ id, type: 'sink', adapter: 'screen' });
const graph = (nodes: unknown[], links: [string, string][] = []): Graph =>
  graphSchema.parse({ nodes, links: links.map(([from, to]) => ({ from, to })) });
const errorOf = (nodes: unknown[], links: [string, string][] = []) =>
  graphError(graph(nodes, links), catalog);

describe('the check of a graph', () => {
  it('lets chains, branches and several ends pass', () => {
    const nodes = [camera('a'), camera('b'), blur('x'), blur('y'), screen('o'), screen('p')];
    expect(
      errorOf(nodes, [
        ['a', 'x'],
        ['x', 'y'],
        ['y', 'o'],
        ['x', 'p'],
      ]),
    ).toBeNull();
  });

  it.each([
    [
      'a circle',
      [blur('x'), blur('y')],
      [
        ['x', 'y'],
        ['y', 'x'],
      ],
      'E_GRAPH_CYCLE',
    ],
    ['a node fed by itself', [blur('x')], [['x', 'x']], 'E_GRAPH_CYCLE'],
    ['an unknown end', [blur('x')], [['ghost', 'x']], 'E_GRAPH_UNKNOWN_NODE'],
    ['a link into a source', [camera('a'), blur('x')], [['x', 'a']], 'E_GRAPH_BAD_PORT'],
    ['a link out of a sink', [screen('o'), blur('x')], [['o', 'x']], 'E_GRAPH_BAD_PORT'],
    [
      'two links into one input',
      [camera('a'), camera('b'), screen('o')],
      [
        ['a', 'o'],
        ['b', 'o'],
      ],
      'E_GRAPH_BAD_PORT',
    ],
    [
      'a link into a pipeline without input',
      [camera('a'), { id: 'c', type: 'stage', pipeline: 'clouds' }],
      [['a', 'c']],
      'E_GRAPH_BAD_PORT',
    ],
    ['two nodes of one name', [camera('a'), blur('a')], [], 'E_GRAPH_DUPLICATE_NODE'],
    ['a reserved word as a name', [camera('preset')], [], 'E_GRAPH_DUPLICATE_NODE'],
    ['a name with capitals', [camera('Cam')], [], 'E_GRAPH_DUPLICATE_NODE'],
    [
      'a pipeline nobody installed',
      [{ id: 'x', type: 'stage', pipeline: 'nope' }],
      [],
      'E_GRAPH_UNKNOWN_PIPELINE',
    ],
    [
      'an adapter that is no source',
      [{ id: 'a', type: 'source', adapter: 'screen' }],
      [],
      'E_GRAPH_UNKNOWN_ADAPTER',
    ],
    ['a wrong configuration', [camera('a', { rate: 'fast' })], [], 'E_GRAPH_CONFIG'],
  ] as [string, unknown[], [string, string][], string][])('refuses %s', (_what, nodes, links, code) => {
    expect(errorOf(nodes, links)?.code).toBe(code);
  });

  it('puts every producer before its consumers', () => {
    const order = graphOrder(
      graph(
        [screen('o'), blur('y'), blur('x'), camera('a')],
        [
          ['a', 'x'],
          ['x', 'y'],
          ['y', 'o'],
        ],
      ),
    );
    expect(order).toEqual(['a', 'x', 'y', 'o']);
  });
});
