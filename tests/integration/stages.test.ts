import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { loadImage, createCanvas } from '@napi-rs/canvas';
import type { Rejection } from '../../src/contract/command.ts';
import { encodeOsc } from '../../src/protocols/osc/encode.ts';
import { gapsMs, notedChain, notedFrames, notedStage, notesFlags, type NotedFrame } from './noted-frames.ts';
import {
  chain,
  graphOf,
  pause,
  sinkNode,
  stageNode,
  startReverie,
  trouble,
  within,
  type Reverie,
} from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

const flags = trouble('fours', 'paints');
const textOnly = graphOf([stageNode('main', 'paints', { rateHz: 20 }), sinkNode('out')], [['main', 'out']]);

/** What `paints` was told in its last call: level, trigger count, texts, mode. */
async function told(): Promise<{
  level: number;
  bursts: number;
  texts: number;
  mode: string;
  width: number;
}> {
  const image = await loadImage(await reverie.frame('&node=main'));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const [red = 0, green = 0, blue = 0] = context.getImageData(3, 3, 1, 1).data;
  return {
    level: red / 255,
    bursts: green,
    texts: Math.floor(blue / 50),
    mode: blue % 50 === 5 ? 'video' : 'text',
    width: image.width,
  };
}

/** Asserts what the picture was told, given time to come. */
const expectTold = (
  what: string,
  holds: (value: Awaited<ReturnType<typeof told>>) => boolean,
): Promise<void> => {
  let seen = {};
  return within(
    6000,
    what,
    () => JSON.stringify(seen),
    async () => {
      const value = await told();
      seen = value;
      return holds(value);
    },
  );
};

const widthNow = async (): Promise<unknown> => {
  const { parameters } = await reverie.get<{ parameters: { address: string; value: unknown }[] }>(
    'parameters',
  );
  return parameters.find(({ address }) => address === '/main/width')?.value;
};
const patch = (values: object) => reverie.call('PATCH', '/api/v1/parameters', values);

describe('a stage without input', () => {
  it('is called at its rate', async () => {
    reverie = await startReverie({ graph: textOnly, flags });
    await reverie.live('out');
    await pause(3500);
    const { rateOutHz } = await reverie.stats('main');
    expect(rateOutHz).toBeGreaterThan(10);
    expect(rateOutHz).toBeLessThan(22);
  });

  it('is never called faster than its consumers take', async () => {
    const slow = graphOf(
      [stageNode('main', 'paints', { rateHz: 60 }), sinkNode('out', { rateHz: 5 })],
      [['main', 'out']],
    );
    reverie = await startReverie({ graph: slow, flags });
    await reverie.live('out');
    await pause(3500);
    expect((await reverie.stats('main')).rateOutHz).toBeLessThan(9);
  });

  it('plays with the values of the moment its call starts', async () => {
    reverie = await startReverie({ graph: textOnly, flags });
    await reverie.live('main');
    await patch({ '/main/level': 1, '/prompt': 'chrome' });
    await expectTold('level and prompt', ({ level, texts }) => level === 1 && texts === 1);
  });
});

describe('a trigger', () => {
  it('is counted, none is lost in a burst, and the count survives the death of the runner', async () => {
    reverie = await startReverie({ graph: textOnly, flags });
    await reverie.live('main');
    const fire = { kind: 'trigger', address: '/main/burst' };
    expect(
      (await reverie.call('POST', '/api/v1/commands', { commands: Array.from({ length: 7 }, () => fire) }))
        .status,
    ).toBe(200);
    await expectTold('seven bursts', ({ bursts }) => bursts === 7);
    await pause(1200);
    await reverie.killAndWait('main', 'SIGKILL', 3000);
    await expectTold('seven bursts after the kill', ({ bursts }) => bursts === 7);
  });
});

describe('a command', () => {
  const command = async (more: object): Promise<string> => {
    const commands = [{ kind: 'set', address: '/main/level', ...more }];
    const { body } = await reverie.call('POST', '/api/v1/commands', { commands });
    return (body as { results: { result: string }[] }).results[0]?.result ?? JSON.stringify(body);
  };

  it('glides to its value where it has a ramp, and waits for its bar where it has a time', async () => {
    reverie = await startReverie({ graph: textOnly, flags });
    await reverie.live('main');
    await patch({ '/main/level': 0 });
    await expectTold('the start', ({ level }) => level === 0);
    expect(await command({ value: 1, ramp: { duration: 3, curve: 'linear' } })).toBe('applied');
    await expectTold('the way', ({ level }) => level > 0.1 && level < 0.9);
    await expectTold('the end', ({ level }) => level === 1);
    expect(await command({ value: 0.2, at: '4-bars' })).toBe('scheduled');
    expect((await told()).level).toBe(1);
    await within(
      12_000,
      'the bar',
      () => '',
      async () => Math.abs((await told()).level - 0.2) < 0.01,
    );
  });
});

describe('the mode', () => {
  it('is video while an input is live and text when it is gone, with the defaults of each', async () => {
    reverie = await startReverie({ graph: chain('paints'), flags });
    await expectTold('video mode', ({ mode, level }) => mode === 'video' && Math.abs(level - 0.75) < 0.01);
    await reverie.call('PATCH', '/api/v1/graph', { links: [{ from: 'main', to: 'out' }] });
    await expectTold('text mode', ({ mode, level }) => mode === 'text' && Math.abs(level - 0.25) < 0.01);
  });

  it('leaves a value that was set by hand', async () => {
    reverie = await startReverie({ graph: chain('paints'), flags });
    await reverie.live('main');
    await patch({ '/main/level': 0.4 });
    for (const mode of ['text', 'video']) {
      await patch({ '/main/mode': mode });
      await expectTold(mode, (value) => value.mode === mode && Math.abs(value.level - 0.4) < 0.01);
    }
  });
});

describe('a load parameter', () => {
  it('reloads the pipeline warm', async () => {
    reverie = await startReverie({ graph: notedStage('grey', 20), flags: notesFlags('grey') });
    const { pid } = await reverie.live('out');
    const { pid: old } = await reverie.live('main');
    await pause(1000);
    const fromMs = Date.now();
    await patch({ '/main/level': 200 });
    const warming = await reverie.until('main', ({ warmingPid }) => warmingPid !== null);
    expect(warming.pid).toBe(old);
    await reverie.until('main', (node) => node.pid === warming.warmingPid && node.warmingPid === null);
    await pause(500);
    // It takes a second and a half to load: started cold, no new frame would come for longer than that.
    const frames = await notedFrames(reverie, fromMs);
    const marks = frames.map(({ mark }) => mark);
    expect([marks[0], marks.at(-1)]).toEqual([50, 200]);
    expect(Math.max(...gapsMs(frames))).toBeLessThan(1000);
    expect((await reverie.node('out')).pid).toBe(pid);
  });

  it('that the pipeline refuses is what it was again, and the fault says why', async () => {
    reverie = await startReverie({ graph: textOnly, flags });
    await reverie.live('main');
    await patch({ '/main/width': 128 });
    await expectTold('the new width', ({ width }) => width === 128);
    const { pid } = await reverie.live('main');
    await patch({ '/main/width': 13 });
    const refused = await reverie.until('main', ({ fault }) => fault?.code === 'E_PIPELINE_LOAD', 8000);
    expect(refused.fault?.message).toContain('thirteen is no width');
    let width: unknown = null;
    await within(
      3000,
      'the width that plays',
      () => String(width),
      async () => (width = await widthNow()) === 128,
    );
    expect((await reverie.node('main')).pid).toBe(pid);
    expect((await told()).width).toBe(128);
  });
});

describe('a pipeline that wants its input in one size', () => {
  const sizes = async () => [(await reverie.node('in')).size, (await reverie.node('main')).size];
  const expectWidths = (wanted: readonly [number, number]) => {
    let seen = '';
    return within(
      15_000,
      `widths ${wanted.join()}`,
      () => seen,
      async () => (seen = (await sizes()).map((size) => size?.width).join()) === wanted.join(),
    );
  };
  const play = (pipeline: string, source: object) =>
    reverie.call('PUT', '/api/v1/graph', chain(pipeline, {}, source));

  it('gets it from a source that can, as long as it is there, and else resampled', async () => {
    reverie = await startReverie({ graph: chain('picky'), flags: [...trouble('picky', 'fours')] });
    await expectWidths([64, 64]);
    await play('fours', {});
    await expectWidths([512, 512]);
    await play('picky', { width: 320, height: 240 });
    await expectWidths([320, 64]);
  });
});

describe('a pipeline that takes four frames and makes four', () => {
  it('gets an even sample, and its frames are shown evenly spaced', async () => {
    // Six come while a call works on four.
    const graph = notedChain('quartets', { pattern: 'black', rateHz: 15 });
    reverie = await startReverie({ graph, flags: notesFlags('quartets') });
    await reverie.live('out');
    await pause(3000);
    const fromMs = Date.now();
    await pause(6000);
    const frames = await notedFrames(reverie, fromMs);
    const calls = quartetsOf(frames);
    expect(calls.length).toBeGreaterThan(8);
    // Time is what is cut evenly: where this machine held the source up, counters are uneven by right.
    const uneven = calls.filter((call, index) => !isEven(call, calls[index - 1]?.at(-1)));
    expect(uneven.length, uneven.join(' ')).toBeLessThan(calls.length * 0.3);
    // Four at once would show as gaps of 0 and 400 ms.
    const gaps = gapsMs(frames).toSorted((a, b) => a - b);
    expect(gaps[Math.floor(gaps.length * 0.05)]).toBeGreaterThan(25);
    expect(gaps[Math.floor(gaps.length * 0.95)]).toBeLessThan(250);
  });

  /** In steps equal within one frame, beginning where the last sample ended: the newest four are in equal steps, too. */
  function isEven(call: readonly number[], before: number | undefined): boolean {
    const steps = call.slice(1).map((counter, at) => counter - (call[at] ?? NaN));
    const begins = before === undefined || (call[0] ?? NaN) - before <= 2;
    return begins && Math.max(...steps) - Math.min(...steps) <= 1;
  }

  /** Counters of the four frames of each call of which all four were shown. */
  function quartetsOf(frames: readonly NotedFrame[]): number[][] {
    return frames
      .map((_, at) => frames.slice(at, at + 4))
      .filter((four) => four.map(({ mark }) => mark).join() === '0,1,2,3')
      .map((four) => four.map(({ counter }) => counter ?? NaN));
  }
});

describe('pause', () => {
  it('holds the picture and keeps every output ticking', async () => {
    reverie = await startReverie({ graph: chain('paints'), flags });
    await reverie.live('out');
    await pause(800);
    await patch({ '/paused': true });
    await pause(1200);
    const before = await reverie.stats('out');
    await pause(1500);
    const after = await reverie.stats('out');
    expect(after.ticks - before.ticks).toBeGreaterThan(15);
    expect(after.framesIn).toBe(before.framesIn);
    await patch({ '/paused': false });
    await pause(1500);
    expect((await reverie.stats('out')).framesIn).toBeGreaterThan(after.framesIn);
  });
});

describe('OSC', () => {
  it('plays values, prompts and triggers, clamped and coerced', async () => {
    reverie = await startReverie({ graph: textOnly, flags });
    await reverie.live('main');
    const osc = await reverie.live('osc');
    const port = Number(
      String((osc.info['listening'] as string[])[0])
        .split(':')
        .at(-1),
    );
    const socket = createSocket('udp4');
    const send = (address: string, ...args: (string | number)[]) =>
      new Promise((done) =>
        socket.send(
          encodeOsc({
            address,
            args: args.map((value) =>
              typeof value === 'string' ? { type: 's', value } : { type: 'f', value },
            ),
          }),
          port,
          '127.0.0.1',
          done,
        ),
      );
    try {
      await send('/reverie/main/level', 4);
      await send('/reverie/prompt', 'molten gold');
      await send('/reverie/main/burst');
      await send('/reverie/main/burst');
      await expectTold(
        'the OSC values',
        ({ level, texts, bursts }) => level === 1 && texts === 1 && bursts === 2,
      );
      await send('/scope/level', 0.5);
      await expectTold('the alias', ({ level }) => Math.abs(level - 0.5) < 0.01);
      await send('/reverie/no/such/thing', 1);
      const lastError = async (): Promise<string> => {
        const { rejections } = await reverie.get<{ rejections: Rejection[] }>('status');
        return rejections.map(({ sender, lastError: { code } }) => `${sender} ${code}`).join();
      };
      let seen = '';
      const refused = (wanted: RegExp) =>
        within(
          3000,
          String(wanted),
          () => seen,
          async () => wanted.test((seen = await lastError())),
        );
      await refused(/^osc:\S+ E_ADDRESS_UNKNOWN$/);
      await new Promise((done) => socket.send(Buffer.from('/no type tags'), port, '127.0.0.1', done));
      await refused(/^osc:\S+ E_OSC_MALFORMED$/);
      expect((await told()).level).toBeCloseTo(0.5, 1);
    } finally {
      socket.close();
    }
  });
});
