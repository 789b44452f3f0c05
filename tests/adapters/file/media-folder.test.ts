import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { discover, placeOf } from '../../../adapters/file/media-folder.ts';
import type { Endpoint } from '../../../src/contract/adapter.ts';
import { ASSETS_VARIABLE } from '../../../src/contract/media-file.ts';
import { tempFolder } from '../../support/temp-folder.ts';

afterEach(() => vi.unstubAllEnvs());

test('a name alone is a file of the media folder, and nothing leads out of it', () => {
  expect(placeOf('clip.mp4', '/media')).toBe('/media/clip.mp4');
  expect(placeOf('/elsewhere/clip.mp4', '/media')).toBe('/elsewhere/clip.mp4');
  for (const path of ['../clip.mp4', 'sub/clip.mp4', 'a\\clip.mp4', '..', '.hidden.mp4', ''])
    expect([path, placeOf(path, '/media')]).toEqual([path, null]);
});

test('pictures and clips of the folder can be picked, and new ones as soon as they are whole', async () => {
  const folder = tempFolder('media');
  vi.stubEnv(ASSETS_VARIABLE, folder);
  writeFileSync(join(folder, 'clip.mp4'), '');
  writeFileSync(join(folder, 'song.mp3'), '');
  writeFileSync(join(folder, '.upload-1'), '');
  const end = new AbortController();
  const lists: string[][] = [];
  const found = (endpoints: readonly Endpoint[]): void => void lists.push(endpoints.map(({ url }) => url));
  const searching = discover({ signal: end.signal, log: () => undefined, found });
  await vi.waitFor(() => expect(lists.at(-1)).toEqual(['file:clip.mp4']), 5_000);
  renameSync(join(folder, '.upload-1'), join(folder, 'face.png'));
  await vi.waitFor(() => expect(lists.at(-1)).toEqual(['file:clip.mp4', 'file:face.png']), 5_000);
  rmSync(join(folder, 'clip.mp4'));
  await vi.waitFor(() => expect(lists.at(-1)).toEqual(['file:face.png']), 5_000);
  end.abort();
  await searching;
});
