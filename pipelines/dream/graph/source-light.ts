import type { GraphWriter, TensorName } from '../../../src/inference/graph-writer.ts';
import type { Grid } from './basis.ts';
import type { Expressions } from './expression.ts';

/** What the source frame does to the structure. Each `[1, h * w]`. */
export interface SourceLight {
  /** Bright parts of the source climb the palette. */
  readonly tone: TensorName;
  /** Its edges become relief. */
  readonly form: TensorName;
  /** Its light in a wide neighbourhood, 0..1. */
  readonly surround: TensorName;
}

/**
 * Reads the frame's luma at the structure's resolution. The picture's light is applied last and at full resolution
 * (kernels/composing.ts), so that faces and lettering show through everything drawn.
 */
export function sourceLight(graph: GraphWriter, e: Expressions, { h, w }: Grid): SourceLight {
  const small = e.reshape(graph.input('luma', 'float32', [1, h * w]), 1, 1, h, w);
  const soft = graph.node('AveragePool', [small], {
    kernel_shape: { ints: [3, 3] },
    pads: { ints: [1, 1, 1, 1] },
    count_include_pad: { int: 0 },
  });
  const window = Math.max(2, Math.round(h / 16));
  const pooled = graph.node('AveragePool', [small], {
    kernel_shape: { ints: [window, window] },
    strides: { ints: [window, window] },
    ceil_mode: { int: 1 },
    count_include_pad: { int: 0 },
  });
  const light = e.reshape(soft, 1, h * w);
  const surround = e.reshape(e.resize(pooled, 1, h, w), 1, h * w);
  const detail = e.sub(light, surround);
  return {
    tone: e.add(light, e.mul(detail, 0.6), -0.5),
    form: e.line(detail, 1.6, e.mul(light, 0.5)),
    surround,
  };
}
