import type { TensorName } from '../../../src/inference/graph-writer.ts';
import type { Expressions, Term } from './expression.ts';
import type { ScalarName } from './controls.ts';
import { formulaFields } from '../scene/layout.ts';

/** What the formula fields are made of. All tensors are `[1, pixels]`; x is -aspect..aspect, y is -1..1 downwards. */
export interface Place {
  readonly x: TensorName;
  readonly y: TensorName;
  /** x and y after zoom. */
  readonly zoomedX: TensorName;
  readonly zoomedY: TensorName;
  /** Total displacement. */
  readonly dx: TensorName;
  readonly dy: TensorName;
  /** Plane waves 0, 1, 3 and 4. */
  readonly loose: readonly [TensorName, TensorName, TensorName, TensorName];
  readonly scalar: (name: ScalarName) => TensorName;
  /** A constant computed once per pixel. */
  readonly constant: (value: (x: number, y: number) => number) => TensorName;
}

/** `[11, pixels]`: the formula fields in the order of `formulaFields`. */
export function formulaRows(e: Expressions, place: Place): TensorName {
  const horizon = e.clip(e.add(e.line(place.y, 0.525, 0.5), e.mul(place.dy, 0.1)), 0, 1);
  const rows: Record<(typeof formulaFields)[number], TensorName> = {
    horizon,
    dune: dune(e, place, horizon),
    fold: fold(e, place),
    aurora: aurora(e, place),
    spiral: spiral(e, place),
    core: place.constant((x, y) => Math.exp(-9 * (x * x + 1.8 * y * y))),
    rosette: rosette(e, place),
    caustic: caustic(e, place),
    rays: rays(e, place),
    ripple: ripple(e, place),
    burst: burst(e, place),
  };
  return e.rows(...formulaFields.map((name) => rows[name]));
}

/** Crest lines in perspective: a slow rise and a sharp drop, closer together towards the horizon. */
function dune(e: Expressions, { x, y, dx, scalar, constant }: Place, horizon: TensorName): TensorName {
  const depth = constant((_, py) => 3.2 / (py + 0.62 > 0 ? py + 0.62 : 0.02));
  const distance = e.add(e.mul(depth, scalar('dfreq')), e.mul(dx, 1.6), e.mul(x, 0.55), scalar('dunePhase'));
  const rise = e.sub(distance, e.floor(distance));
  const ground = e.sigmoid(e.mul(e.add(y, e.mul(dx, 0.16), 0.27), 26));
  const crest = e.min(rise, e.mul(e.sub(1, rise), 9));
  return e.mul(ground, e.sub(e.line(crest, 0.85, 0.1), e.mul(horizon, 0.9)));
}

/** Hanging cloth: two sines across, bent by the warp. */
function fold(e: Expressions, { zoomedX, dx, dy, loose, scalar }: Place): TensorName {
  const phase = e.add(
    e.mul(zoomedX, scalar('ffreq')),
    e.mul(dx, 2.4),
    e.mul(loose[2], 0.35),
    scalar('foldPhase'),
  );
  const second = e.sin(e.add(e.mul(phase, 1.73), e.mul(dy, 1.5)));
  return e.add(e.mul(e.sin(phase), 0.31), e.mul(second, 0.19), 0.5);
}

/** A sharp lower hem, a soft top, and rays inside. */
function aurora(e: Expressions, { x, y, dx, loose, scalar }: Place): TensorName {
  const above = e.sub(e.add(e.mul(dx, 0.55), e.mul(loose[0], 0.16), 0.18), y);
  const veil = e.mul(e.exp(e.mul(e.relu(above), -1.7)), e.sigmoid(e.mul(above, 15)));
  const curtain: Term = e.sin(e.add(e.mul(x, 17), e.mul(dx, 9), scalar('auroraPhase')));
  return e.mul(veil, e.line(curtain, 0.42, 0.5));
}

/** Two arms of a logarithmic spiral that fade outwards. */
function spiral(e: Expressions, { dx, scalar, constant }: Place): TensorName {
  const radius = (x: number, y: number): number => Math.hypot(x, y * 1.35);
  const arms = constant((x, y) => 2 * Math.atan2(y * 1.35, x) + 4.6 * Math.log(radius(x, y) + 0.06));
  const light = constant((x, y) => Math.exp(-1.55 * radius(x, y)) * 1.6);
  return e.mul(e.wave(e.add(e.sub(arms, scalar('spin')), e.mul(dx, 1.1))), light);
}

/** Six petals of rings. */
function rosette(e: Expressions, { dx, scalar, constant }: Place): TensorName {
  const rings = constant((x, y) => 9 * Math.hypot(x, y) + 1.7 * Math.cos(6 * Math.atan2(y, x)));
  return e.wave(e.add(e.sub(rings, scalar('rosettePhase')), e.mul(dx, 1.2)));
}

/** Light on the bed of water: bright where three crossing waves cancel. */
function caustic(e: Expressions, { zoomedX, zoomedY, dx, dy, loose, scalar }: Place): TensorName {
  const u = e.line(zoomedX, 8, e.mul(dx, 1.5));
  const v = e.line(zoomedY, 10, e.mul(dy, 1.8));
  const one = e.sin(e.add(u, e.mul(v, 0.55), scalar('causticA')));
  const two = e.sin(e.sub(e.sub(e.mul(v, 0.9), e.mul(u, 0.75)), scalar('causticB')));
  const three = e.sin(e.add(e.mul(u, 0.35), e.mul(v, -1.25), e.mul(loose[3], 1.2), scalar('causticC')));
  return e.exp(e.mul(e.abs(e.add(one, two, three)), -2.1));
}

/** Shafts of light from above. */
function rays(e: Expressions, { loose, scalar, constant }: Place): TensorName {
  const fan = constant((x, y) => (16 * (x + 0.22)) / (y + 2.1));
  const fade = constant((_, y) => 1.1 * Math.exp(-1.15 * (y + 1)));
  return e.mul(e.wave(e.add(fan, e.mul(loose[1], 0.9), scalar('raysPhase'))), fade);
}

/** Rings that run out from two places and cross. */
function ripple(e: Expressions, { dx, dy, scalar, constant }: Place): TensorName {
  const ring = (
    cx: number,
    cy: number,
    frequency: number,
    bend: TensorName,
    phase: ScalarName,
  ): TensorName => {
    const distance = constant((x, y) => frequency * Math.hypot(x - cx, (y - cy) * 1.25));
    const fade = constant((x, y) => 0.5 * Math.exp(-0.7 * Math.hypot(x - cx, y - cy)));
    return e.mul(e.sin(e.add(e.sub(distance, scalar(phase)), e.mul(bend, 1.6))), fade);
  };
  return e.add(ring(-0.32, 0.12, 26, dx, 'rippleA'), ring(0.55, -0.4, 31, dy, 'rippleB'), 0.45);
}

/** Beams that turn about the middle. */
function burst(e: Expressions, { dx, scalar, constant }: Place): TensorName {
  const angle = constant((x, y) => 12 * Math.atan2(y + 0.15, x));
  const fade = constant((x, y) => 0.3 + 0.7 * Math.exp(-0.9 * Math.hypot(x, y + 0.15)));
  return e.mul(e.wave(e.add(angle, e.mul(dx, 2.2), scalar('burstPhase'))), fade);
}
