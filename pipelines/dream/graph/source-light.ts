import { elementCode, type GraphWriter, type TensorName } from '../../../src/inference/graph-writer.ts';
import type { ScalarName } from './controls.ts';
import type { Expressions } from './expression.ts';

/** What the source frame does to the picture. `tone`, `form`, `surround`: `[1, fields]`. */
export interface SourceLight {
  /** Bright parts of the source climb the palette. */
  readonly tone: TensorName;
  /** Its edges become relief. */
  readonly form: TensorName;
  /** Its light in a wide neighbourhood, 0..1. */
  readonly surround: TensorName;
  /** What the finished picture is multiplied with, `[1, pixels]`, from the surround at full resolution. */
  readonly gain: (surround: TensorName) => TensorName;
}

/**
 * Reads the frame's luma. The picture's light is applied last and at full resolution, so that faces and lettering show through
 * everything drawn. Host-side limits keep the gain near 1 where the palette is pale: a face must not clip to white.
 */
export function sourceLight(
  graph: GraphWriter,
  e: Expressions,
  size: { readonly width: number; readonly height: number; readonly h: number; readonly w: number },
  scalar: (name: ScalarName) => TensorName,
): SourceLight {
  const { width, height, h, w } = size;
  const bytes = graph.input('luma', 'uint8', [1, height * width]);
  const luma = e.mul(graph.node('Cast', [bytes], { to: { int: elementCode.float32 } }), 1 / 255);
  const small = e.resize(e.reshape(luma, 1, 1, height, width), 1, h, w);
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
    gain: (fullSurround) => {
      const local = e.mul(e.sub(luma, fullSurround), scalar('gainDetail'));
      // Clip wants bounds without dimensions, which a part of the controls is not.
      const gain = e.add(e.mul(luma, scalar('gainSlope')), local, scalar('gainLow'));
      return e.min(e.relu(gain), scalar('gainMax'));
    },
  };
}
