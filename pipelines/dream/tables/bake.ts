import type { Size } from '../../../src/contract/frame.ts';
import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import { buildPicture, type PictureGraph } from '../graph/build.ts';
import { backdrops } from '../scene/layout.ts';
import { drawBackdrops, type Backdrops } from './backdrops.ts';
import { cached, contentKey, type Baked } from './cache.ts';
import type { TracePath } from './circuit.ts';
import type { CityWindow } from './city.ts';
import { bakeFields } from './fields.ts';

export interface Bakery {
  /** Where what is baked survives a restart. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

/** Modules, seen from here, whose text decides what is baked: the key of a cached file. */
const fieldCode = ['../random', './noise', './fields'];
const backdropCode = [
  '../random',
  '../scene/layout',
  './noise',
  './canvas',
  './city',
  './circuit',
  './backdrops',
];
const pictureCode = [
  '../random', './noise', './fields', '../scene/layout', '../graph/build', '../graph/controls', '../graph/expression',
  '../graph/basis', '../graph/source-light', '../graph/waves',
  '../../../src/inference/graph-writer', '../../../src/inference/protobuf-writer',
]; // prettier-ignore

/** The tiled fields, `[16, side, side]`; the same for every size of picture. */
export async function loadFields({ folder, log }: Bakery): Promise<Float32Array> {
  const bake = (): Baked => ({ facts: {}, payload: bytesOf(bakeFields()) });
  const { payload } = await cached(folder, `dream-fields-${keyOf(fieldCode)}.bin`, bake, log);
  return new Float32Array(payload.buffer, payload.byteOffset, payload.byteLength / 4);
}

/** The still layers of one size. */
export async function loadBackdrops({ folder, log }: Bakery, { width, height }: Size): Promise<Backdrops> {
  const name = `dream-backdrops-${width}x${height}-${keyOf(backdropCode)}.bin`;
  return unpack(await cached(folder, name, () => pack(drawBackdrops(width, height)), log), width * height);
}

/** The bytes of the picture graph. Writing it takes longer than reading it: its constants are a value per pixel. */
export async function loadPicture({ folder, log }: Bakery, graph: PictureGraph): Promise<Uint8Array> {
  const { width, height, fieldStep, mode } = graph;
  const name = `dream-${mode}-${width}x${height}-${fieldStep}-${keyOf(pictureCode)}.bin`;
  const { payload } = await cached(folder, name, () => ({ facts: {}, payload: buildPicture(graph) }), log);
  return payload;
}

function keyOf(modules: readonly string[]): string {
  // Sources run as they are in development, and built beside this file's build in a release.
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return contentKey(modules.map((module) => new URL(`${module}${extension}`, import.meta.url).href));
}

function pack({ layers, windows, paths }: Backdrops): Baked {
  const pixels = layers.sun.length;
  const payload = new Uint8Array(backdrops.length * pixels);
  backdrops.forEach((name, i) => payload.set(layers[name], i * pixels));
  const panes = windows.map((pane): JsonObject => ({ ...pane }));
  return { facts: { windows: panes, paths: paths.map((path) => [...path]) }, payload };
}

function unpack({ facts, payload }: Baked, pixels: number): Backdrops {
  const { windows, paths } = facts as JsonObject;
  const layers = backdrops.map((name, i) => [name, payload.subarray(i * pixels, (i + 1) * pixels)]);
  return {
    layers: Object.fromEntries(layers) as Backdrops['layers'],
    windows: listOf<CityWindow>(windows),
    paths: listOf<TracePath>(paths),
  };
}

// The file's checksum vouches that this is what `pack` wrote.
function listOf<T>(value: JsonValue | undefined): readonly T[] {
  return Array.isArray(value) ? (value as readonly unknown[] as readonly T[]) : [];
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
