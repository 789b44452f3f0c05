/** Mean absolute difference of the colours, percent of full scale. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) if ((i & 3) !== 3) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return (sum / ((a.length / 4) * 3) / 255) * 100;
}

/** A dark ground with a bright disc, two dark eyes and a mouth, and bars like lettering. `[size, size, 4]`. */
export function face(size: number): Uint8Array {
  const data = new Uint8Array(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const u = ((x + 0.5) / size) * 2 - 1;
      const v = ((y + 0.5) / size) * 2 - 1;
      const head = Math.hypot(u / 0.45, (v - 0.1) / 0.6);
      const eye = Math.min(Math.hypot(u - 0.18, v + 0.05), Math.hypot(u + 0.18, v + 0.05)) < 0.08;
      const mouth = Math.abs(v - 0.38) < 0.05 && Math.abs(u) < 0.2;
      const letters = v < -0.72 && v > -0.9 && Math.abs(u) < 0.85 && Math.floor((u + 1) * 9) % 2 === 0;
      const tone = letters ? 245 : head > 1 ? 60 + 20 * v : eye || mouth ? 40 : 205 - 60 * head;
      data.set([tone, tone * 0.92, tone * 0.85], (y * size + x) * 4);
    }
  }
  return data;
}

export function luma(picture: Uint8Array): Float32Array {
  const out = new Float32Array(picture.length / 4);
  for (let i = 0; i < out.length; i += 1) {
    out[i] =
      0.299 * (picture[i * 4] ?? 0) + 0.587 * (picture[i * 4 + 1] ?? 0) + 0.114 * (picture[i * 4 + 2] ?? 0);
  }
  return out;
}

/** Pearson's correlation. */
export function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const [da, db] = [(a[i] ?? 0) - ma, (b[i] ?? 0) - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / (Math.sqrt(aa * bb) || 1);
}
