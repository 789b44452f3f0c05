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
  /** Where it has something to be recognised, 0..1. */
  readonly subject: TensorName;
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
  const pool = (values: TensorName): TensorName =>
    graph.node('AveragePool', [values], {
      kernel_shape: { ints: [window, window] },
      strides: { ints: [window, window] },
      ceil_mode: { int: 1 },
      count_include_pad: { int: 0 },
    });
  const mean = pool(small);
  const light = e.reshape(soft, 1, h * w);
  const wide = e.resize(graph.node('Concat', [mean, detailOf(graph, e, pool(e.mul(small, small)), mean)], { axis: { int: 1 } }), 2, h, w); // prettier-ignore
  const [surround = light, subject = light] = e.split(e.reshape(wide, 2, h * w), 2);
  const detail = e.sub(light, surround);
  return {
    tone: e.add(light, e.mul(detail, 0.6), -0.5),
    form: e.line(detail, 1.6, e.mul(light, 0.5)),
    surround,
    subject,
  };
}

/** How far a neighbourhood is drawn by edges, 0..1: little in a sky or a wall, all of it where there is a face or lettering. */
function detailOf(graph: GraphWriter, e: Expressions, square: TensorName, mean: TensorName): TensorName {
  const deviation = graph.node('Sqrt', [e.relu(e.sub(square, e.mul(mean, mean)))]);
  // The neighbours count too: a cheek between eye and mouth is part of the face.
  const around = graph.node('AveragePool', [deviation], {
    kernel_shape: { ints: [3, 3] },
    pads: { ints: [1, 1, 1, 1] },
    count_include_pad: { int: 0 },
  });
  return e.clip(e.line(around, 13, -0.35), 0, 1);
}
