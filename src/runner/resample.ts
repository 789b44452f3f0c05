import { BYTES_PER_PIXEL, frameBytes, type AspectPolicy, type Frame, type Size } from '../contract/frame.ts';

interface Axis {
  /** Source index of the left (upper) tap, in bytes for x, in rows for y; -1 where the frame has a bar. */
  readonly near: Int32Array;
  readonly far: Int32Array;
  /** Weight of the far tap, 0..256. */
  readonly weight: Uint16Array;
}

interface Plan {
  readonly from: Size;
  readonly x: Axis;
  readonly y: Axis;
  /** Source pixels a target pixel spans, whole; above 1 a box average comes before the bilinear read. */
  readonly reduce: number;
}

/**
 * The one resampler for frames that came in another size than their consumer wants. Bilinear in 8-bit fixed point; a picture
 * more than twice too large is first averaged down by a whole factor, so that fine detail does not flicker. Buffers are kept.
 */
export class Resampler {
  readonly #size: Size;
  readonly #aspect: AspectPolicy;
  readonly #out: Uint8Array;
  #reduced = new Uint8Array(0);
  #plan: Plan | null = null;

  constructor(size: Size, aspect: AspectPolicy) {
    this.#size = size;
    this.#aspect = aspect;
    this.#out = new Uint8Array(frameBytes(size));
  }

  /** The frame in the wanted size; its data is overwritten by the next call. */
  run(frame: Frame): Frame {
    let plan = this.#plan;
    if (plan === null || plan.from.width !== frame.width || plan.from.height !== frame.height) {
      plan = planFor(frame, this.#size, this.#aspect);
      this.#plan = plan;
      this.#out.fill(0);
      for (let i = 3; i < this.#out.length; i += BYTES_PER_PIXEL) this.#out[i] = 255;
    }
    this.#bilinear(this.#reduce(frame, plan.reduce), Math.floor(frame.width / plan.reduce), plan);
    return { ...frame, data: this.#out, width: this.#size.width, height: this.#size.height };
  }

  #reduce(frame: Frame, factor: number): Uint8Array {
    if (factor === 1) return frame.data;
    const width = Math.floor(frame.width / factor);
    const height = Math.floor(frame.height / factor);
    const bytes = width * height * BYTES_PER_PIXEL;
    if (this.#reduced.length !== bytes) this.#reduced = new Uint8Array(bytes);
    boxAverage(frame, factor, this.#reduced);
    return this.#reduced;
  }

  #bilinear(source: Uint8Array, sourceWidth: number, { x, y }: Plan): void {
    const out = this.#out;
    const stride = sourceWidth * BYTES_PER_PIXEL;
    const { width, height } = this.#size;
    for (let row = 0; row < height; row++) {
      const top = y.near[row] ?? -1;
      if (top < 0) continue;
      const upper = top * stride;
      const lower = (y.far[row] ?? 0) * stride;
      const down = y.weight[row] ?? 0;
      const up = 256 - down;
      let to = row * width * BYTES_PER_PIXEL;
      for (let column = 0; column < width; column++, to += BYTES_PER_PIXEL) {
        const left = x.near[column] ?? -1;
        if (left < 0) continue;
        const right = x.far[column] ?? 0;
        const after = x.weight[column] ?? 0;
        const before = 256 - after;
        for (let channel = 0; channel < BYTES_PER_PIXEL; channel++) {
          const above =
            (source[upper + left + channel] ?? 0) * before + (source[upper + right + channel] ?? 0) * after;
          const below =
            (source[lower + left + channel] ?? 0) * before + (source[lower + right + channel] ?? 0) * after;
          out[to + channel] = (above * up + below * down + 32768) >> 16;
        }
      }
    }
  }
}

function boxAverage(frame: Frame, factor: number, out: Uint8Array): void {
  const width = Math.floor(frame.width / factor);
  const height = Math.floor(frame.height / factor);
  const area = factor * factor;
  const stride = frame.width * BYTES_PER_PIXEL;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = row * factor * stride + column * factor * BYTES_PER_PIXEL;
      const to = (row * width + column) * BYTES_PER_PIXEL;
      for (let channel = 0; channel < BYTES_PER_PIXEL; channel++) {
        let sum = area >> 1;
        for (let dy = 0; dy < factor; dy++) {
          for (let dx = 0; dx < factor; dx++)
            sum += frame.data[from + dy * stride + dx * BYTES_PER_PIXEL + channel] ?? 0;
        }
        out[to + channel] = sum / area;
      }
    }
  }
}

function planFor(from: Size, to: Size, aspect: AspectPolicy): Plan {
  const scaleX = to.width / from.width;
  const scaleY = to.height / from.height;
  const even = aspect === 'fill' ? Math.max(scaleX, scaleY) : Math.min(scaleX, scaleY);
  const x = aspect === 'stretch' ? scaleX : even;
  const y = aspect === 'stretch' ? scaleY : even;
  const reduce = Math.max(1, Math.floor(Math.min(1 / x, 1 / y)));
  return {
    from: { width: from.width, height: from.height },
    reduce,
    x: axis(Math.floor(from.width / reduce), to.width, x * reduce, BYTES_PER_PIXEL),
    y: axis(Math.floor(from.height / reduce), to.height, y * reduce, 1),
  };
}

/** Pixel centres are matched, so that nothing shifts; the picture is centred. */
function axis(from: number, to: number, scale: number, step: number): Axis {
  const near = new Int32Array(to).fill(-1);
  const far = new Int32Array(to);
  const weight = new Uint16Array(to);
  for (let i = 0; i < to; i++) {
    const at = (i + 0.5 - to / 2) / scale + from / 2 - 0.5;
    if (at < -0.5 - 1e-9 || at > from - 0.5 + 1e-9) continue;
    const clamped = Math.min(from - 1, Math.max(0, at));
    const index = Math.floor(clamped);
    near[i] = index * step;
    far[i] = Math.min(from - 1, index + 1) * step;
    weight[i] = Math.round((clamped - index) * 256);
  }
  return { near, far, weight };
}
