import { describe, expect, test } from 'vitest';
import { list, receive, transmit } from '../../../adapters/spout/play.ts';
import { refusalOn } from '../../../adapters/spout/run.ts';
import { namesIn, sizeIn } from '../../../adapters/spout/sender-list.ts';
import type { Endpoint } from '../../../src/contract/adapter.ts';
import type { Frame } from '../../../src/contract/frame.ts';
import { SinkDouble, SourceDouble, until } from '../../conformance/contexts.ts';
import { SharedDouble } from './shared-double.ts';

const size = { width: 2, height: 1 };
const picture = (value: number): Uint8Array => new Uint8Array(8).fill(value);

function play(
  share: SharedDouble,
  name: string,
): { frames: Frame[]; context: SourceDouble; end: Promise<void> } {
  const frames: Frame[] = [];
  const context = new SourceDouble({
    config: { name },
    onFrame: (frame) => frames.push({ ...frame, data: frame.data.slice() }),
  });
  return { frames, context, end: receive(share, context) };
}

describe('a Spout sender as a source', () => {
  test('is played picture by picture, none twice, in its own size, also in a new one', async () => {
    const share = new SharedDouble();
    share.draw('TD', picture(1), size);
    const { frames, context, end } = play(share, 'TD');
    await until(() => frames.length === 1);
    share.draw('TD', picture(2), size);
    await until(() => frames.length === 2);
    share.draw('TD', new Uint8Array(16).fill(3), { width: 2, height: 2 });
    await until(() => frames.length === 3);
    context.controller.abort();
    await end;
    expect(frames.map(({ data, height }) => [data[0], height])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(context.info).toEqual({ sender: 'TD', width: 2, height: 2 });
  });

  test('that is not there is absent, with what is there; one that closes is lost', async () => {
    const share = new SharedDouble();
    share.draw('Resolume', picture(1), size);
    await expect(play(share, 'TD').end).rejects.toMatchObject({
      code: 'E_SOURCE_ABSENT',
      message: expect.stringContaining('there are: Resolume'),
    });
    const { frames, end } = play(share, 'Resolume');
    await until(() => frames.length === 1);
    share.end('Resolume');
    await expect(end).rejects.toMatchObject({ code: 'E_SOURCE_LOST' });
  });
});

describe('a Spout output', () => {
  test('shares each new frame under its name, and nothing once it ends', async () => {
    const share = new SharedDouble();
    const context = new SinkDouble({ name: '' });
    const end = transmit(share, context);
    await context.presenting();
    await context.show(size, picture(7));
    expect(share.senders()).toEqual([{ name: 'Reverie', size }]);
    const look = share.openReceiver('Reverie');
    look.look();
    expect(look.look()).toMatchObject({ kind: 'picture', pixels: picture(7) });
    await context.show(size, picture(7), true);
    expect(look.look()).toEqual({ kind: 'nothing' });
    context.controller.abort();
    await end;
    expect(share.senders()).toEqual([]);
  });

  test('that is refused says so', async () => {
    const share = new SharedDouble();
    share.refuses = true;
    const context = new SinkDouble({ name: 'A' });
    const end = transmit(share, context);
    await context.presenting();
    await expect(context.show(size, picture(1))).rejects.toMatchObject({ code: 'E_SINK_LOST' });
    context.controller.abort();
    await end;
  });
});

describe('what can be picked', () => {
  test('is told, and told again when it changes', async () => {
    const share = new SharedDouble();
    share.draw('TD', picture(1), size);
    const controller = new AbortController();
    const told: (readonly Endpoint[])[] = [];
    const searching = list(share, {
      signal: controller.signal,
      log: () => undefined,
      found: (endpoints) => told.push(endpoints),
    });
    await until(() => told.length === 1);
    share.draw('OBS', picture(1), size);
    await until(() => told.length === 2);
    controller.abort();
    await searching;
    expect(told[0]).toEqual([{ url: 'spout:TD', name: 'TD', size, rateHz: null }]);
    expect(told[1]?.map(({ url }) => url)).toEqual(['spout:TD', 'spout:OBS']);
  });

  test('is read from the memory that Spout keeps', () => {
    const memory = new Uint8Array(4 * 256);
    memory.set(Buffer.from('TD'), 0);
    memory.set(Buffer.from('x'.repeat(256)), 256);
    memory.set(Buffer.from('beyond the end'), 3 * 256);
    expect(namesIn(memory)).toEqual(['TD', 'x'.repeat(256)]);
    expect(namesIn(new Uint8Array(100).fill(65))).toEqual([]);
    const info = new Uint8Array(12);
    new DataView(info.buffer).setUint32(4, 1280, true);
    new DataView(info.buffer).setUint32(8, 720, true);
    expect(sizeIn(info)).toEqual({ width: 1280, height: 720 });
    expect(sizeIn(new Uint8Array(12))).toBeNull();
    expect(sizeIn(null)).toBeNull();
  });
});

test('elsewhere than on Windows it says why it is not there, and what is', () => {
  expect(refusalOn('win32')).toBeNull();
  expect(refusalOn('linux')).toMatchObject({ available: false, remedy: expect.stringContaining('ndi:') });
  expect(refusalOn('darwin')?.reason).toContain('Syphon');
});
