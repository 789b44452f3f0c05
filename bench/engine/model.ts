import { GraphWriter } from '../../src/inference/graph-writer.ts';
import { convolution } from '../../src/inference/probe-model.ts';

export const SIDE = 512;

/**
 * A frame filter of 10 to 20 ms on one CPU core, the order of what a show's pipeline takes: uint8 `[512, 512, 4]` in and out, two 3×3
 * convolutions between.
 */
export function frameFilter(): Uint8Array {
  const graph = new GraphWriter('frame-filter');
  const shape = [SIDE, SIDE, 4];
  const floats = graph.node('Cast', [graph.input('picture', 'uint8', shape)], { to: { int: 1 } });
  const planes = graph.node('Transpose', [floats], { perm: { ints: [2, 0, 1] } });
  let tensor = graph.node('Unsqueeze', [planes, graph.integers(0)]);
  tensor = graph.node('Relu', [convolution(graph, tensor, 4, 4)]);
  tensor = graph.node('Clip', [convolution(graph, tensor, 4, 4), graph.scalar(0), graph.scalar(255)]);
  const rows = graph.node('Transpose', [graph.node('Squeeze', [tensor, graph.integers(0)])], {
    perm: { ints: [1, 2, 0] },
  });
  graph.output('result', graph.node('Cast', [rows], { to: { int: 2 } }), 'uint8', shape);
  return graph.finish();
}
