import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { rig, sdpOf, textParameters, type Rig } from './rig.ts';

let house: Rig;
let id: string;

async function join(initialParameters: unknown = textParameters): Promise<string> {
  const { body } = await house.ask('POST', 'webrtc/offer', {
    sdp: sdpOf('sendrecv'),
    type: 'offer',
    initialParameters,
  });
  return body.sessionId;
}

beforeEach(async () => {
  house = await rig();
  id = await join();
});
afterEach(() => house.close());

const say = (message: unknown) => house.sessions.say(id, message);
const panel = { id: 'ws:1', strictness: 'reject' } as const;
const rejections = async () => (await house.ask('GET', 'status')).body.rejections;
const badMessages = async () => (await house.ask('GET', 'stats')).body.sockets.badMessages;
/** The parameters that a client was told of, newest of each. */
const told = (session = id): JsonObject =>
  Object.assign({}, ...house.sessions.heard(session).map((message) => message['parameters'])) as JsonObject;

describe('what a client moves', () => {
  it('is played: sliders, switches, choices and texts, one key a message', () => {
    for (const message of [{ strength: 0.69 }, { speed: 2 }, { palette: 'ice' }, { seed: 7 }]) say(message);
    expect(['strength', 'speed', 'palette', 'seed'].map((key) => house.value(`/main/${key}`))).toEqual([
      0.69,
      2,
      'ice',
      7,
    ]);
  });

  it('is clamped and bent to what the parameter takes', () => {
    say({ strength: 9, seed: 3.0001, glow: '0.25' });
    expect([house.value('/main/strength'), house.value('/main/seed'), house.value('/main/glow')]).toEqual([
      1, 3, 0.25,
    ]);
  });

  it('reaches every stage that has the key, or the node that is named by any of its names', async () => {
    await house.ask('POST', 'pipeline/load', {
      pipelines: [
        { node_id: 'a', pipeline_id: 'dream' },
        { node_id: 'b', pipeline_id: 'dream' },
      ],
    });
    const [first, second] = house.show
      .graph()
      .nodes.flatMap((node) => (node.type === 'stage' ? [node.id] : []));
    const values = () => [first, second].map((stage) => house.value(`/${stage}/detail`));
    say({ detail: 0.1 });
    expect(values()).toEqual([0.1, 0.1]);
    say({ node_id: 'b', detail: 0.2 });
    expect(values()).toEqual([0.1, 0.2]);
    say({ node_id: first, detail: 0.3 });
    expect(values()).toEqual([0.3, 0.2]);
    say({ node_id: 'dream', detail: 0.4 });
    expect(values()).toEqual([0.4, 0.2]);
    say({ node_id: 'nobody', detail: 0.5 });
    expect(values()).toEqual([0.4, 0.2]);
    expect(await rejections()).toEqual([
      expect.objectContaining({ sender: `scope:${id}`, lastAddress: '/nobody/detail' }),
    ]);
  });

  it('is counted where no pipeline has it, and never ends the channel', async () => {
    const [before] = await rejections();
    say({
      noise_controller: true,
      lora_scales: [{ path: 'a', scale: 1 }],
      vace_ref_images: [],
      vace_context_scale: 1,
    });
    say({ spout_sender: { enabled: true, name: 'out' }, strength: 0.4 });
    const [after] = await rejections();
    expect([after.count - before.count, after.lastAddress]).toEqual([5, '/spout_sender']);
    expect(house.value('/main/strength')).toBe(0.4);
    expect(house.sessions.reports()).toHaveLength(1);
  });

  it('may say what is so already: no quantising, no modulation, the browser as the source', async () => {
    const [before] = await rejections();
    say({ quantize_mode: 'none', lookahead_ms: 0 });
    say({ beat_cache_reset_rate: 'none' });
    say({ modulations: {} });
    say({ input_source: { enabled: false, source_type: '', source_name: '' } });
    expect(await rejections()).toEqual([before]);
    say({ quantize_mode: 'sometimes' });
    say({ modulations: { strength: { enabled: 'yes' } } });
    say({ input_source: { enabled: true, source_type: 'ndi', source_name: 'Stage' } });
    say({ ctrl_input: { button: ['KeyW'], mouse: [3, -1] } });
    expect((await rejections())[0].count).toBe(before.count + 4);
  });

  it('is played at once where the client asks for the beat, which is not there yet', () => {
    say({ palette: 'ember', _quantized: true });
    expect(house.value('/main/palette')).toBe('ember');
  });

  it('pauses and goes on', () => {
    say({ paused: true });
    expect(house.value('/paused')).toBe(true);
    say({ paused: false });
    expect(house.value('/paused')).toBe(false);
  });

  it('presses a button each time, and never for a false', async () => {
    await house.ask('POST', 'pipeline/load', { pipeline_ids: ['edges', 'dream'] });
    for (const message of [
      { reset_cache: true },
      { reset_cache: true },
      { reset_cache: false },
      { pulse: true },
    ])
      say(message);
    expect([house.value('/edges/reset_cache'), house.value('/main/pulse')]).toEqual([2, 1]);
  });

  it('cannot be cleared with null', () => {
    say({ strength: 0.4 });
    say({ strength: null });
    expect(house.value('/main/strength')).toBe(0.4);
  });

  it('switches the mode where the pipeline has it', () => {
    say({ input_mode: 'video' });
    expect(house.value('/main/mode')).toBe('video');
    say({ input_mode: 'audio' });
    expect(house.value('/main/mode')).toBe('video');
  });
});

describe('prompts', () => {
  const mix = () => house.show.sample('main', performance.now() * 1e3, 'text').prompt;

  it('change at once, in whatever form they come', () => {
    say({
      prompts: [
        { text: 'one', weight: 100 },
        { text: 'two', weight: 100 },
      ],
      prompt_interpolation_method: 'slerp',
    });
    expect(mix()).toMatchObject({
      texts: [
        { text: 'one', weight: 1 },
        { text: 'two', weight: 1 },
      ],
      interpolation: 'slerp',
      blend: null,
    });
    say({ prompts: ['a', 'b'] });
    expect(mix().texts.map(({ text }) => text)).toEqual(['a', 'b']);
    say({ prompts: 'only this' });
    expect(mix().texts).toEqual([{ text: 'only this', weight: 1 }]);
  });

  it('change at once even where the panel has set a transition', () => {
    house.show.set({ '/transition/duration': 10 }, panel);
    say({ prompts: [{ text: 'now', weight: 100 }] });
    expect(mix()).toMatchObject({ texts: [{ text: 'now' }], blend: null });
  });

  it('go over in as many calls as the client says, and arrive', () => {
    say({ prompts: [{ text: 'from', weight: 1 }] });
    say({
      transition: {
        target_prompts: [{ text: 'to', weight: 1 }],
        num_steps: 4,
        temporal_interpolation_method: 'slerp',
      },
    });
    const way = [1, 2, 3, 4].map(() => mix().blend);
    expect(way.map((blend) => blend?.t ?? 1)).toEqual([0.25, 0.5, 0.75, 1]);
    expect(way[0]).toMatchObject({ interpolation: 'slerp', from: [{ text: 'from' }], to: [{ text: 'to' }] });
    expect(mix()).toMatchObject({ texts: [{ text: 'to' }], blend: null });
  });

  it('go over to the prompts beside a transition that names none itself', () => {
    say({ prompts: [{ text: 'from', weight: 1 }] });
    say({ prompts: [{ text: 'to', weight: 1 }], transition: { num_steps: 8 } });
    expect(mix().blend).toMatchObject({ from: [{ text: 'from' }], to: [{ text: 'to' }] });
  });

  it('change in one step where no steps are asked for', () => {
    say({ transition: { target_prompts: [{ text: 'to', weight: 1 }], num_steps: 0 } });
    expect(mix()).toMatchObject({ texts: [{ text: 'to' }], blend: null });
  });

  it('change in one node alone', async () => {
    await house.ask('POST', 'pipeline/load', {
      pipelines: [
        { node_id: 'a', pipeline_id: 'dream' },
        { node_id: 'b', pipeline_id: 'dream' },
      ],
    });
    const [first = '', second = ''] = house.show
      .graph()
      .nodes.flatMap((node) => (node.type === 'stage' ? [node.id] : []));
    say({ node_id: 'b', prompts: [{ text: 'here', weight: 100 }] });
    expect([house.value(`/${first}/prompt`), house.value(`/${second}/prompt`)]).toEqual([
      'a calm sea',
      'here',
    ]);
  });

  it('mix otherwise without being sent again', () => {
    say({ prompt_interpolation_method: 'slerp' });
    expect(house.value('/main/prompts/interpolation')).toBe('slerp');
  });

  it.each([
    [{ prompts: [{ weight: 1 }] }],
    [{ prompts: 7 }],
    [{ prompts: [[]] }],
    [{ transition: 'slow' }],
    [{ transition: {} }],
  ])('(%j) are counted where they are none', async (message) => {
    const [before] = await rejections();
    say(message);
    expect((await rejections())[0].count).toBe(before.count + 1);
    expect(house.value('/main/prompt')).toBe('a calm sea');
  });
});

describe('what others move', () => {
  it('is told the client, under the name that it has for the node too', async () => {
    house.sessions.openChannel(id);
    house.show.set({ '/main/strength': 0.25, '/main/palette': 'ice', '/paused': true }, panel);
    await expect.poll(() => told()).toMatchObject({ strength: 0.25, palette: 'ice', paused: true });
    await expect
      .poll(() =>
        house.sessions
          .heard(id)
          .filter(({ parameters }) => (parameters as JsonObject)['node_id'] === 'dream'),
      )
      .toEqual([
        { type: 'parameters_updated', parameters: { strength: 0.25, palette: 'ice', node_id: 'dream' } },
      ]);
    expect(new Set(house.sessions.heard(id).map(({ type }) => type))).toEqual(
      new Set(['parameters_updated']),
    );
    expect(house.sessions.sent[0]?.channel).toBe('parameters');
  });

  it('is told with prompts weighted as the client counts them', async () => {
    const example = await join({ prompts: [{ text: 'a garden', weight: 0.5 }] });
    for (const session of [id, example]) house.sessions.openChannel(session);
    house.show.set(
      {
        '/main/prompts': [
          { text: 'rain', weight: 0.75 },
          { text: 'sun', weight: 0.07 },
        ],
      },
      panel,
    );
    await expect
      .poll(() => told(example)['prompts'])
      .toEqual([
        { text: 'rain', weight: 0.75 },
        { text: 'sun', weight: 0.07 },
      ]);
    house.sessions.say(id, { prompts: [{ text: 'mine', weight: 100 }] });
    house.show.set({ '/main/prompts': [{ text: 'rain', weight: 0.75 }] }, panel);
    await expect.poll(() => told()['prompts']).toEqual([{ text: 'rain', weight: 75 }]);
  });

  it('is told another client, and never the one that moved it', async () => {
    const other = await join();
    for (const session of [id, other]) house.sessions.openChannel(session);
    say({ strength: 0.33 });
    say({ prompts: [{ text: 'mine', weight: 100 }] });
    await expect
      .poll(() => told(other))
      .toMatchObject({ strength: 0.33, prompts: [{ text: 'mine', weight: 100 }] });
    house.show.set({ '/main/warp': 0.9 }, panel);
    await expect.poll(() => told()).toHaveProperty('warp', 0.9);
    expect(Object.keys(told())).not.toContain('strength');
    expect(told()['prompts']).not.toEqual([{ text: 'mine', weight: 100 }]);
  });

  it('is coalesced: of a sweep the last value arrives, in few messages', async () => {
    house.sessions.openChannel(id);
    for (let step = 0; step <= 100; step += 1) house.show.set({ '/main/strength': step / 100 }, panel);
    await expect.poll(() => told()['strength']).toBe(1);
    expect(house.sessions.heard(id).length).toBeLessThan(10);
  });

  it('waits for the channel, the newest of each', async () => {
    house.show.set({ '/main/strength': 0.1 }, panel);
    const later = await join();
    house.sessions.openChannel(later);
    house.show.set({ '/main/strength': 0.2 }, panel);
    await expect.poll(() => told(later)).toHaveProperty('strength', 0.2);
    expect(house.sessions.heard(id)).toEqual([]);
    house.sessions.openChannel(id);
    await expect.poll(() => told()).toHaveProperty('strength', 0.2);
  });

  it('sets a button back that the client shows as a switch', async () => {
    house.sessions.openChannel(id);
    say({ pulse: true });
    await expect.poll(() => told()).toHaveProperty('pulse', false);
  });

  it('is not told a client that has gone', async () => {
    const other = await join();
    for (const session of [id, other]) house.sessions.openChannel(session);
    house.sessions.hangUp(id);
    say({ strength: 0.9 });
    expect(house.value('/main/strength')).toBe(0.75);
    house.show.set({ '/main/strength': 0.5 }, panel);
    await expect.poll(() => told(other)).toHaveProperty('strength', 0.5);
    expect(told()).not.toHaveProperty('strength');
  });
});

describe('a hostile client', () => {
  it.each([
    ['no JSON', '{"strength":'],
    ['a list', '[1,2]'],
    ['a number', '7'],
    ['nothing', ''],
    ['a megabyte', JSON.stringify({ note: 'x'.repeat(1_000_000) })],
    ['a hundred brackets', `${'['.repeat(100)}${']'.repeat(100)}`],
  ])('that sends %s is counted, and its next message is heard', async (_what, text) => {
    const before = await badMessages();
    say(text);
    expect(await badMessages()).toBe(before + 1);
    say({ strength: 0.4 });
    expect(house.value('/main/strength')).toBe(0.4);
  });

  it('that sends odd keys changes nothing but the count', async () => {
    const before = house.show.parameters().map(({ address, value }) => [address, value]);
    say('{"__proto__":{"strength":0.1},"constructor":1,"":2,"../main/strength":3,"toString":4}');
    say({ ['k'.repeat(100_000)]: 1 });
    expect(house.show.parameters().map(({ address, value }) => [address, value])).toEqual(before);
    expect(Object.prototype).not.toHaveProperty('strength');
  });

  it('that sends 10,000 messages loses none of them, and the last value counts', () => {
    for (let step = 1; step <= 10_000; step += 1) say({ strength: step / 10_000 });
    expect(house.value('/main/strength')).toBe(1);
  });
});

describe('the native protocol on a data channel', () => {
  it('is spoken after a hello and not before', async () => {
    say({ type: 'set', values: { '/main/strength': 0.1 } });
    expect(house.value('/main/strength')).toBe(0.75);
    say({ type: 'hello', id: 1 });
    expect(house.sessions.heard(id)).toEqual([
      expect.objectContaining({ type: 'hello', id: 1, protocol: 1 }),
    ]);
    say({ type: 'set', id: 2, values: { '/main/strength': 0.1, '/main/glow': 4 } });
    expect(house.sessions.heard(id)[1]).toMatchObject({
      type: 'ack',
      id: 2,
      applied: [{ address: '/main/strength', value: 0.1 }],
      rejected: [{ address: '/main/glow', error: { code: 'E_VALUE_RANGE' } }],
    });
  });

  it('is spoken on a channel of any name, beside the dialect on its own', async () => {
    house.sessions.say(id, { strength: 0.2 }, 'control');
    expect(house.value('/main/strength')).toBe(0.75);
    house.sessions.say(id, { type: 'hello' }, 'control');
    house.sessions.say(id, { type: 'set', values: { '/main/strength': 0.3 } }, 'control');
    say({ glow: 0.4 });
    expect([house.value('/main/strength'), house.value('/main/glow')]).toEqual([0.3, 0.4]);
  });

  it('ends with the session', async () => {
    const clients = async () => (await house.ask('GET', 'stats')).body.sockets.clients;
    say({ type: 'hello' });
    expect(await clients()).toBe(1);
    house.sessions.hangUp(id);
    expect(await clients()).toBe(0);
  });
});
