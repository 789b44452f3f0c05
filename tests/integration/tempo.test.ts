import { createSocket } from 'node:dgram';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandResult, ParameterState } from '../../src/contract/command.ts';
import type { ModulationState } from '../../src/contract/modulation.ts';
import type { PendingCommand } from '../../src/contract/schedule.ts';
import type { TempoState } from '../../src/contract/tempo.ts';
import { encodeOsc } from '../../src/protocols/osc/encode.ts';
import { graphOf, sinkNode, stageNode, startReverie, trouble, within, type Reverie } from './reverie.ts';

const graph = graphOf([stageNode('main', 'paints', { rateHz: 30 }), sinkNode('out')], [['main', 'out']]);
const socket = createSocket('udp4');
let reverie: Reverie;
let oscPort: number;

beforeAll(async () => {
  reverie = await startReverie({ graph, flags: [...trouble('paints'), '--midi-ignore', '*'] });
  oscPort = await reverie.oscPort();
  await reverie.live('main');
});
afterAll(async () => {
  socket.close();
  await reverie.dispose();
});

function osc(address: string, ...values: number[]): Promise<void> {
  const bytes = encodeOsc({ address, args: values.map((value) => ({ type: 'f', value })) });
  return new Promise((done, failed) =>
    socket.send(bytes, oscPort, '127.0.0.1', (error) => (error === null ? done() : failed(error))),
  );
}

const tempo = (): Promise<TempoState> => reverie.get<TempoState>('tempo');
const pending = async (): Promise<readonly PendingCommand[]> =>
  (await reverie.get<{ pending: PendingCommand[] }>('schedule')).pending;

async function parameter(address: string): Promise<ParameterState | undefined> {
  const { parameters } = await reverie.get<{ parameters: ParameterState[] }>('parameters');
  return parameters.find((each) => each.address === address);
}

async function command(...commands: object[]): Promise<readonly CommandResult[]> {
  const { status, body } = await reverie.call('POST', '/api/v1/commands', { commands });
  expect([status, JSON.stringify(body)]).toEqual([200, expect.any(String)]);
  return (body as { results: CommandResult[] }).results;
}

function until(what: string, seen: () => Promise<unknown>, wanted: unknown): Promise<void> {
  let last: unknown;
  return within(
    6000,
    what,
    () => JSON.stringify(last),
    async () => JSON.stringify((last = await seen())) === JSON.stringify(wanted),
  );
}

/** Brightness 0..255 of the picture, which is the level of its call, and how often `burst` had fired. */
async function painted(): Promise<{ level: number; bursts: number }> {
  const image = await loadImage(await reverie.frame('&node=main'));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const [level = 0, bursts = 0] = context.getImageData(3, 3, 1, 1).data;
  return { level, bursts };
}

describe('The tempo of a daemon that plays', () => {
  it('is set by OSC, goes on by itself, and takes taps', async () => {
    await osc('/reverie/tempo', 150);
    await until('the tempo', async () => (await tempo()).bpm, 150);
    const before = await tempo();
    await within(
      5000,
      'two beats',
      () => '',
      async () => (await tempo()).beat >= before.beat + 2,
    );
    const after = await tempo();
    const seconds = (after.timeUs - before.timeUs) / 1e6;
    expect(after.beat - before.beat).toBeCloseTo(seconds * 2.5, 6);
    await osc('/reverie/tempo/tap');
    await until('the tap', async () => (await parameter('/tempo/tap'))?.value, 1);
  });

  it('has a launch of OSC wait for its bar in a real call, and a change of tempo bring it sooner', async () => {
    await reverie.call('PATCH', '/api/v1/parameters', {
      '/tempo': 20,
      '/tempo/beats-per-bar': 16,
      '/tempo/quantize': '4-bars',
    });
    await osc('/reverie/main/burst');
    await until('the launch', async () => (await pending()).map(({ address }) => address), ['/main/burst']);
    expect(await painted()).toMatchObject({ bursts: 0 });
    await reverie.call('PATCH', '/api/v1/parameters', { '/tempo': 300, '/tempo/beats-per-bar': 1 });
    await until('the burst', async () => (await painted()).bursts, 1);
    expect(await pending()).toEqual([]);
    await reverie.call('PATCH', '/api/v1/parameters', { '/tempo/quantize': 'none' });
  });

  it('is what commands of REST wait for, until they are taken back', async () => {
    const [first, second] = await command(
      { kind: 'trigger', address: '/main/burst', at: { beats: 4000 } },
      { kind: 'set', address: '/main/level', value: 1, at: { seconds: 500 } },
    );
    if (first?.result !== 'scheduled' || second?.result !== 'scheduled') throw new Error('both must wait');
    expect((await pending()).map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
    expect(await reverie.call('DELETE', `/api/v1/schedule/${second.id}`)).toMatchObject({ status: 204 });
    expect(await reverie.call('DELETE', `/api/v1/schedule/${second.id}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'E_SCHEDULE_UNKNOWN' } },
    });
    expect(await reverie.call('DELETE', '/api/v1/schedule')).toMatchObject({ status: 204 });
    expect(await pending()).toEqual([]);
  });
});

describe('A wave in a daemon that plays', () => {
  it('is seen in the picture, while the value stays as it was set, and is gone when it is taken off', async () => {
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/level': 0.5 });
    await until('the level', async () => (await painted()).level, 128);
    const square = { shape: 'square', sync: 'free', hz: 2, depth: 0.4 };
    expect(await reverie.call('PATCH', '/api/v1/modulations', { '/main/level': square })).toMatchObject({
      status: 200,
      body: { modulations: [{ address: '/main/level', base: 0.5 }] },
    });
    const seen = new Set<number>();
    await within(
      6000,
      'both halves of the wave',
      () => [...seen].join(),
      async () => {
        seen.add((await painted()).level);
        return seen.has(Math.round(0.7 * 255)) && seen.has(Math.round(0.3 * 255));
      },
    );
    expect(await parameter('/main/level')).toMatchObject({ value: 0.5 });
    await osc('/reverie/main/level/lfo/depth', 0.25);
    await until('the depth', async () => (await parameter('/main/level/lfo/depth'))?.value, 0.25);
    expect(await reverie.call('PATCH', '/api/v1/modulations', { '/main/level': null })).toMatchObject({
      body: { modulations: [] },
    });
    await until('the level', async () => (await painted()).level, 128);
  });

  it('is refused with the reason, and comes back with the show', async () => {
    expect(await reverie.call('PATCH', '/api/v1/modulations', { '/main/width': {} })).toMatchObject({
      status: 422,
      body: { error: { code: 'E_MODULATION_ADDRESS' } },
    });
    await reverie.call('PATCH', '/api/v1/modulations', { '/main/level': { shape: 'random' } });
    await reverie.call('PATCH', '/api/v1/parameters', { '/tempo': 77 });
    const { home } = reverie;
    await reverie.end();
    reverie = await startReverie({ home, flags: [...trouble('paints'), '--midi-ignore', '*'] });
    expect(await tempo()).toMatchObject({ bpm: 77, beatsPerBar: 1 });
    const { modulations } = await reverie.get<{ modulations: ModulationState[] }>('modulations');
    expect(modulations).toMatchObject([{ address: '/main/level', modulation: { shape: 'random' } }]);
  });
});
