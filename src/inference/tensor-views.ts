import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { failure } from '../contract/error.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';

/** Elements of one tensor, row-major. May be a view on shared memory; a SharedArrayBuffer is refused by ONNX Runtime. */
export type TensorView =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Views by tensor name. */
export type TensorViews = Readonly<Record<string, TensorView>>;

/** One input or output of a model. */
export interface TensorShape {
  readonly name: string;
  readonly type: ElementName;
  /** Fixed lengths, outermost first. */
  readonly shape: readonly number[];
}

const viewOf = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  // Half floats travel as their bits, booleans as bytes.
  float16: Uint16Array,
  bool: Uint8Array,
} as const;

export type ElementName = keyof typeof viewOf;

/** Reads what the model declares. Throws E_INFERENCE_TENSOR for open dimensions: frames have one size, and so must a graph. */
export function tensorShapes(metadata: readonly InferenceSession.ValueMetadata[]): readonly TensorShape[] {
  return metadata.map((value) => {
    if (!value.isTensor || !isElementName(value.type)) {
      throw failure(
        'E_INFERENCE_TENSOR',
        `tensor ${value.name} of the model is of a type that Reverie does not pass`,
      );
    }
    const shape = value.shape.map((length) => {
      if (typeof length === 'number') return length;
      throw failure(
        'E_INFERENCE_TENSOR',
        `dimension ${length} of tensor ${value.name} is open; write the model with fixed sizes`,
      );
    });
    return { name: value.name, type: value.type, shape };
  });
}

export function zeros(tensor: TensorShape): TensorView {
  return new viewOf[tensor.type](elements(tensor));
}

/**
 * Wraps views as tensors of one side (inputs or outputs) of a model. A view is checked and wrapped once; when it comes again,
 * as the slots of a link do, its tensor is taken from the table.
 */
export class TensorTable {
  readonly #tensors: Readonly<Record<string, Entry>>;
  readonly #runtime: OnnxRuntime;

  constructor(runtime: OnnxRuntime, shapes: readonly TensorShape[]) {
    this.#runtime = runtime;
    this.#tensors = Object.fromEntries(shapes.map((shape) => [shape.name, { shape, known: new WeakMap() }]));
  }

  wrap(views: TensorViews): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const name in views) {
      const view = views[name];
      if (view !== undefined) tensors[name] = this.#tensor(name, view);
    }
    return tensors;
  }

  #tensor(name: string, view: TensorView): Tensor {
    const entry = this.#tensors[name];
    if (entry === undefined) throw failure('E_INFERENCE_TENSOR', `the model has no tensor ${name}`);
    const known = entry.known.get(view);
    if (known !== undefined) return known;
    check(entry.shape, view);
    const tensor = new this.#runtime.Tensor(entry.shape.type, view, entry.shape.shape);
    entry.known.set(view, tensor);
    return tensor;
  }
}

interface Entry {
  readonly shape: TensorShape;
  readonly known: WeakMap<TensorView, Tensor>;
}

function check(tensor: TensorShape, view: TensorView): void {
  const expected = `${elements(tensor)} ${tensor.type} [${tensor.shape.join(', ')}]`;
  const place = `tensor ${tensor.name} takes ${expected}`;
  if (!(view instanceof viewOf[tensor.type]) || view.length !== elements(tensor)) {
    throw failure('E_INFERENCE_TENSOR', `${place}, not ${view.length} in ${view.constructor.name}`);
  }
  if (view.buffer instanceof SharedArrayBuffer) {
    throw failure('E_INFERENCE_TENSOR', `${place}, and not from a SharedArrayBuffer`);
  }
}

function elements(tensor: TensorShape): number {
  return tensor.shape.reduce((product, length) => product * length, 1);
}

function isElementName(type: string): type is ElementName {
  return Object.hasOwn(viewOf, type);
}
