import { basename } from 'node:path';
import type { DiscoverContext, SourceContext } from '../../src/contract/adapter.ts';
import { failure } from '../../src/contract/error.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { bestMode, listCameras, type Camera } from '../../src/codec/cameras.ts';
import { playLive } from '../../src/codec/play-live.ts';
import { VideoInput } from '../../src/codec/video-input.ts';
import { inputOf, placesOf, type CaptureWish } from './place.ts';
import { linuxFolders, videoDevices, watchDevices } from './video-devices.ts';

/** What differs from system to system; tests bring a system of their own. */
export interface CaptureSystem {
  /** FFmpeg's device input; null where there is none for cameras. */
  readonly input: string | null;
  cameras(): Promise<readonly (Camera & { readonly readable: boolean })[]>;
}

export const thisSystem: CaptureSystem = {
  input: inputOf(process.platform),
  cameras: async () =>
    process.platform === 'linux'
      ? (await videoDevices(linuxFolders)).map((each) => ({ ...each, device: each.path }))
      : (await listCameras()).map((each) => ({ ...each, readable: true })),
};

/** Plays one camera until it is pulled out or aborted. */
export async function capture(context: SourceContext, system: CaptureSystem): Promise<void> {
  const { config, signal } = context;
  try {
    if (system.input === null)
      throw failure('E_SOURCE_UNREADABLE', `Cameras of ${process.platform} are not known to FFmpeg`);
    const camera = await find(String(config['device'] ?? ''), system);
    context.describe({ device: camera.device, name: camera.name, endpoint: `capture:${camera.device}` });
    const places = placesOf(wishOf(config, camera.device), system.input);
    await playLive(context, await openFirst(places, signal));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Where the system tells of changes by itself, the list follows them; elsewhere it is what there was at the start. */
export async function search(context: DiscoverContext): Promise<void> {
  if (process.platform === 'linux') return watchDevices(context, linuxFolders, bestMode);
  const cameras = await listCameras();
  const endpoints = await Promise.all(
    cameras.map(async ({ device, name }) => ({
      url: `capture:${device}`,
      name,
      ...(await bestMode(device)),
    })),
  );
  context.found(endpoints);
  if (!context.signal.aborted)
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
}

/** `/dev/video2`, `2`, a name or a part of one; nothing is the first. */
async function find(asked: string, system: CaptureSystem): Promise<Camera> {
  const cameras = await system.cameras();
  const found =
    asked === ''
      ? cameras[0]
      : (cameras.find(({ device, name }) => device === asked || name === asked) ??
        cameras.find(({ device }) => basename(device) === `video${asked}`) ??
        cameras.find(({ name }) => name.toLowerCase().includes(asked.toLowerCase())));
  const there = cameras.map(({ name }) => name).join(', ');
  if (found === undefined)
    throw failure(
      'E_SOURCE_ABSENT',
      `${asked === '' ? 'There is no camera' : `There is no camera "${asked}"`}${there === '' ? '' : `; there are ${there}`}`,
      { device: asked },
    );
  if (!found.readable)
    throw failure('E_CAPTURE_DENIED', `${found.name} (${found.device}) may not be opened`, {
      device: found.device,
    });
  return found;
}

/** The first that the camera agrees to; the error is that of the last, which asks for the least. */
async function openFirst(places: ReturnType<typeof placesOf>, signal: AbortSignal): Promise<VideoInput> {
  const [place, ...others] = places;
  try {
    return await VideoInput.open(place, signal);
  } catch (error) {
    const [next, ...rest] = others;
    if (next === undefined || signal.aborted) throw error;
    return openFirst([next, ...rest], signal);
  }
}

function wishOf({ width, height, rateHz }: JsonObject, device: string): CaptureWish {
  return {
    device,
    size: typeof width === 'number' && typeof height === 'number' ? { width, height } : null,
    rateHz: typeof rateHz === 'number' ? rateHz : null,
  };
}
