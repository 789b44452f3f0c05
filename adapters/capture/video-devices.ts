import { watch } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiscoverContext, Endpoint } from '../../src/contract/adapter.ts';

/** Where Linux shows its cameras; tests bring their own. */
interface DeviceFolders {
  /** `/dev` */
  readonly devices: string;
  /** `/sys/class/video4linux` */
  readonly facts: string;
}

export const linuxFolders: DeviceFolders = { devices: '/dev', facts: '/sys/class/video4linux' };

interface VideoDevice {
  /** `/dev/video0` */
  readonly path: string;
  /** As its driver calls it. */
  readonly name: string;
  readonly readable: boolean;
}

/**
 * The cameras there are, by their numbers. A camera has several nodes (pictures, metadata); only the first one, index 0, gives
 * pictures.
 */
export async function videoDevices({ devices, facts }: DeviceFolders): Promise<readonly VideoDevice[]> {
  const present = await namesIn(devices);
  const numbers = present.flatMap((name) => /^video(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  const sorted = numbers.toSorted((a, b) => a - b);
  const found = await Promise.all(
    sorted.map(async (number) => {
      const node = `video${number}`;
      const [name, index] = await Promise.all([
        textOf(join(facts, node, 'name')),
        textOf(join(facts, node, 'index')),
      ]);
      if (index !== null && index !== '0') return [];
      const path = join(devices, node);
      return [{ path, name: name ?? node, readable: await mayOpen(path) }];
    }),
  );
  return found.flat();
}

/** Tells the cameras that can be picked, and again whenever one is plugged in, pulled out, or its permissions change. */
export async function watchDevices(
  context: DiscoverContext,
  folders: DeviceFolders,
  modeOf: (path: string) => Promise<Pick<Endpoint, 'size' | 'rateHz'>>,
): Promise<void> {
  const { signal } = context;
  let told = '';
  let looking: Promise<void> = Promise.resolve();
  const look = (): void => {
    looking = looking.then(async () => {
      const devices = await videoDevices(folders);
      const endpoints = await Promise.all(
        devices.map(async ({ path, name }) => ({ url: `capture:${path}`, name, ...(await modeOf(path)) })),
      );
      const text = JSON.stringify(endpoints);
      if (text === told || signal.aborted) return;
      told = text;
      context.found(endpoints);
    });
  };
  const watcher = watch(folders.devices, { signal }, (_, name) => {
    // `/dev` has many others that come and go.
    if (name === null || name.startsWith('video')) look();
  });
  look();
  await new Promise<void>((resolve, reject) => {
    watcher.on('error', reject);
    watcher.on('close', resolve);
  });
  await looking;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

async function mayOpen(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r')).close();
    return true;
  } catch {
    return false;
  }
}
