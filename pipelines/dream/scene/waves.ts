/** Six plane waves that displace the fields: direction, speed and phase, and how each moves x and y. */
export const waveX = [1.7, -1.1, 2.3, 0.6, -2.0, 1.3] as const;
export const waveY = [0.9, 1.9, -1.2, -2.2, 1.4, 2.6] as const;
const speed = [0.31, -0.23, 0.37, 0.27, -0.33, 0.21] as const;
const phase = [0, 1.3, 2.1, 3.7, 4.4, 5.2] as const;
export const toX = [0.34, 0.26, -0.2, 0.16, 0.12, -0.18] as const;
export const toY = [-0.2, 0.3, 0.24, -0.26, 0.2, 0.12] as const;
export const WAVES = 6;
/** Waves that the formula fields use one by one, in the order of the rows after x and y. */
export const looseWaves = [0, 1, 3, 4] as const;

/** Angle of wave `k` in the middle of the picture at one instant. */
export function waveAngle(k: number, flow: number, ox: number, oy: number): number {
  return waveX[k]! * ox + waveY[k]! * oy + speed[k]! * flow + phase[k]!;
}
