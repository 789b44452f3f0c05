import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import type { ParameterState } from '../../src/contract/command.ts';
import type { Timeline, TimelineState } from '../../src/contract/timeline.ts';
import { encodeOsc } from '../../src/protocols/osc/encode.ts';
import { chain, fixture, startReverie, within, type Reverie } from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

const flags = ['--pipeline-import', fixture('pipelines/copy.js')];
const state = () => reverie.get<TimelineState>('timeline/state');
const value = async (address: string): Promise<number> => {
  const { parameters } = await reverie.get<{ parameters: ParameterState[] }>('parameters');
  return Number(parameters.find((parameter) => parameter.address === address)?.value);
};

async function send(address: string, number: number): Promise<void> {
  const socket = createSocket('udp4');
  const packet = encodeOsc({ address: `/reverie${address}`, args: [{ type: 'f', value: number }] });
  const port = await reverie.oscPort();
  await new Promise((done) => socket.send(packet, port, '127.0.0.1', done));
  socket.close();
}

describe('A timeline in a daemon', () => {
  it('plays, is moved over OSC, records a hand, plays that back, and is there after a restart', async () => {
    reverie = await startReverie({ graph: chain('dream'), flags });
    await reverie.live('out', 15_000);
    const put = await reverie.call('PUT', '/api/v1/timeline', {
      length: 60,
      tracks: [
        {
          address: '/main/warp',
          keyframes: [
            { at: 0, value: 0 },
            { at: 60, value: 1 },
          ],
        },
      ],
      prompts: [{ clips: [{ at: 30, prompts: [{ text: 'molten gold' }] }] }],
      marks: [{ at: 30.2, name: 'still', command: { kind: 'set', address: '/paused', value: true } }],
    });
    expect(put.status).toBe(200);
    await send('/timeline/position', 29.9);
    await send('/timeline/recording', 1);
    await send('/timeline/playing', 1);
    const paused = async () => (await reverie.get<{ parameters: ParameterState[] }>('parameters')).parameters;
    await within(
      5000,
      'the mark',
      () => '',
      async () => (await paused()).some(({ address, value }) => address === '/paused' && value === true),
    );
    const prompt = (await paused()).find(({ address }) => address === '/prompt');
    expect(prompt).toMatchObject({ value: 'molten gold', setBy: 'timeline' });
    await send('/main/strength', 0.125);
    await within(
      5000,
      'the hand',
      () => '',
      async () => (await value('/main/strength')) === 0.125,
    );
    await send('/timeline/stop', 1);
    await within(
      5000,
      'the stop',
      () => '',
      async () => !(await state()).playing,
    );
    const { tracks } = await reverie.get<Timeline>('timeline');
    expect(tracks.map(({ address }) => address)).toEqual(['/main/warp', '/main/strength']);
    expect(tracks[1]?.keyframes.at(-1)).toMatchObject({ value: 0.125, curve: 'hold' });
    await reverie.call('PATCH', '/api/v1/parameters', { '/main/strength': 0.9, '/timeline/position': 59 });
    expect(await value('/main/strength')).toBe(0.125);
    expect(await state()).toMatchObject({ undo: true, position: 59, missing: [] });
    const { home } = reverie;
    await reverie.end('SIGTERM');
    reverie = await startReverie({ home, flags });
    expect((await reverie.get<Timeline>('timeline')).tracks).toEqual(tracks);
    expect(await state()).toMatchObject({ playing: false, position: 0 });
  });
});
