import { motions, start, type Motion, type Scene } from '../scene/layout.ts';

/** How far each motion has come; see `motions` for the units. Doubles, so that hours of play stay smooth. */
export type Phases = Record<Motion, number>;

export function zeroPhases(): Phases {
  return { flow: 0, driftX: 0, driftY: 0, fall: 0, rain: 0, rise: 0, wind: 0, spin: 0, twinkle: 0 };
}

/** Moves the phases on by `seconds` at the speeds the scene holds. */
export function advance(phases: Phases, scene: Scene, seconds: number): void {
  motions.forEach((motion, i) => {
    phases[motion] += (scene[start.motions + i] ?? 0) * seconds;
  });
}
