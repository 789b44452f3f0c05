import type { Size } from '../../../src/contract/frame.ts';
import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import { backdrops } from '../scene/layout.ts';
import { drawBackdrops, source as backdropSource, type Backdrops } from './backdrops.ts';
import { cached, contentKey, type Baked } from './cache.ts';
import { source as canvasSource } from './canvas.ts';
import { source as circuitSource, type TracePath } from './circuit.ts';
import { source as citySource, type CityWindow } from './city.ts';
import { bakeFields, source as fieldSource } from './fields.ts';
import { source as noiseSource } from './noise.ts';

export interface Bakery {
  /** Where baked tables survive a restart. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

/** The tiled fields, `[16, side, side]`; the same for every size of picture. */
export async function loadFields({ folder, log }: Bakery): Promise<Float32Array> {
  const key = contentKey([noiseSource, fieldSource]);
  const { payload } = await cached(
    folder,
    `dream-fields-${key}.bin`,
    () => ({ facts: {}, payload: bytesOf(bakeFields()) }),
    log,
  );
  return new Float32Array(payload.buffer, payload.byteOffset, payload.byteLength / 4);
}

/** The still layers of one size. */
export async function loadBackdrops({ folder, log }: Bakery, { width, height }: Size): Promise<Backdrops> {
  const key = contentKey([noiseSource, canvasSource, citySource, circuitSource, backdropSource]);
  const baked = await cached(
    folder,
    `dream-backdrops-${width}x${height}-${key}.bin`,
    () => pack(drawBackdrops(width, height)),
    log,
  );
  return unpack(baked, width * height);
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
