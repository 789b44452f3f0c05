import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { claim } from '../../../adapters/shm/claim.ts';
import { at, inSlot, layoutFor, ringBytes, slotStart, writeHead } from '../../../adapters/shm/layout.ts';
import { sweepDead } from '../../../adapters/shm/leftovers.ts';
import { draftPath, placeOf, type Place } from '../../../adapters/shm/place.ts';
import type { Sees } from '../../../adapters/shm/pulse.ts';
import { RingFile } from '../../../adapters/shm/ring-file.ts';
import { RingReader } from '../../../adapters/shm/ring-reader.ts';
import type { RingWriter } from '../../../adapters/shm/ring-writer.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { writerOf } from './rings.ts';

const size = { width: 8, height: 4 };
const bytes = size.width * size.height * 4;
const picture = (value: number, length = bytes): Uint8Array => new Uint8Array(length).fill(value);
const times = { ptsUs: 11, captureUs: 7 };

const open: { close(): void }[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const each of open.splice(0)) each.close();
});
const closed = <T extends { close(): void }>(each: T): T => (open.push(each), each);

const newPlace = (): Place => placeOf(tempFolder('ring'), 'cam');
const newWriter = (place: Place): RingWriter => closed(writerOf(place));
const newReader = ({ path }: Place): RingReader => {
  const reader = closed(RingReader.open(path));
  reader.map();
  return reader;
};

/** A ring as a program of another hand might write it. */
function foreign(place: Place, more: Partial<ReturnType<typeof layoutFor>>, frame: Uint8Array): void {
  const layout = { ...layoutFor(size, 3, { pid: 0, id: 5n, pidNamespace: 0n }), rings: false, ...more };
  const file = Buffer.alloc(ringBytes(layout));
  writeHead(layout).copy(file);
  file.writeBigUInt64LE(1n, slotStart(1) + inSlot.sequence);
  file.writeUInt32LE(4, slotStart(1) + inSlot.lock);
  file.set(frame, layout.firstSlot + layout.slotBytes);
  writeFileSync(place.path, file);
}

test('a frame arrives byte for byte, with its times, and is new only once', () => {
  const place = newPlace();
  const writer = newWriter(place);
  const frame = Uint8Array.from({ length: bytes }, (_, index) => index % 251);
  writer.write(size, frame, times);
  const reader = newReader(place);
  const pixels = picture(0);
  expect(reader.take(0, pixels)).toMatchObject({ sequence: 1, ...times });
  expect(pixels).toEqual(frame);
  expect(reader.take(1, pixels)).toBeNull();
});

test('each of several readers has the newest frame, and misses what was written over', () => {
  const place = newPlace();
  const writer = newWriter(place);
  for (let n = 1; n <= 7; n += 1) writer.write(size, picture(n), times);
  for (let n = 0; n < 3; n += 1) {
    const pixels = picture(0);
    expect(newReader(place).take(2, pixels)?.sequence).toBe(7);
    expect(pixels).toEqual(picture(7));
  }
});

test('a slot that its writer died in is never shown; the frame before it is', () => {
  const place = newPlace();
  const writer = newWriter(place);
  for (let n = 1; n <= 3; n += 1) writer.write(size, picture(n), times);
  const fd = openSync(place.path, 'r+');
  writeSync(fd, Buffer.from([9]), 0, 1, slotStart(3 % 3) + inSlot.lock);
  closeSync(fd);
  const pixels = picture(0);
  expect(newReader(place).take(0, pixels)?.sequence).toBe(2);
  expect(pixels).toEqual(picture(2));
});

test('another size is another file in its place, and the reader of the old one is told', () => {
  const place = newPlace();
  const writer = newWriter(place);
  writer.write(size, picture(1), times);
  const reader = newReader(place);
  expect([reader.look().state, reader.isInPlace()]).toEqual(['live', true]);
  writer.write({ width: 3, height: 5 }, picture(2, 60), times);
  expect([reader.look().state, reader.isInPlace()]).toEqual(['replaced', false]);
  const pixels = picture(0);
  expect(reader.take(0, pixels)?.sequence).toBe(1);
  expect(newReader(place).layout).toMatchObject({ width: 3, height: 5 });
});

test('a writer that closes leaves nothing behind and says so', () => {
  const place = newPlace();
  const writer = newWriter(place);
  writer.write(size, picture(1), times);
  const reader = newReader(place);
  writer.close();
  expect(reader.look().state).toBe('ended');
  expect(readdirSync(place.folder)).toEqual([]);
});

test('a new writer sweeps up what killed ones left, and nothing else', () => {
  const place = newPlace();
  for (const file of ['reverie-shm-cam.00000000000000aa.bell', 'reverie-shm-cam.00000000000000aa.new'])
    writeFileSync(`${place.folder}/${file}`, '');
  const others = ['reverie-shm-cam2.00000000000000aa.bell', 'reverie-shm-cam.txt', 'reverie-shm-other.ring'];
  for (const file of others) writeFileSync(`${place.folder}/${file}`, '');
  const writer = newWriter(place);
  writer.write(size, picture(1), times);
  expect(readdirSync(place.folder).filter((file) => !others.includes(file))).toHaveLength(2);
  for (const file of others) expect(readdirSync(place.folder)).toContain(file);
});

test('rings of writers that ended are removed, whatever their name; those of others stay', () => {
  const place = newPlace();
  const [dead, unknown] = [placeOf(place.folder, 'dead'), placeOf(place.folder, 'unknown')];
  for (const [each, pid] of [
    [place, 1],
    [dead, 2],
    [unknown, 3],
  ] as const)
    closed(writerOf(each, { pid })).write(size, picture(1), times);
  writeFileSync(`${place.folder}/reverie-shm-garbage.ring`, 'garbage');
  sweepDead(place.folder, ({ pid }) => (pid === 1 ? 'lives' : pid === 2 ? 'ended' : 'unseen'));
  const left = readdirSync(place.folder);
  expect(left.filter((file) => file.includes('dead'))).toEqual([]);
  expect(left.filter((file) => file.endsWith('.ring'))).toHaveLength(3);
});

test('a frame that is written over while it is copied is thrown away, and the newest one taken', () => {
  const place = newPlace();
  const writer = newWriter(place);
  writer.write(size, picture(1), times);
  const reader = newReader(place);
  const copy = vi.spyOn(RingFile.prototype, 'readPixels');
  copy.mockImplementationOnce((into) => {
    into.fill(1);
    for (let n = 2; n <= 5; n += 1) writer.write(size, picture(n), times);
  });
  const pixels = picture(0);
  expect(reader.take(0, pixels)?.sequence).toBe(5);
  expect(pixels).toEqual(picture(5));
  expect(reader.torn).toBe(1);
  copy.mockImplementation((into) => {
    into.fill(9);
    for (let n = 0; n < 3; n += 1) writer.write(size, picture(6), times);
  });
  writer.write(size, picture(6), times);
  expect(() => reader.take(5, pixels)).toThrow(expect.objectContaining({ code: 'E_SOURCE_LOST' }));
});

test('a writer whose name was taken is told so with its next frame, and does not touch the other one', () => {
  const place = newPlace();
  const first = newWriter(place);
  first.write(size, picture(1), times);
  newWriter(place).write(size, picture(2), times);
  expect(() => first.write(size, picture(3), times)).toThrow(
    expect.objectContaining({ code: 'E_SHM_TAKEN' }),
  );
  first.close();
  const pixels = picture(0);
  newReader(place).take(0, pixels);
  expect(pixels).toEqual(picture(2));
});

test.each([
  ['pixels in the order blue, green, red', { format: 'bgra8' as const }, [3, 2, 1, 4]],
  ['rows from the bottom up', { rows: 'bottom-first' as const }, [1, 2, 3, 4]],
  ['rows with a gap between them', { stride: 48 }, [1, 2, 3, 4]],
])('%s are read as the picture they are', (_, more, pixel) => {
  const place = newPlace();
  const stride = 'stride' in more ? more.stride : 32;
  const frame = new Uint8Array(stride * size.height);
  for (let row = 0; row < size.height; row += 1)
    for (let x = 0; x < 32; x += 4) frame.set([1, 2, 3, 4], row * stride + x);
  const first = 'rows' in more ? 3 : 0;
  frame.fill(77, first * stride, first * stride + 32);
  const slotBytes = 4096;
  foreign(place, { ...more, slotBytes }, frame);
  const pixels = picture(0);
  expect(newReader(place).take(0, pixels)?.sequence).toBe(1);
  expect([...pixels.subarray(0, 32)]).toEqual(Array.from({ length: 32 }, () => 77));
  for (let i = 32; i < bytes; i += 4) expect([...pixels.subarray(i, i + 4)]).toEqual(pixel);
});

test('a file that is cut off while it is open is a coded error, and no end of the process', () => {
  const place = newPlace();
  newWriter(place).write(size, picture(1), times);
  const reader = newReader(place);
  truncateSync(place.path, 5000);
  expect(() => reader.take(0, picture(0))).toThrow(expect.objectContaining({ code: 'E_SHM_LAYOUT' }));
  truncateSync(place.path, 100);
  expect(() => reader.look()).toThrow(expect.objectContaining({ code: 'E_SHM_LAYOUT' }));
  expect(() => RingReader.open(place.path)).toThrow(expect.objectContaining({ code: 'E_SHM_LAYOUT' }));
});

test('a folder and a pipe are no rings, and a link is not followed', () => {
  const place = newPlace();
  mkdirSync(place.path);
  expect(() => RingReader.open(place.path)).toThrow(expect.objectContaining({ code: 'E_SHM_LAYOUT' }));
  const pipe = placeOf(place.folder, 'pipe');
  execFileSync('mkfifo', [pipe.path]);
  expect(() => RingReader.open(pipe.path)).toThrow(expect.objectContaining({ code: 'E_SHM_LAYOUT' }));
  const link = placeOf(place.folder, 'link');
  newWriter(placeOf(place.folder, 'real')).write(size, picture(1), times);
  symlinkSync(placeOf(place.folder, 'real').path, link.path);
  expect(() => RingReader.open(link.path)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
});

/** A clock that goes on while one waits, and a writer that beats meanwhile or does not. */
function waiting(beat: () => void, sees: Sees) {
  let us = 0;
  return {
    passed: () => us,
    deps: {
      sees,
      nowUs: () => us,
      wait: (ms: number) => {
        us += ms * 1000;
        beat();
        return Promise.resolve();
      },
    },
  };
}

test('a name is free at once where nobody wrote it, where its writer closed it or died, and where there is no ring', async () => {
  const place = newPlace();
  const now = waiting(
    () => undefined,
    () => 'ended',
  );
  await claim(place, now.deps);
  const writer = newWriter(place);
  writer.write(size, picture(1), times);
  await claim(place, now.deps);
  writer.close();
  writeFileSync(place.path, 'something else');
  await claim(place, now.deps);
  expect(now.passed()).toBe(0);
});

test('a name is refused while its writer beats, and free when it has been silent for long', async () => {
  const place = newPlace();
  const writer = newWriter(place);
  writer.write(size, picture(1), times);
  const alive = waiting(
    () => writer.beat(),
    () => 'unseen',
  );
  await expect(claim(place, alive.deps)).rejects.toMatchObject({ code: 'E_SHM_TAKEN' });
  for (const [sees, seconds] of [
    ['unseen', 2],
    ['lives', 10],
  ] as const) {
    const silent = waiting(
      () => undefined,
      () => sees,
    );
    await claim(place, silent.deps);
    expect(silent.passed()).toBeGreaterThan(seconds * 1e6);
    expect(silent.passed()).toBeLessThan(seconds * 1e6 + 200_000);
  }
});

test('a new ring has its name only once a frame is in it', () => {
  const place = newPlace();
  const seen: string[][] = [];
  const writer = closed(
    writerOf(place, { nowUs: () => (seen.push(readdirSync(place.folder)), 1), newId: () => 0xabn }),
  );
  writer.write(size, picture(1), times);
  expect(seen[0]?.some((file) => file.endsWith('.ring'))).toBe(false);
  expect(readdirSync(place.folder)).toContain('reverie-shm-cam.ring');
  expect(readdirSync(place.folder).some((file) => draftPath(place, 0xabn).endsWith(file))).toBe(false);
  const head = readFileSync(place.path);
  expect([head.readUInt32LE(at.version), head.readBigUInt64LE(at.newest)]).toEqual([1, 1n]);
});

test('a writer whose folder is gone says what the system says, and can go on when it is back', () => {
  const place = newPlace();
  const writer = newWriter(place);
  const aside = `${place.folder}-aside`;
  renameSync(place.folder, aside);
  expect(() => writer.write(size, picture(1), times)).toThrow(/ENOENT/);
  renameSync(aside, place.folder);
  writer.write(size, picture(1), times);
  expect(newReader(place).look().newest?.sequence).toBe(1);
});
