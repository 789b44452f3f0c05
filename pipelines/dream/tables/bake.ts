import type { Size } from '../../../src/contract/frame.ts';
import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import type { FieldTable } from '../host/field-mix.ts';
import type { Backdrop } from '../scene/layout.ts';
import { backdropPens, type Backdrops, type PlainBackdrop } from './backdrops.ts';
import { cached, contentKey, removeOld, type Baked } from './cache.ts';
import { drawCircuit, type TracePath } from './circuit.ts';
import { drawCity, type CityWindow } from './city.ts';
import { fieldPens, type TableField } from './fields.ts';

/** Modules, seen from here, whose text decides what is baked: the key of a cached file. */
const fieldCode = ['../random', './noise', './fields'];
const backdropCode = ['../random', './noise', './canvas', './city', './circuit', './backdrops'];

/**
 * Fields and still layers. Each is drawn when a prompt first asks for it, and kept in the folder for every later start: a first
 * start draws what its prompt shows and nothing else.
 */
export interface Bakery {
  readonly field: FieldTable;
  readonly backdrops: (size: Size) => Backdrops;
}

export function openBakery(folder: string, log: (line: string) => void): Bakery {
  const [fieldKey, backdropKey] = [keyOf(fieldCode), keyOf(backdropCode)];
  let tidy = false;
  const keep = (name: string, key: string, draw: () => Baked): Baked => {
    let drawn = false;
    const bake = (): Baked => {
      drawn = true;
      return draw();
    };
    const baked = cached(folder, `dream-${name}-${key}.bin`, bake, log);
    if (drawn && !tidy) removeOld(folder, 'dream-', [fieldKey, backdropKey], log);
    tidy ||= drawn;
    return baked;
  };
  const pens = fieldPens();
  const fields = new Map<TableField, Float32Array>();
  return {
    field: (name) => {
      const known = fields.get(name);
      if (known !== undefined) return known;
      const draw = (): Baked => ({ facts: {}, payload: bytesOf(pens[name]()) });
      const { payload } = keep(`field-${name}`, fieldKey, draw);
      const field = new Float32Array(payload.buffer, payload.byteOffset, payload.byteLength / 4);
      fields.set(name, field);
      return field;
    },
    backdrops: (size) =>
      backdropsOf(size, (name, draw) => keep(`${name}-${size.width}x${size.height}`, backdropKey, draw)),
  };
}

function backdropsOf({ width, height }: Size, keep: (name: string, draw: () => Baked) => Baked): Backdrops {
  const known = new Map<string, Baked>();
  const load = (name: string, draw: () => Baked): Baked => {
    const baked = known.get(name) ?? keep(name, draw);
    known.set(name, baked);
    return baked;
  };
  const city = (): Baked =>
    load('city', () => {
      const { skyline, glow, windows } = drawCity(width, height);
      return { facts: windows.map((pane): JsonObject => ({ ...pane })), payload: joined(skyline, glow) };
    });
  const circuit = (): Baked =>
    load('circuit', () => {
      const { trace, pads, paths } = drawCircuit(width, height);
      return { facts: paths.map((path) => [...path]), payload: joined(trace, pads) };
    });
  const plain = (name: PlainBackdrop): Uint8Array =>
    load(name, () => ({ facts: {}, payload: backdropPens[name](width, height) })).payload;
  const half = ({ payload }: Baked, index: number): Uint8Array =>
    payload.subarray(index * width * height, (index + 1) * width * height);
  const layer = (name: Backdrop): Uint8Array => {
    if (name === 'skyline' || name === 'cityglow') return half(city(), name === 'skyline' ? 0 : 1);
    if (name === 'trace' || name === 'pads') return half(circuit(), name === 'trace' ? 0 : 1);
    return plain(name);
  };
  return {
    layer,
    windows: () => listOf<CityWindow>(city().facts),
    paths: () => listOf<TracePath>(circuit().facts),
  };
}

function keyOf(modules: readonly string[]): string {
  // Sources run as they are in development, and built beside this file's build in a release.
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return contentKey(modules.map((module) => new URL(`${module}${extension}`, import.meta.url).href));
}

// The file's checksum vouches that this is what was written.
function listOf<T>(value: JsonValue): readonly T[] {
  return Array.isArray(value) ? (value as readonly unknown[] as readonly T[]) : [];
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
