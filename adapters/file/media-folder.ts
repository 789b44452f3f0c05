import { readdir, watch } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DiscoverContext } from '../../src/contract/adapter.ts';
import { ASSETS_VARIABLE } from '../../src/contract/media-file.ts';

/** Changes that come together are one. */
const SETTLE_MS = 200;
/** Sounds lie there too, and are no source of pictures. */
const shown = /\.(?:png|jpe?g|gif|webp|bmp|mp4|m4v|mov|avi|mkv|webm|ogv)$/i;

/** Where a file lies: a name alone is one in the daemon's folder of media files. Null where it is neither that nor an absolute path. */
export function placeOf(path: string, folder = process.env[ASSETS_VARIABLE]): string | null {
  if (isAbsolute(path)) return path;
  const isName = path !== '' && !path.startsWith('.') && !/[/\\]/.test(path);
  return isName && folder !== undefined ? join(folder, path) : null;
}

/** Tells what can be played by name, and again whenever the folder changes. */
export async function discover(context: DiscoverContext): Promise<void> {
  const { signal } = context;
  const folder = process.env[ASSETS_VARIABLE];
  if (folder === undefined) return;
  const tell = async (): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && isShown(entry.name)).map(({ name }) => name);
    context.found(names.sort().map((name) => ({ url: `file:${name}`, name, size: null, rateHz: null })));
  };
  const changes = watch(folder, { signal });
  await tell();
  try {
    for await (const _change of changes) {
      await sleep(SETTLE_MS, undefined, { signal });
      await tell();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function isShown(name: string): boolean {
  return !name.startsWith('.') && shown.test(name);
}
