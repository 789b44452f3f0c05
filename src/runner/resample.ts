import { BYTES_PER_PIXEL, frameBytes, type AspectPolicy, type Frame, type Size } from '../contract/frame.ts';
import { croppedArea, plainPicture, turnedSize, type PictureSettings } from '../contract/picture.ts';

interface Axis {
  /** Where the two taps of each target column or row lie, in bytes from the first pixel; -1 where the frame has a bar. */
  readonly near: Int32Array;
  readonly far: Int32Array;
  /** Weight of the far tap, 0..256. */
  readonly weight: Uint16Array;
}

/** Pixels, and the part of them that counts. */
interface Area extends Size {
  readonly data: Uint8Array;
  /** Of its first pixel, in bytes. */
  readonly first: number;
  /** From one row to the next, in bytes. */
  readonly stride: number;
}

interface Plan {
  readonly from: Size;
  readonly to: Size;
  readonly x: Axis;
  readonly y: Axis;
  /** Source pixels a target pixel spans, whole; above 1 a box average comes before the bilinear read. */
  readonly reduce: number;
  readonly hasBars: boolean;
  /** Every target pixel is just one of the source's. */
  readonly isCopy: boolean;
}

type Picture = Size & { readonly data: Uint8Array };

/**
 * The one pass in which a picture is cropped, turned, flipped and brought to the size that its consumer wants. Bilinear in 8-bit
 * fixed point; a picture more than twice too large is first averaged down by a whole factor, so that fine detail does not
 * flicker. Where no pixel is mixed, pixels are copied. Buffers are kept.
 */
export class Resampler {
  readonly #size: Size | null;
  readonly #aspect: AspectPolicy;
  readonly #picture: PictureSettings;
  #out = new Uint8Array(0);
  #reduced = new Uint8Array(0);
  #plan: Plan | null = null;

  /** `size` null keeps that of the picture, as its crop and turn leave it. */
  constructor(size: Size | null, aspect: AspectPolicy, picture: PictureSettings = plainPicture) {
    this.#size = size;
    this.#aspect = aspect;
    this.#picture = picture;
  }

  sizeFor(from: Size): Size {
    return this.#size ?? turnedSize(from, this.#picture);
  }

  /** The frame in the wanted size; its data is overwritten by the next call. */
  run(frame: Frame): Frame {
    const before = this.#plan;
    const plan = this.#planFor(frame);
    if (plan !== before) {
      if (this.#out.length !== frameBytes(plan.to)) this.#out = new Uint8Array(frameBytes(plan.to));
      blacken(this.#out);
    }
    this.#resample(frame, plan, this.#out);
    return { ...frame, data: this.#out, width: plan.to.width, height: plan.to.height };
  }

  /** Writes the picture, bars and all, to `[height, width, 4]` of the size that `sizeFor` says. */
  draw(picture: Picture, out: Uint8Array): void {
    const plan = this.#planFor(picture);
    if (plan.hasBars) blacken(out);
    this.#resample(picture, plan, out);
  }

  #planFor(from: Size): Plan {
    const known = this.#plan;
    if (known !== null && known.from.width === from.width && known.from.height === from.height) return known;
    this.#plan = planFor(from, this.sizeFor(from), this.#aspect, this.#picture);
    return this.#plan;
  }

  #resample({ data, width, height }: Picture, plan: Plan, out: Uint8Array): void {
    const crop = croppedArea({ width, height }, this.#picture.crop);
    const stride = width * BYTES_PER_PIXEL;
    const whole: Area = { ...crop, data, stride, first: crop.y * stride + crop.x * BYTES_PER_PIXEL };
    const area = this.#reduce(whole, plan.reduce);
    if (plan.isCopy && area.data.byteOffset % 4 === 0 && out.byteOffset % 4 === 0) copy(area, plan, out);
    else bilinear(area, plan, out);
  }

  #reduce(area: Area, factor: number): Area {
    if (factor === 1) return area;
    const width = Math.floor(area.width / factor);
    const height = Math.floor(area.height / factor);
    const bytes = frameBytes({ width, height });
    if (this.#reduced.length !== bytes) this.#reduced = new Uint8Array(bytes);
    boxAverage(area, factor, this.#reduced);
    return { width, height, data: this.#reduced, first: 0, stride: width * BYTES_PER_PIXEL };
  }
}

function blacken(out: Uint8Array): void {
  out.fill(0);
  for (let i = 3; i < out.length; i += BYTES_PER_PIXEL) out[i] = 255;
}

function bilinear({ data: source, first }: Area, { x, y, to }: Plan, out: Uint8Array): void {
  for (let row = 0; row < to.height; row++) {
    const top = y.near[row] ?? -1;
    if (top < 0) continue;
    const upper = first + top;
    const lower = first + (y.far[row] ?? 0);
    const down = y.weight[row] ?? 0;
    const up = 256 - down;
    let at = row * to.width * BYTES_PER_PIXEL;
    for (let column = 0; column < to.width; column++, at += BYTES_PER_PIXEL) {
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
        out[at + channel] = (above * up + below * down + 32768) >> 16;
      }
    }
  }
}

function copy({ data, first }: Area, { x, y, to }: Plan, out: Uint8Array): void {
  const from = new Uint32Array(data.buffer, data.byteOffset, data.length / BYTES_PER_PIXEL);
  const pixels = new Uint32Array(out.buffer, out.byteOffset, out.length / BYTES_PER_PIXEL);
  let at = 0;
  for (let row = 0; row < to.height; row++) {
    const start = first + (y.near[row] ?? 0);
    for (let column = 0; column < to.width; column++)
      pixels[at++] = from[(start + (x.near[column] ?? 0)) >> 2] ?? 0;
  }
}

function boxAverage({ data, first, stride, ...size }: Area, factor: number, out: Uint8Array): void {
  const width = Math.floor(size.width / factor);
  const height = Math.floor(size.height / factor);
  const area = factor * factor;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = first + row * factor * stride + column * factor * BYTES_PER_PIXEL;
      const to = (row * width + column) * BYTES_PER_PIXEL;
      for (let channel = 0; channel < BYTES_PER_PIXEL; channel++) {
        let sum = area >> 1;
        for (let dy = 0; dy < factor; dy++) {
          for (let dx = 0; dx < factor; dx++)
            sum += data[from + dy * stride + dx * BYTES_PER_PIXEL + channel] ?? 0;
        }
        out[to + channel] = sum / area;
      }
    }
  }
}

function planFor(from: Size, to: Size, aspect: AspectPolicy, picture: PictureSettings): Plan {
  const area = croppedArea(from, picture.crop);
  const turned = turnedSize(from, picture);
  const scaleX = to.width / turned.width;
  const scaleY = to.height / turned.height;
  const even = aspect === 'fill' ? Math.max(scaleX, scaleY) : Math.min(scaleX, scaleY);
  const scales = aspect === 'stretch' ? { x: scaleX, y: scaleY } : { x: even, y: even };
  const reduce = Math.max(1, Math.floor(Math.min(1 / scales.x, 1 / scales.y)));
  const stride = (reduce === 1 ? from.width : Math.floor(area.width / reduce)) * BYTES_PER_PIXEL;
  const along = { length: Math.floor(area.width / reduce), step: BYTES_PER_PIXEL };
  const down = { length: Math.floor(area.height / reduce), step: stride };
  const { rotate, flip } = picture;
  const sideways = rotate === 90 || rotate === 270;
  // Turned clockwise by 90°, the left column of the target is the bottom row of the source, and its top row the left column.
  const backX = (rotate === 90 || rotate === 180) !== (flip === 'horizontal' || flip === 'both');
  const backY = (rotate === 180 || rotate === 270) !== (flip === 'vertical' || flip === 'both');
  const x = axis(sideways ? down : along, to.width, scales.x * reduce, backX);
  const y = axis(sideways ? along : down, to.height, scales.y * reduce, backY);
  const hasBars = x.near.includes(-1) || y.near.includes(-1);
  const isCopy = reduce === 1 && !hasBars && isWhole(x) && isWhole(y);
  return { from: { width: from.width, height: from.height }, to, x, y, reduce, hasBars, isCopy };
}

function isWhole({ weight }: Axis): boolean {
  return weight.every((value) => value === 0);
}

/** Pixel centres are matched, so that nothing shifts; the picture is centred. `back` reads it from its other end. */
function axis(
  { length, step }: { readonly length: number; readonly step: number },
  to: number,
  scale: number,
  back: boolean,
): Axis {
  const near = new Int32Array(to).fill(-1);
  const far = new Int32Array(to);
  const weight = new Uint16Array(to);
  const place = (index: number): number => (back ? length - 1 - index : index) * step;
  for (let i = 0; i < to; i++) {
    const at = (i + 0.5 - to / 2) / scale + length / 2 - 0.5;
    if (at < -0.5 - 1e-9 || at > length - 0.5 + 1e-9) continue;
    const clamped = Math.min(length - 1, Math.max(0, at));
    const index = Math.floor(clamped);
    near[i] = place(index);
    far[i] = place(Math.min(length - 1, index + 1));
    weight[i] = Math.round((clamped - index) * 256);
  }
  return { near, far, weight };
}
