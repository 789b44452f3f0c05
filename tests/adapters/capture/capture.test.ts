import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { placesOf } from '../../../adapters/capture/place.ts';
import { capture, type CaptureSystem } from '../../../adapters/capture/source.ts';
import { videoDevices, watchDevices } from '../../../adapters/capture/video-devices.ts';
import type { Endpoint } from '../../../src/contract/adapter.ts';
import { SourceDouble, until } from '../../conformance/contexts.ts';
import { tempFolder } from '../../support/temp-folder.ts';

// Not one real camera: the list is read from folders that look like /dev and /sys, and the pictures come from FFmpeg's lavfi,
// which is a device input as Video4Linux is one. Drivers, their formats and their moods are not shown.

async function plugIn(folder: string, number: number, name: string, index = 0): Promise<void> {
  const facts = join(folder, 'sys', `video${number}`);
  await mkdir(facts, { recursive: true });
  await writeFile(join(facts, 'name'), `${name}\n`);
  await writeFile(join(facts, 'index'), `${index}\n`);
  await writeFile(join(folder, 'dev', `video${number}`), '');
}

const withTempFolder = (work: (folder: string) => Promise<void>): Promise<void> =>
  work(tempFolder('cameras'));

const foldersIn = async (folder: string): Promise<{ devices: string; facts: string }> => {
  await mkdir(join(folder, 'dev'));
  return { devices: join(folder, 'dev'), facts: join(folder, 'sys') };
};

describe('cameras of a Linux machine', () => {
  test('are listed by number with the names of their drivers, without the nodes that carry no pictures', () =>
    withTempFolder(async (folder) => {
      const folders = await foldersIn(folder);
      await plugIn(folder, 10, 'Capture card');
      await plugIn(folder, 2, 'HD Webcam');
      await plugIn(folder, 3, 'HD Webcam', 1);
      await writeFile(join(folder, 'dev', 'video'), '');
      const found = await videoDevices(folders);
      expect(found.map(({ name, path }) => [name, path.slice(folder.length)])).toEqual([
        ['HD Webcam', '/dev/video2'],
        ['Capture card', '/dev/video10'],
      ]);
    }));

  test('come and go in the list as they are plugged in and pulled out', () =>
    withTempFolder(async (folder) => {
      const folders = await foldersIn(folder);
      await plugIn(folder, 0, 'First');
      const lists: (readonly Endpoint[])[] = [];
      const end = new AbortController();
      const context = {
        signal: end.signal,
        log: () => {},
        found: (list: readonly Endpoint[]) => void lists.push(list),
      };
      const mode = { size: { width: 1280, height: 720 }, rateHz: 30 };
      const searching = watchDevices(context, folders, () => Promise.resolve(mode));
      const names = (): string => (lists.at(-1) ?? []).map(({ name }) => name).join();
      await until(() => names() === 'First');
      expect(lists[0]?.[0]).toEqual({ url: `capture:${join(folder, 'dev/video0')}`, name: 'First', ...mode });
      await plugIn(folder, 1, 'Second');
      await until(() => names() === 'First,Second');
      await rm(join(folder, 'dev', 'video0'));
      await until(() => names() === 'Second');
      end.abort();
      await searching;
    }));
});

describe('a camera', () => {
  const system = (pattern: string, readable = true): CaptureSystem => ({
    input: 'lavfi',
    cameras: () => Promise.resolve([{ device: pattern, name: 'Test camera', readable }]),
  });

  test('is found by a part of its name and says what it gives', async () => {
    const context = new SourceDouble({
      config: { device: 'camera' },
      wanted: { width: 64, height: 48 },
      onFrame: (frame, self) => {
        if (frame.sequence >= 5) self.controller.abort();
      },
    });
    await capture(context, system('color=red:s=128x96:r=30,realtime'));
    const device = 'color=red:s=128x96:r=30,realtime';
    expect(context.infos).toContainEqual({ device, name: 'Test camera', endpoint: `capture:${device}` });
    expect(context.info).toMatchObject({
      codec: expect.any(String),
      inputWidth: 128,
      inputHeight: 96,
      width: 64,
      height: 48,
    });
  });

  test('that is not there is named, with those that are', async () => {
    const context = new SourceDouble({ config: { device: 'Webcam 9' } });
    await expect(capture(context, system('color'))).rejects.toMatchObject({
      code: 'E_SOURCE_ABSENT',
      message: 'There is no camera "Webcam 9"; there are Test camera',
    });
  });

  test('that may not be opened says what to do', async () => {
    const context = new SourceDouble({ config: {} });
    await expect(capture(context, system('color', false))).rejects.toMatchObject({
      code: 'E_CAPTURE_DENIED',
      remedy: expect.stringContaining('group'),
    });
  });

  test('that is pulled out is lost', async () => {
    const context = new SourceDouble({ config: {} });
    await expect(capture(context, system('color=red:s=64x64:r=30:d=0.2'))).rejects.toMatchObject({
      code: 'E_SOURCE_LOST',
    });
  });

  test('is asked for compressed pictures first where they are large, and then for any', () => {
    const large = placesOf(
      { device: '/dev/video0', size: { width: 1920, height: 1080 }, rateHz: 30 },
      'video4linux2',
    );
    expect(large.map(({ options }) => options['input_format'])).toEqual(['mjpeg', undefined]);
    expect(large[0].options).toMatchObject({ video_size: '1920x1080', framerate: '30' });
    const any = placesOf({ device: '/dev/video0', size: null, rateHz: null }, 'video4linux2');
    expect(any).toHaveLength(1);
    expect(any[0].options).not.toHaveProperty('video_size');
  });
});
