import { describe, expect, it } from 'vitest';
import { graphSchema, type Graph } from '../../../src/contract/graph.ts';
import { diffGraph } from '../../../src/engine/graph-diff.ts';

const graph = (nodes: unknown[]): Graph => graphSchema.parse({ nodes, links: [] });
const source = { id: 'in', type: 'source', adapter: 'a' };
const stage = { id: 'main', type: 'stage', pipeline: 'p' };
const ids = (nodes: readonly { id: string }[]): string[] => nodes.map((node) => node.id);

describe('the difference of two graphs', () => {
  it('is nothing between equal ones', () => {
    expect(diffGraph(graph([source, stage]), graph([source, stage]))).toEqual({
      added: [],
      removed: [],
      swapped: [],
      adjusted: [],
    });
  });

  it('names what came and what left', () => {
    const diff = diffGraph(graph([source]), graph([stage]));
    expect([ids(diff.added), diff.removed]).toEqual([['main'], ['in']]);
  });

  it('warms another runner for another pipeline or configuration', () => {
    const diff = diffGraph(
      graph([source, stage]),
      graph([
        { ...source, config: { x: 1 } },
        { ...stage, pipeline: 'q' },
      ]),
    );
    expect(ids(diff.swapped)).toEqual(['in', 'main']);
  });

  it('only adjusts what the daemon alone looks at', () => {
    const diff = diffGraph(graph([stage]), graph([{ ...stage, fallback: 'bypass', rateHz: 10 }]));
    expect([ids(diff.swapped), ids(diff.adjusted)]).toEqual([[], ['main']]);
  });

  it('takes a node that became another kind as one that left and one that came', () => {
    const diff = diffGraph(graph([{ ...source, id: 'x' }]), graph([{ ...stage, id: 'x' }]));
    expect([ids(diff.added), diff.removed]).toEqual([['x'], ['x']]);
  });
});
