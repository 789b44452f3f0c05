import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure } from '../../src/contract/error.ts';
import type { JsonValue } from '../../src/contract/json.ts';

/** No dots and no slashes: no name leaves its folder, and none is another's bell. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const PREFIX = 'reverie-shm-';
const SUFFIX = '.ring';

/** Where a ring of one name lies. */
export interface Place {
  readonly folder: string;
  readonly name: string;
  readonly path: string;
}

/** `$REVERIE_SHM_DIR`, else `/dev/shm`, else the folder for temporary files: both sides find the same one. */
export function ringFolder(): string {
  const chosen = process.env['REVERIE_SHM_DIR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return process.platform === 'linux' && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

/** Throws `E_SHM_NAME`. */
export function placeOf(folder: string, name: JsonValue | undefined): Place {
  if (typeof name !== 'string' || !NAME.test(name))
    throw failure('E_SHM_NAME', `${JSON.stringify(name)} is no name of shared memory`);
  return { folder, name, path: join(folder, `${PREFIX}${name}${SUFFIX}`) };
}

/** The name of the ring that a file holds, by the file's own name; null where it is none. */
export function nameOfRing(file: string): string | null {
  if (!file.startsWith(PREFIX) || !file.endsWith(SUFFIX)) return null;
  const name = file.slice(PREFIX.length, -SUFFIX.length);
  return NAME.test(name) ? name : null;
}

/** The file that is written to when a new frame is there: a watch on it wakes the readers. */
export function bellPath({ folder, name }: Place, id: bigint): string {
  return join(folder, `${PREFIX}${name}.${idText(id)}.bell`);
}

/** A ring on its way: it gets its name when it is whole. */
export function draftPath({ folder, name }: Place, id: bigint): string {
  return join(folder, `${PREFIX}${name}.${idText(id)}.new`);
}

/** Whether a file belongs to an earlier ring of this name than `id`: what killed writers leave. */
export function isLeftover({ name }: Place, id: bigint, file: string): boolean {
  const start = `${PREFIX}${name}.`;
  return (
    file.startsWith(start) &&
    /^[0-9a-f]{16}\.(bell|new)$/.test(file.slice(start.length)) &&
    !file.startsWith(`${start}${idText(id)}.`)
  );
}

function idText(id: bigint): string {
  return id.toString(16).padStart(16, '0');
}
