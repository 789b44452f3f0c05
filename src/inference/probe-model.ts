import { GraphWriter, type TensorName } from './graph-writer.ts';

/** Side of the square picture that the probe convolves, in pixels. */
export const PROBE_SIDE = 256;

/**
 * Three 3×3 convolutions over a picture, about 0.4 GFLOP: uint8 `[side, side, 3]` in and out like every pipeline's graph, so that
 * the time includes moving the frame to the device and back. Weights are made up but fixed.
 */
export function probeModel(): Uint8Array {
  const graph = new GraphWriter('probe');
  const shape = [PROBE_SIDE, PROBE_SIDE, 3];
  const picture = graph.input('picture', 'uint8', shape);
  const floats = graph.node('Cast', [picture], { to: { int: 1 } });
  const channels = graph.node('Transpose', [floats], { perm: { ints: [2, 0, 1] } });
  let tensor = graph.node('Unsqueeze', [channels, graph.integers(0)]);
  tensor = graph.node('Relu', [convolution(graph, tensor, 3, 16)]);
  tensor = graph.node('Relu', [convolution(graph, tensor, 16, 16)]);
  tensor = convolution(graph, tensor, 16, 3);
  const clipped = graph.node('Clip', [tensor, graph.scalar(0), graph.scalar(255)]);
  const squeezed = graph.node('Squeeze', [clipped, graph.integers(0)]);
  const rows = graph.node('Transpose', [squeezed], { perm: { ints: [1, 2, 0] } });
  graph.output('result', graph.node('Cast', [rows], { to: { int: 2 } }), 'uint8', shape);
  return graph.finish();
}

/** A 3×3 convolution from `from` to `to` planes that keeps their size. */
export function convolution(graph: GraphWriter, input: TensorName, from: number, to: number): TensorName {
  const weights = Float32Array.from(
    { length: to * from * 9 },
    (_, i) => (Math.sin(i * 1.7) + 0.35) / (from * 3),
  );
  return graph.node('Conv', [input, graph.floats(weights, [to, from, 3, 3])], {
    pads: { ints: [1, 1, 1, 1] },
  });
}

/** A fixed picture with smooth and hard parts, uint8 `[side, side, 3]`. */
export function probePicture(): Uint8Array {
  return Uint8Array.from({ length: PROBE_SIDE * PROBE_SIDE * 3 }, (_, i) => (i * 7 + (i >> 5) * 13) % 256);
}
