import { ProtobufWriter } from './protobuf-writer.ts';

/**
 * Writes ONNX models by hand, so that a pipeline can ship a graph as code and no weight file. Field numbers are those of
 * onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3), operator set 17, IR version 8.
 * ONNX Runtime checks the result when it loads it; the writer itself only keeps names unique and shapes honest.
 */
export type ElementType = 'float32' | 'uint8' | 'int32' | 'int64' | 'bool';

/** A fixed length, or a name for one that is known when the model runs. */
export type Dimension = number | string;

/** The name of a tensor inside one graph. */
export type TensorName = string & { readonly tensor: unique symbol };

/** An optional input that is left out. */
export const absent = '' as TensorName;

/** JavaScript numbers do not say whether they are whole, ONNX attributes must; so the kind is always spelled. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly text: string };

export type Attributes = Readonly<Record<string, Attribute>>;

/** Numbers of TensorProto.DataType. */
export const elementCode = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const satisfies Record<
  ElementType,
  number
>;

const OPERATOR_SET = 17;
const IR_VERSION = 8;

export class GraphWriter {
  readonly #name: string;
  readonly #nodes: ProtobufWriter[] = [];
  readonly #constants: ProtobufWriter[] = [];
  readonly #inputs: ProtobufWriter[] = [];
  readonly #outputs: ProtobufWriter[] = [];
  /** Scalars and short shapes come up again and again; one constant serves them all. */
  readonly #shared = new Map<string, TensorName>();
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  input(name: string, type: ElementType, shape: readonly Dimension[]): TensorName {
    this.#inputs.push(valueInfo(name, type, shape));
    return tensorName(name);
  }

  /** Gives `tensor` a public name. */
  output(name: string, tensor: TensorName, type: ElementType, shape: readonly Dimension[]): void {
    this.#nodes.push(nodeProto('Identity', [tensor], [tensorName(name)], {}));
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /** A constant of 32-bit floats. Throws where data and shape disagree. */
  floats(data: Float32Array | readonly number[], shape: readonly number[]): TensorName {
    const values = data instanceof Float32Array ? data : Float32Array.from(data);
    return this.#constant('float32', values, values.length, shape);
  }

  scalar(value: number): TensorName {
    return this.#share(`f${value}`, () => this.floats([value], []));
  }

  /** A one-dimensional constant of whole numbers: shapes, axes, starts and ends. */
  integers(...data: readonly number[]): TensorName {
    const make = () => this.#constant('int64', BigInt64Array.from(data, BigInt), data.length, [data.length]);
    return this.#share(`i${data.join()}`, make);
  }

  node(operator: string, inputs: readonly TensorName[], attributes: Attributes = {}): TensorName {
    const output = this.#fresh(operator);
    this.#nodes.push(nodeProto(operator, inputs, [output], attributes));
    return output;
  }

  /** A node with several outputs, such as Split. */
  nodeWith(
    outputs: number,
    operator: string,
    inputs: readonly TensorName[],
    attributes: Attributes = {},
  ): TensorName[] {
    const names = Array.from({ length: outputs }, () => this.#fresh(operator));
    this.#nodes.push(nodeProto(operator, inputs, names, attributes));
    return names;
  }

  /** The bytes of the model file. */
  finish(): Uint8Array {
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, this.#name);
    for (const constant of this.#constants) graph.message(5, constant);
    for (const input of this.#inputs) graph.message(11, input);
    for (const output of this.#outputs) graph.message(12, output);
    const operators = new ProtobufWriter().text(1, '').integer(2, OPERATOR_SET);
    return new ProtobufWriter()
      .integer(1, IR_VERSION)
      .text(2, 'reverie')
      .message(7, graph)
      .message(8, operators)
      .finish();
  }

  #constant(type: ElementType, data: ArrayBufferView, length: number, shape: readonly number[]): TensorName {
    const expected = shape.reduce((product, dimension) => product * dimension, 1);
    if (length !== expected)
      throw new RangeError(`constant of ${length} elements does not fill [${shape.join(', ')}]`);
    const name = this.#fresh('constant');
    const proto = new ProtobufWriter();
    for (const dimension of shape) proto.integer(1, dimension);
    proto.integer(2, elementCode[type]).text(8, name);
    proto.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    this.#constants.push(proto);
    return name;
  }

  #share(key: string, make: () => TensorName): TensorName {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const name = make();
    this.#shared.set(key, name);
    return name;
  }

  #fresh(operator: string): TensorName {
    this.#count += 1;
    return tensorName(`${operator}_${this.#count}`);
  }
}

// The one place where a string becomes a tensor name.
function tensorName(name: string): TensorName {
  return name as TensorName;
}

function nodeProto(
  operator: string,
  inputs: readonly TensorName[],
  outputs: readonly TensorName[],
  attributes: Attributes,
): ProtobufWriter {
  const proto = new ProtobufWriter();
  for (const input of inputs) proto.text(1, input);
  for (const output of outputs) proto.text(2, output);
  proto.text(3, `node_${outputs.join('_')}`).text(4, operator);
  for (const [name, attribute] of Object.entries(attributes))
    proto.message(5, attributeProto(name, attribute));
  return proto;
}

function attributeProto(name: string, attribute: Attribute): ProtobufWriter {
  const proto = new ProtobufWriter().text(1, name);
  if ('float' in attribute) return proto.float(2, attribute.float).integer(20, 1);
  if ('int' in attribute) return proto.integer(3, attribute.int).integer(20, 2);
  if ('text' in attribute) return proto.text(4, attribute.text).integer(20, 3);
  if ('floats' in attribute) {
    for (const value of attribute.floats) proto.float(7, value);
    return proto.integer(20, 6);
  }
  for (const value of attribute.ints) proto.integer(8, value);
  return proto.integer(20, 7);
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): ProtobufWriter {
  const dimensions = new ProtobufWriter();
  for (const dimension of shape) {
    const proto = new ProtobufWriter();
    dimensions.message(
      1,
      typeof dimension === 'string' ? proto.text(2, dimension) : proto.integer(1, dimension),
    );
  }
  const tensorType = new ProtobufWriter().integer(1, elementCode[type]).message(2, dimensions);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensorType));
}
