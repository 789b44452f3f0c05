import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bellPath, isLeftover, nameOfRing, placeOf, type Place } from './place.ts';
import type { Sees } from './pulse.ts';
import { RingReader } from './ring-reader.ts';

/** Removes the bells and drafts of earlier rings of this name, which killed writers left beside the ring `id`. */
export function sweepName(place: Place, id: bigint): void {
  for (const file of readdirSync(place.folder))
    if (isLeftover(place, id, file)) rmSync(join(place.folder, file), { force: true });
}

/** Removes rings of every name whose writer surely ended: each of them holds megabytes that nobody gives back otherwise. */
export function sweepDead(folder: string, sees: Sees): void {
  for (const name of readdirSync(folder).map(nameOfRing)) {
    if (name === null) continue;
    const place = placeOf(folder, name);
    const id = deadRing(place, sees);
    if (id !== null) for (const path of [place.path, bellPath(place, id)]) rmSync(path, { force: true });
  }
}

/** Null where the writer may live, and where there is no ring to be read. */
function deadRing({ path }: Place, sees: Sees): bigint | null {
  try {
    const reader = RingReader.open(path);
    reader.close();
    return sees(reader.layout) === 'ended' ? reader.layout.id : null;
  } catch {
    return null;
  }
}
