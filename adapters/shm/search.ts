import { readdir } from 'node:fs/promises';
import { watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DiscoverContext, Endpoint } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { nameOfRing, placeOf, ringFolder } from './place.ts';
import { Pulse, seesProcess } from './pulse.ts';
import { RingReader } from './ring-reader.ts';

/** A folder in which frames are written tells of each; so it is listened to once in this time at most. */
const DEAF_MS = 1_000;
/** A writer that is killed changes nothing in the folder. */
const QUIET_MS = 10_000;

/** Tells which names are written, whenever that changes. */
export async function search(context: DiscoverContext): Promise<void> {
  const { signal } = context;
  const folder = ringFolder();
  let said = '';
  while (!signal.aborted) {
    const change = changeOf(folder, signal);
    const endpoints = await written(folder);
    const text = JSON.stringify(endpoints);
    if (text !== said) context.found(endpoints);
    said = text;
    await change;
    await sleep(DEAF_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function written(folder: string): Promise<readonly Endpoint[]> {
  const names = (await readdir(folder)).map(nameOfRing).filter((name) => name !== null);
  return names
    .sort()
    .map((name) => endpointOf(folder, name))
    .filter((each) => each !== null);
}

/** Null where its writer has ended, or it is no ring. */
function endpointOf(folder: string, name: string): Endpoint | null {
  try {
    const reader = RingReader.open(placeOf(folder, name).path);
    try {
      const { layout } = reader;
      const { state, heartbeat } = reader.look();
      const gone = new Pulse(seesProcess, nowUs()).judge(layout, heartbeat, nowUs());
      if (state !== 'live' || gone !== null) return null;
      const size = { width: layout.width, height: layout.height };
      return { url: `shm:${name}`, name, size, rateHz: null };
    } finally {
      reader.close();
    }
  } catch {
    return null;
  }
}

/** Resolves with the next change in the folder, after a while, or when aborted. Rejects where the folder cannot be watched. */
function changeOf(folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(folder);
    const done = (): void => {
      clearTimeout(timer);
      watcher.close();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, QUIET_MS);
    signal.addEventListener('abort', done, { once: true });
    watcher.once('change', done);
    watcher.once('error', (error) => {
      done();
      reject(error);
    });
  });
}
