import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import file from '../../../adapters/file/index.ts';
import ndi from '../../../adapters/ndi/index.ts';
import stream from '../../../adapters/stream/index.ts';
import testPattern from '../../../adapters/test-pattern/index.ts';
import { describeAdapter } from '../../../src/contract/adapter.ts';
import { endpointUrl, readEndpoint } from '../../../src/contract/endpoint.ts';
import { plainGraph, withPlaces, writtenGraphSchema } from '../../../src/contract/graph-places.ts';

const adapters = [file, ndi, stream, testPattern].map(describeAdapter);
const read = (url: string) => readEndpoint(url, adapters);
const graphOf = (...nodes: readonly object[]) => ({ nodes, links: [] });
const failureOf = (graph: unknown): object => {
  try {
    plainGraph(graph, read);
    return {};
  } catch (error) {
    return { code: Object(error).code, details: Object(error).details, message: String(error) };
  }
};

describe('a node of a graph', () => {
  test('may be written with a URL in place of its adapter, and further settings', () => {
    const written = graphOf(
      { id: 'in', type: 'source', url: 'ndi:STUDIO (CAM)', config: { bandwidth: 'lowest' } },
      { id: 'clip', type: 'source', url: 'file:clip.mp4', picture: { rotate: 90 } },
      { id: 'out', type: 'sink', url: 'rtsp://127.0.0.1:8554/live', rateHz: 25 },
      { id: 'main', type: 'stage', pipeline: 'dream' },
    );
    expect(writtenGraphSchema.safeParse(written).success).toBe(true);
    expect(plainGraph(written, read).nodes).toMatchObject([
      { id: 'in', adapter: 'ndi', config: { name: 'STUDIO (CAM)', bandwidth: 'lowest' } },
      { id: 'clip', adapter: 'file', config: { path: 'clip.mp4' }, picture: { rotate: 90 } },
      { id: 'out', adapter: 'stream', config: { url: 'rtsp://127.0.0.1:8554/live' }, rateHz: 25 },
      { id: 'main', pipeline: 'dream' },
    ]);
  });

  test('that leads nowhere is named with its place', () => {
    const good = { id: 'in', type: 'source', url: 'file:clip.mp4' };
    expect(failureOf(graphOf(good, { id: 'cam', type: 'source', url: 'gopher:hole' }))).toMatchObject({
      code: 'E_GRAPH_INVALID',
      details: { field: 'nodes.1.url' },
      message: expect.stringMatching(/nodes\.1\.url.*gopher/),
    });
  });

  test.each([
    { id: 'in', type: 'source' },
    { id: 'in', type: 'source', url: 'file:a.mp4', adapter: 'file' },
    { id: 'in', type: 'source', url: 3 },
    { id: 'in', type: 'source', url: '' },
    { id: 'in', type: 'stage', url: 'file:a.mp4', pipeline: 'dream' },
    { id: 'in', type: 'sink', url: 'file:a.mp4', colour: 'red' },
  ])('is either of both, and a stage neither: %j is refused', (node) => {
    expect(writtenGraphSchema.safeParse(graphOf(node)).success).toBe(false);
    expect(failureOf(graphOf(node))).toMatchObject({ code: 'E_GRAPH_INVALID' });
  });

  test('of any place comes back as the URL that a person would type', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9 ()._-]{1,30}$/);
    fc.assert(
      fc.property(fc.constantFrom('file', 'ndi'), name, (id, rest) => {
        const { nodes } = plainGraph(graphOf({ id: 'in', type: 'source', url: `${id}:${rest}` }), read);
        const [node] = nodes;
        if (node?.type !== 'source') throw new Error('no source');
        expect(endpointUrl(node, adapters)).toBe(`${id}:${rest}`);
      }),
    );
  });
});

test('whatever else is given stays as it was, for the schema to judge', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (given) => {
      expect(withPlaces(given, read).graph).toEqual(given);
      expect(() => withPlaces({ nodes: [given], links: given }, read)).not.toThrow();
    }),
  );
});
