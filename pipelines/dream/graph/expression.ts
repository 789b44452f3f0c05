import { absent, type GraphWriter, type TensorName } from '../../../src/inference/graph-writer.ts';

/** Arithmetic on tensors in the words of a formula. Numbers become shared scalar constants. */
export type Term = TensorName | number;

export class Expressions {
  readonly graph: GraphWriter;

  constructor(graph: GraphWriter) {
    this.graph = graph;
  }

  add(first: Term, ...rest: readonly Term[]): TensorName {
    return rest.reduce<TensorName>(
      (sum, term) => this.graph.node('Add', [sum, this.#name(term)]),
      this.#name(first),
    );
  }

  sub(a: Term, b: Term): TensorName {
    return this.graph.node('Sub', [this.#name(a), this.#name(b)]);
  }

  mul(first: Term, ...rest: readonly Term[]): TensorName {
    return rest.reduce<TensorName>(
      (product, term) => this.graph.node('Mul', [product, this.#name(term)]),
      this.#name(first),
    );
  }

  /** a * b + c */
  line(a: Term, b: Term, c: Term): TensorName {
    return this.add(this.mul(a, b), c);
  }

  sin(a: Term): TensorName {
    return this.graph.node('Sin', [this.#name(a)]);
  }

  /** A sine between 0 and 1. */
  wave(a: Term): TensorName {
    return this.line(this.sin(a), 0.5, 0.5);
  }

  exp(a: Term): TensorName {
    return this.graph.node('Exp', [this.#name(a)]);
  }

  abs(a: Term): TensorName {
    return this.graph.node('Abs', [this.#name(a)]);
  }

  relu(a: Term): TensorName {
    return this.graph.node('Relu', [this.#name(a)]);
  }

  tanh(a: Term): TensorName {
    return this.graph.node('Tanh', [this.#name(a)]);
  }

  sigmoid(a: Term): TensorName {
    return this.graph.node('Sigmoid', [this.#name(a)]);
  }

  floor(a: Term): TensorName {
    return this.graph.node('Floor', [this.#name(a)]);
  }

  min(a: Term, b: Term): TensorName {
    return this.graph.node('Min', [this.#name(a), this.#name(b)]);
  }

  clip(a: Term, low: Term, high: Term): TensorName {
    return this.graph.node('Clip', [this.#name(a), this.#name(low), this.#name(high)]);
  }

  /** a modulo `length`, never negative. */
  wrap(a: TensorName, length: number): TensorName {
    return this.sub(a, this.mul(this.floor(this.mul(a, 1 / length)), length));
  }

  matmul(a: TensorName, b: TensorName): TensorName {
    return this.graph.node('MatMul', [a, b]);
  }

  reshape(a: TensorName, ...shape: readonly number[]): TensorName {
    return this.graph.node('Reshape', [a, this.graph.integers(...shape)]);
  }

  /** Puts rows on top of each other. */
  rows(...rows: readonly TensorName[]): TensorName {
    return this.graph.node('Concat', rows, { axis: { int: 0 } });
  }

  /** Takes `[rows, n]` apart into `[1, n]` each. */
  split(a: TensorName, rows: number): TensorName[] {
    return this.graph.nodeWith(rows, 'Split', [a, this.graph.integers(...Array<number>(rows).fill(1))], {
      axis: { int: 0 },
    });
  }

  /** Bilinear, pixel centres at halves. `[1, channels, ...]` to `[1, channels, height, width]`. */
  resize(a: TensorName, channels: number, height: number, width: number): TensorName {
    const size = this.graph.integers(1, channels, height, width);
    return this.graph.node('Resize', [a, absent, absent, size], {
      mode: { text: 'linear' },
      coordinate_transformation_mode: { text: 'half_pixel' },
    });
  }

  #name(term: Term): TensorName {
    return typeof term === 'number' ? this.graph.scalar(term) : term;
  }
}
