import { tableFields } from '../tables/fields.ts';

/** Fields computed by formula inside the graph, beside the tiled ones. */
export const formulaFields = [
  'horizon', 'dune', 'fold', 'aurora', 'spiral', 'core', 'rosette', 'caustic', 'rays', 'ripple', 'burst',
] as const; // prettier-ignore

/** Every structure field. Each has three weights: in the palette coordinate, in the height and in the glow. */
export const fields = [...tableFields, ...formulaFields] as const;
export type Field = (typeof fields)[number];

/** What a field does: `p` chooses the colour, `h` is lit as relief, `g` glows in accent B. */
export const fieldRoles = ['p', 'h', 'g'] as const;
export type FieldRole = (typeof fieldRoles)[number];

/** Still pictures at full resolution, drawn once per size. */
export const backdrops = [
  'skyline', 'cityglow', 'trace', 'pads', 'trunks', 'pines', 'grass', 'mountains', 'sun', 'planet', 'arches',
] as const; // prettier-ignore
export type Backdrop = (typeof backdrops)[number];

/** A and B shine in the accents in front, S shines in accent A behind what D darkens. */
export const planes = ['A', 'B', 'S', 'D'] as const;
export type Plane = (typeof planes)[number];

/** Small things that move, drawn afresh for every frame. */
export const actors = [
  'stars', 'bokeh', 'drops', 'blossom', 'petal', 'leaf', 'snow', 'rain', 'bubble', 'ember', 'windows', 'pulse', 'bolt',
  'firefly', 'meteor', 'bird', 'fish', 'lantern', 'butterfly', 'jelly',
] as const; // prettier-ignore
export type Actor = (typeof actors)[number];

/**
 * Scalars of the look. `pbias` shifts the palette; `zx` `zy` zoom; `warp1` `warp2` displacement by waves and by noise; `dfreq`
 * `ffreq` frequency of dunes and folds; `relief` `spec` light; `metal` how much light bands replace the palette coordinate, by
 * `bandSlope` (bands from the slope), `bandHeight` (from the height) and `bandPhase`; `ox` `oy` the place in the noise;
 * `vidP` `vidH` how the source bends palette and height.
 */
export const looks = [
  'pbias', 'zx', 'zy', 'warp1', 'warp2', 'dfreq', 'ffreq', 'relief', 'spec', 'metal', 'bandSlope', 'bandHeight',
  'bandPhase', 'grain', 'vign', 'ox', 'oy', 'vidP', 'vidH',
] as const; // prettier-ignore
export type Look = (typeof looks)[number];

/**
 * Speeds, integrated over time into phases, so that a change of prompt changes the speed and never the place.
 * flow, spin, twinkle: radians/s. driftX, driftY: field texels/s. fall, rain, rise, wind: picture heights/s.
 */
export const motions = [
  'flow',
  'driftX',
  'driftY',
  'fall',
  'rain',
  'rise',
  'wind',
  'spin',
  'twinkle',
] as const;
export type Motion = (typeof motions)[number];

export type Setting = `${FieldRole}.${Field}` | `${Plane}.${Backdrop}` | `a.${Actor}` | Look | `m.${Motion}`;

export type Settings = Readonly<Partial<Record<Setting, number>>>;

/** Five anchors of the palette, dark to light in use, and the accents A and B: 7 colours of 3. */
export const COLOURS = 21;

/**
 * A scene: everything a prompt decides, as one flat vector. Mixing prompts is mixing scenes.
 * Laid out as colours, field weights by role, backdrops by plane, actors, looks, motions.
 */
export type Scene = Float32Array;

const settings: readonly Setting[] = [
  ...fieldRoles.flatMap((role) => fields.map((field) => `${role}.${field}` as const)),
  ...planes.flatMap((plane) => backdrops.map((backdrop) => `${plane}.${backdrop}` as const)),
  ...actors.map((actor) => `a.${actor}` as const),
  ...looks,
  ...motions.map((motion) => `m.${motion}` as const),
];

export const SCENE_LENGTH = COLOURS + settings.length;

const places = new Map<Setting, number>(settings.map((setting, i) => [setting, COLOURS + i]));

export function placeOf(setting: Setting): number {
  const place = places.get(setting);
  if (place === undefined) throw new RangeError(`no setting ${setting}`);
  return place;
}

/** Where the weights of one role, plane or group begin; they lie side by side in the order of the lists above. */
export const start = {
  p: placeOf('p.fbm'),
  h: placeOf('h.fbm'),
  g: placeOf('g.fbm'),
  A: placeOf('A.skyline'),
  B: placeOf('B.skyline'),
  S: placeOf('S.skyline'),
  D: placeOf('D.skyline'),
  actors: placeOf('a.stars'),
  looks: placeOf('pbias'),
  motions: placeOf('m.flow'),
} as const;
