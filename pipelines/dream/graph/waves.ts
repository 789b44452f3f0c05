/** Six plane waves that displace the fields: direction, speed and phase, and how each moves x and y. */
export const waveX = [1.7, -1.1, 2.3, 0.6, -2.0, 1.3] as const;
export const waveY = [0.9, 1.9, -1.2, -2.2, 1.4, 2.6] as const;
const speed = [0.31, -0.23, 0.37, 0.27, -0.33, 0.21] as const;
const phase = [0, 1.3, 2.1, 3.7, 4.4, 5.2] as const;
const toX = [0.34, 0.26, -0.2, 0.16, 0.12, -0.18] as const;
const toY = [-0.2, 0.3, 0.24, -0.26, 0.2, 0.12] as const;
/** Waves that the formula fields use one by one, in the order of the rows after x and y. */
export const looseWaves = [0, 1, 3, 4] as const;

/**
 * Fills the `[6, 12]` matrix for one instant. sin(a + b) = sin a cos b + cos a sin b: the part that depends on the pixel is a
 * constant of the graph, the part that depends on time is here; six sines of a whole picture become one product.
 */
export function fillWaves(matrix: Float32Array, flow: number, ox: number, oy: number): void {
  for (let k = 0; k < 6; k += 1) {
    const angle = waveX[k]! * ox + waveY[k]! * oy + speed[k]! * flow + phase[k]!;
    const cosine = Math.cos(angle);
    const sine = Math.sin(angle);
    put(0, k, toX[k]!);
    put(1, k, toY[k]!);
    looseWaves.forEach((wave, row) => put(2 + row, k, wave === k ? 1 : 0));

    function put(row: number, wave: number, weight: number): void {
      matrix[row * 12 + wave] = weight * cosine;
      matrix[row * 12 + 6 + wave] = weight * sine;
    }
  }
}
