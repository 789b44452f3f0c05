import { afterEach, expect, test } from 'vitest';
import { placeOf, ringFolder } from '../../../adapters/shm/place.ts';
import type { RingWriter } from '../../../adapters/shm/ring-writer.ts';
import { search } from '../../../adapters/shm/search.ts';
import { take } from '../../../adapters/shm/source.ts';
import type { Endpoint } from '../../../src/contract/adapter.ts';
import { nowUs } from '../../../src/contract/clock.ts';
import type { Frame, Size } from '../../../src/contract/frame.ts';
import { SourceDouble, until } from '../../conformance/contexts.ts';
import { freshName, writerOf } from './rings.ts';

const writers: RingWriter[] = [];
afterEach(() => {
  for (const writer of writers.splice(0)) writer.close();
});

function newWriter(name: string): RingWriter {
  const writer = writerOf(placeOf(ringFolder(), name));
  writers.push(writer);
  return writer;
}

function write(writer: RingWriter, value: number, size: Size = { width: 16, height: 8 }): void {
  const at = nowUs();
  const pixels = new Uint8Array(size.width * size.height * 4).fill(value);
  writer.write(size, pixels, { ptsUs: at, captureUs: at });
}

/** A source at work on a name; what it hands on is kept. */
function playing(name: string) {
  const frames: Frame[] = [];
  const context = new SourceDouble({
    config: { name },
    onFrame: (frame) => frames.push({ ...frame, data: frame.data.slice() }),
  });
  const run = take(context);
  run.catch(() => undefined);
  return { frames, context, run };
}

test('a name that nobody writes is absent, and one that was written and closed is lost', async () => {
  const name = freshName();
  await expect(playing(name).run).rejects.toMatchObject({ code: 'E_SOURCE_ABSENT' });
  const writer = newWriter(name);
  write(writer, 1);
  const { frames, run } = playing(name);
  await until(() => (write(writer, 2), frames.length > 0));
  writer.close();
  await expect(run).rejects.toMatchObject({ code: 'E_SOURCE_LOST' });
});

test('a picture that was written once is shown as soon as its writer is seen to live', async () => {
  const name = freshName();
  const writer = newWriter(name);
  write(writer, 5);
  const { frames, context, run } = playing(name);
  writer.beat();
  await until(() => frames.length > 0);
  expect(new Set(frames[0]?.data)).toEqual(new Set([5]));
  context.controller.abort();
  await run;
});

test('frames of another size, and of another writer, follow without an end', async () => {
  const name = freshName();
  const first = newWriter(name);
  const { frames, context, run } = (write(first, 1), playing(name));
  await until(() => (write(first, 1), frames.length > 0));
  const large = { width: 32, height: 24 };
  write(first, 2, large);
  await until(() => frames.at(-1)?.width === 32);
  const second = newWriter(name);
  write(second, 3, large);
  await until(() => frames.at(-1)?.data[0] === 3);
  for (const { data } of frames) expect(new Set(data).size).toBe(1);
  expect(context.info).toMatchObject({ width: 32, height: 24, bell: true, writerPid: process.pid });
  context.controller.abort();
  await run;
});

test('what is written is found, with its size, and is gone from the list when its writer is', async () => {
  const name = freshName();
  const controller = new AbortController();
  let found: readonly Endpoint[] = [];
  const run = search({
    signal: controller.signal,
    log: () => undefined,
    found: (endpoints) => (found = endpoints),
  });
  const here = (): Endpoint | undefined => found.find((each) => each.name === name);
  const writer = newWriter(name);
  write(writer, 1);
  await until(() => here() !== undefined);
  expect(here()).toEqual({ url: `shm:${name}`, name, size: { width: 16, height: 8 }, rateHz: null });
  writer.close();
  await until(() => here() === undefined);
  controller.abort();
  await run;
});
