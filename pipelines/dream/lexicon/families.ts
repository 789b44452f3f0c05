import type { Settings } from '../scene/layout.ts';

/** Where every scene starts. */
export const base: Settings = {
  zx: 1, zy: 1, warp1: 0.5, warp2: 0.35, dfreq: 2.2, ffreq: 7, relief: 0.3, spec: 0.25, grain: 0.022, vign: 0.25,
  vidP: 0.38, vidH: 0.8, bandSlope: 2.9, bandHeight: 2.4, bandPhase: 0.4,
  'm.flow': 0.6, 'm.driftX': 4, 'm.driftY': -3, 'm.fall': 0.085, 'm.rain': 1.4, 'm.rise': 0.09, 'm.wind': 0.02, 'm.spin': 0.35, 'm.twinkle': 1.6,
}; // prettier-ignore

/** Structural families: how a kind of thing is drawn. Words are made of these. */
export const families = {
  // Grounds: soft fields
  smoke: { 'p.fbm': 1.6, pbias: -0.37, 'h.fbm': 1.2, warp1: 0.8, warp2: 1.5, relief: 0.2, spec: 0, zx: 1, zy: 0.55, 'm.flow': 1, 'm.driftY': 14 },
  flow: { 'p.fbm': 1.1, 'p.ridge': 0.3, pbias: -0.2, 'h.fbm': 2.2, 'h.ridge': 0.35, warp1: 1.2, warp2: 0.9, relief: 0.5, spec: 0.7, zx: 0.6, zy: 0.6 },
  haze: { 'p.fbm': 1, pbias: -0.06, 'h.fbm': 0.3, warp1: 0.9, warp2: 0.7, relief: 0.06, spec: 0, zx: 0.38, zy: 0.3, 'm.flow': 0.8 },
  veins: { 'p.ridge': 1, 'p.fbm': 0.3, pbias: -0.05, 'h.ridge': 0.7, warp1: 0.6, warp2: 0.5, zx: 0.7, zy: 0.7 },
  sky: { 'p.horizon': 0.95, 'p.fbm': 0.14, pbias: -0.02, warp1: 0.5, warp2: 0.4, relief: 0.05, spec: 0, zx: 0.6, zy: 0.9 },
  // Metals
  liquid: { 'p.fbm': 0.7, pbias: 0.05, 'h.fbm': 3.2, 'h.bubble': 0.3, warp1: 1.4, warp2: 1.5, relief: 0.3, spec: 0.9, metal: 0.85, zx: 0.42, zy: 0.42, vign: 0.3 },
  mirror: { 'p.fbm': 0.5, pbias: 0, 'h.fbm': 3, warp1: 1.7, warp2: 1.2, relief: 0.24, spec: 1.1, metal: 0.98, zx: 0.34, zy: 0.34, bandSlope: 4.6, bandHeight: 3.4, bandPhase: 0.9, vign: 0.3 },
  brushed: { 'p.fine': 0.3, 'p.fbm': 0.6, pbias: 0.05, 'h.fbm': 1.3, 'h.fine': 0.16, 'h.fold': 0.6, warp1: 0.5, warp2: 0.25, relief: 0.36, spec: 0.6, metal: 0.62, zx: 0.1, zy: 1.1, ffreq: 18, bandSlope: 2.2, bandHeight: 1.8 },
  beaten: { 'p.dots': 0.2, 'p.fbm': 0.4, pbias: 0, 'h.dots': 0.55, 'h.bubble': 1.1, 'h.fbm': 1.6, warp1: 0.8, warp2: 0.5, relief: 0.45, spec: 1.4, metal: 0.85, zx: 0.95, zy: 0.95, bandSlope: 3.2, bandHeight: 1.6, vign: 0.4 },
  droplets: { 'p.bubble': 0.5, 'p.fbm': 0.3, pbias: 0, 'h.bubble': 3.4, 'h.fbm': 0.8, warp1: 0.9, warp2: 0.5, relief: 0.2, spec: 1.2, metal: 0.94, zx: 0.3, zy: 0.3, bandSlope: 3.4, bandHeight: 1.1, bandPhase: 1.8 },
  patina: { 'p.labyrinth': 0.3, 'p.fbm': 0.7, pbias: 0, 'h.labyrinth': 0.9, 'h.fbm': 1.4, 'h.fine': 0.06, warp1: 0.7, warp2: 0.7, relief: 0.45, spec: 0.6, metal: 0.5, zx: 0.5, zy: 0.5, bandSlope: 2, bandHeight: 1.2 },
  // Grounds: built and grown
  cells: { 'p.cell': 1, 'p.lead': -1.4, 'p.fine': 0.02, pbias: 0, 'h.bubble': 0.3, 'h.lead': -0.4, warp1: 0.16, warp2: 0.05, zx: 0.78, zy: 0.78, relief: 0.25, 'm.flow': 0.3, 'm.driftX': 5 },
  crystal: { 'p.facet': 0.7, 'p.cell': 0.3, 'p.lead': 0.12, pbias: -0.02, 'h.facet': 0.16, 'h.fbm': 0.8, warp1: 0.15, warp2: 0.06, zx: 0.9, zy: 0.9, relief: 0.3, spec: 0.3, 'm.flow': 0.3, 'm.driftX': 6 },
  bubbles: { 'p.bubble': 1, pbias: -0.05, 'h.bubble': 1.6, warp1: 0.4, warp2: 0.25, relief: 0.55, spec: 0.8, zx: 0.75, zy: 0.75 },
  labyrinth: { 'p.labyrinth': 0.72, 'p.fbm': 0.3, pbias: 0.06, 'h.labyrinth': 0.9, 'p.fine': 0.08, 'h.fine': 0.12, warp1: 0.3, warp2: 0.22, relief: 0.62, spec: 0.2, zx: 0.75, zy: 0.75, 'm.flow': 0.5 },
  wood: { 'p.wood': 0.95, 'p.fbm': 0.22, pbias: -0.05, 'h.wood': 0.7, warp1: 0.24, warp2: 0.12, relief: 0.3, spec: 0.1, zx: 0.85, zy: 0.45, 'm.flow': 0.5 },
  scales: { 'p.scale': 0.7, 'p.fbm': 0.45, pbias: -0.12, 'h.scale': 1.1, warp1: 0.35, warp2: 0.14, relief: 0.4, spec: 0.5, zx: 0.72, zy: 0.72, 'm.flow': 0.8 },
  weave: { 'p.weave': 0.6, 'p.fbm': 0.35, pbias: -0.02, 'h.weave': 0.75, warp1: 0.22, warp2: 0.1, relief: 0.4, spec: 0.1, zx: 0.8, zy: 0.8, 'm.flow': 0.7 },
  hex: { 'p.hex': 0.62, 'p.fbm': 0.35, pbias: -0.02, 'h.hex': 0.9, warp1: 0.18, warp2: 0.07, relief: 0.42, spec: 0.7, zx: 0.8, zy: 0.8, 'm.flow': 0.5, 'm.driftX': 5 },
  strands: { 'p.strand': 0.62, 'p.fbm': 0.6, pbias: -0.12, 'h.strand': 0.55, 'h.fbm': 0.8, warp1: 0.6, warp2: 0.3, relief: 0.4, spec: 0.3, zx: 0.62, zy: 0.62 },
  cracks: { 'p.crack': -0.85, 'p.fbm': 0.5, 'p.fine': 0.12, pbias: 0.22, 'h.crack': -0.9, 'h.fine': 0.15, 'h.fbm': 0.6, warp1: 0.14, warp2: 0.08, relief: 0.45, spec: 0.1, zx: 0.7, zy: 0.7, 'm.flow': 0.3, 'm.driftX': 5 },
  dots: { 'p.dots': 0.7, 'p.fbm': 0.4, pbias: -0.05, 'h.dots': 1, warp1: 0.25, warp2: 0.12, relief: 0.45, spec: 0.8, zx: 0.7, zy: 0.7, 'm.flow': 0.8 },
  grid: { 'p.grid': 0.5, 'p.fbm': 0.5, 'g.grid': 0.55, pbias: -0.12, 'h.grid': 0.3, warp1: 0.3, warp2: 0.2, relief: 0.2, spec: 0, zx: 0.6, zy: 0.6, 'm.flow': 1 },
  gravel: { 'p.cell': 0.4, 'p.bubble': 0.6, 'p.fine': 0.22, pbias: -0.15, 'h.bubble': 1.4, 'h.fine': 0.3, warp1: 0.2, warp2: 0.16, relief: 0.55, spec: 0.1, zx: 1.25, zy: 1.25, 'm.flow': 0.3 },
  // Grounds: scenes and figures
  dunes: { 'p.dune': 1, 'p.horizon': 0.9, 'p.fine': 0.06, 'h.dune': 0.55, 'h.fine': 0.05, warp1: 0.75, warp2: 0.22, dfreq: 0.62, relief: 0.35, spec: 0, zx: 0.8, zy: 0.8, vign: 0.2 },
  waves: { 'p.caustic': 0.3, 'p.horizon': -0.62, 'p.fbm': 0.3, 'p.rays': 0.3, pbias: 0.42, 'g.caustic': 0.2, 'g.rays': 0.34, warp1: 0.5, warp2: 0.5, zx: 0.6, zy: 1.15, relief: 0.1, spec: 0 },
  swell: { 'p.dune': 0.9, 'p.fbm': 0.4, 'p.caustic': 0.12, pbias: 0.02, 'h.dune': 0.9, 'h.fbm': 0.6, 'g.caustic': 0.1, warp1: 1.1, warp2: 0.4, dfreq: 0.9, relief: 0.5, spec: 0.5, zx: 0.7, zy: 0.7, 'm.flow': 1.6 },
  curtain: { 'p.fold': 0.95, 'p.fbm': 0.12, 'p.fine': 0.05, pbias: -0.1, 'h.fold': 1.3, warp1: 0.45, warp2: 0.16, ffreq: 13, relief: 0.5, spec: 0.12, zx: 1, zy: 0.3, 'm.flow': 1.7 },
  aurora: { 'p.aurora': 1.05, 'p.horizon': -0.1, pbias: 0.1, 'g.aurora': 0.3, 'g.fold': 0.02, warp1: 0.75, warp2: 0.42, relief: 0, spec: 0, 'm.flow': 1.7 },
  spiral: { 'p.spiral': 1.15, 'p.core': 0.35, 'p.fbm': 0.3, pbias: -0.13, 'g.core': 0.4, 'h.fbm': 0.3, warp1: 0.4, warp2: 0.55, zx: 0.9, zy: 0.9, relief: 0.15, vign: 0.5, 'm.spin': 0.6 },
  rosette: { 'p.rosette': 0.8, 'p.core': 0.3, pbias: 0.05, 'h.rosette': 0.8, warp1: 0.3, warp2: 0.15, relief: 0.4 },
  ripples: { 'p.ripple': 0.9, 'p.fbm': 0.3, pbias: -0.02, 'h.ripple': 1.3, 'h.fbm': 0.4, warp1: 0.4, warp2: 0.3, relief: 0.5, spec: 0.9, zx: 0.5, zy: 0.5, 'm.flow': 1.3 },
  burst: { 'p.burst': 0.75, 'p.core': 0.7, 'p.fbm': 0.2, pbias: -0.08, 'g.core': 0.5, 'g.burst': 0.12, warp1: 0.3, warp2: 0.25, relief: 0.05, vign: 0.4 },
  shafts: { 'p.rays': 0.7, 'p.fbm': 0.25, pbias: 0.02, 'g.rays': 0.5, warp1: 0.5, warp2: 0.4, relief: 0.05, spec: 0 },
  // Actors and backdrops
  stars: { 'a.stars': 1, 'm.twinkle': 2.2 },
  bokeh: { 'a.bokeh': 1, 'm.twinkle': 1.4 },
  sun: { 'S.sun': 1 },
  planet: { 'S.planet': 1 },
  city: { 'D.skyline': 0.86, 'A.cityglow': 0.4, 'p.horizon': 1.3, 'p.fbm': 0.4, pbias: -0.14, 'g.horizon': 0.05, 'a.windows': 1, 'm.twinkle': 2.4, 'm.flow': 2.1, warp2: 0.9, grain: 0.035 },
  rain: { 'a.rain': 0.55 },
  drops: { 'a.drops': 0.8, 'a.rain': 0.25, 'm.rain': 1 },
  storm: { 'a.rain': 0.22, 'a.bolt': 1.2, 'p.horizon': -0.22 },
  blossoms: { 'a.blossom': 1, 'a.petal': 0.7 },
  petals: { 'a.petal': 1 },
  leaves: { 'a.leaf': 1 },
  snow: { 'a.snow': 0.95 },
  embers: { 'a.ember': 1, 'm.rise': 0.16 },
  circuit: { 'A.trace': 0.7, 'B.pads': 0.95, 'a.pulse': 1, 'p.fbm': 0.3, 'm.twinkle': 3, warp1: 0.2, warp2: 0.1, relief: 0.05, spec: 0 },
  trunks: { 'D.trunks': 0.9 },
  pines: { 'D.pines': 0.94 },
  grass: { 'D.grass': 0.85, 'B.grass': 0.12 },
  mountains: { 'D.mountains': 0.84, 'B.mountains': 0.16 },
  arches: { 'D.arches': 0.8, 'B.arches': 0.06, 'g.core': 0.5, 'p.core': 0.4, pbias: 0.2 },
  foam: { 'a.bubble': 0.75 },
  fireflies: { 'a.firefly': 1 },
  meteors: { 'a.meteor': 1, 'a.stars': 0.5 },
  birds: { 'a.bird': 1, 'm.wind': 0.05 },
  fishes: { 'a.fish': 1 },
  lanterns: { 'a.lantern': 1 },
  butterflies: { 'a.butterfly': 1 },
  jellies: { 'a.jelly': 1, 'm.rise': 0.06 },
} as const satisfies Readonly<Record<string, Settings>>; // prettier-ignore

export type Family = keyof typeof families;
