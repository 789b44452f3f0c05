import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { absent, GraphWriter } from '../../../src/inference/graph-writer.ts';
import { ProtobufWriter } from '../../../src/inference/protobuf-writer.ts';

/** Runs the graph and gives the numbers of its outputs, in the order they were declared. */
async function run(graph: GraphWriter, feeds: Record<string, Tensor>): Promise<number[][]> {
  const session = await InferenceSession.create(graph.finish());
  const results = await session.run(feeds);
  return session.outputNames.map((name) => Array.from(results[name]?.data ?? [], Number));
}

const floats = (values: number[], dims = [values.length]) =>
  new Tensor('float32', Float32Array.from(values), dims);

describe('the protocol buffers writer', () => {
  // Vectors from the encoding guide of protobuf.dev: field 1 = 150, field 2 = "testing", field 3 = { field 1 = 150 }.
  it('encodes the examples of the specification', () => {
    expect([...new ProtobufWriter().integer(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
    const testing = [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67];
    expect([...new ProtobufWriter().text(2, 'testing').finish()]).toEqual(testing);
    const inner = new ProtobufWriter().integer(1, 150);
    expect([...new ProtobufWriter().message(3, inner).finish()]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
  });

  it('encodes a negative number in ten bytes, as int64 demands', () => {
    const expected = [0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    expect([...new ProtobufWriter().integer(1, -2).finish()]).toEqual(expected);
  });
});

describe('the graph writer', () => {
  it('writes a model that ONNX Runtime loads and runs', async () => {
    const graph = new GraphWriter('sum');
    const a = graph.input('a', 'float32', [3]);
    const sum = graph.node('Add', [a, graph.floats([10, 20, 30], [3])]);
    graph.output('out', graph.node('Mul', [sum, graph.scalar(2)]), 'float32', [3]);
    const [out] = await run(graph, { a: floats([1, 2, 3]) });
    expect(out).toEqual([22, 44, 66]);
  });

  it('keeps a whole number a float where the operator wants one, and leaves optional inputs out', async () => {
    const graph = new GraphWriter('attributes');
    const a = graph.input('a', 'float32', [1, 1, 2, 2]);
    const leaky = graph.node('LeakyRelu', [a], { alpha: { float: 2 } });
    const resized = graph.node('Resize', [leaky, absent, absent, graph.integers(1, 1, 4, 4)], {
      mode: { text: 'nearest' },
    });
    graph.output('out', resized, 'float32', [1, 1, 4, 4]);
    const [out] = await run(graph, { a: floats([-1, 2, 3, 4], [1, 1, 2, 2]) });
    expect(out?.slice(0, 4)).toEqual([-2, -2, 2, 2]);
  });

  it('takes lengths that are only known when the model runs', async () => {
    const graph = new GraphWriter('dynamic');
    const a = graph.input('a', 'float32', ['n']);
    graph.output('out', graph.node('Neg', [a]), 'float32', ['n']);
    const [out] = await run(graph, { a: floats([1, 2, 3, 4, 5]) });
    expect(out).toEqual([-1, -2, -3, -4, -5]);
  });

  it('splits one tensor into several by a node of many outputs', async () => {
    const graph = new GraphWriter('split');
    const a = graph.input('a', 'float32', [5]);
    const [head, tail] = graph.nodeWith(2, 'Split', [a, graph.integers(2, 3)], { axis: { int: 0 } });
    if (head === undefined || tail === undefined) throw new Error('Split gives two outputs');
    graph.output('head', head, 'float32', [2]);
    graph.output('tail', tail, 'float32', [3]);
    const [first, rest] = await run(graph, { a: floats([1, 2, 3, 4, 5]) });
    expect(first).toEqual([1, 2]);
    expect(rest).toEqual([3, 4, 5]);
  });

  it('refuses a constant that does not fill its shape', () => {
    expect(() => new GraphWriter('bad').floats([1, 2, 3], [2, 2])).toThrow(RangeError);
  });

  it('stores a repeated scalar once', () => {
    const graph = new GraphWriter('shared');
    expect(graph.scalar(0.5)).toBe(graph.scalar(0.5));
    expect(graph.scalar(0.5)).not.toBe(graph.scalar(1));
  });
});
