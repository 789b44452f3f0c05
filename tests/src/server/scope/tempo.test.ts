import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { rig, sdpOf, textParameters, type Rig } from './rig.ts';

let house: Rig;
let id: string;

beforeEach(async () => {
  house = await rig();
  const offer = { sdp: sdpOf('sendrecv'), type: 'offer', initialParameters: textParameters };
  id = (await house.ask('POST', 'webrtc/offer', offer)).body.sessionId;
  house.sessions.openChannel(id);
});
afterEach(() => house.close());

const say = (message: unknown): void => house.sessions.say(id, message);
const heard = (type: string): JsonObject[] =>
  house.sessions.heard(id).filter((message) => message['type'] === type);
const performer = { id: 'osc:test', strictness: 'coerce' } as const;

describe('tempo', () => {
  it('is off until somebody enables it, and says what there is', async () => {
    expect((await house.ask('GET', 'tempo/status')).body).toEqual({
      enabled: false,
      source: null,
      beats_per_bar: 4,
      beat_state: null,
    });
    const { sources } = (await house.ask('GET', 'tempo/sources')).body;
    expect(sources.link).toMatchObject({ available: false, name: 'Ableton Link' });
    expect(sources.link.reason).toMatch(/GPL/);
    expect(sources.midi_clock).toMatchObject({ available: false, devices: [] });
    expect(sources.internal.available).toBe(true);
  });

  it('cannot come from Link or from a MIDI that is not there, which is said', async () => {
    for (const source of ['link', 'midi_clock']) {
      const { status, body } = await house.ask('POST', 'tempo/enable', {
        source,
        bpm: 120,
        beats_per_bar: 4,
      });
      expect([status, body.error.code]).toEqual([400, 'E_TEMPO_SOURCE']);
    }
    expect((await house.ask('POST', 'tempo/set_tempo', { bpm: 90 })).status).toBe(400);
    expect((await house.ask('GET', 'tempo/status')).body.enabled).toBe(false);
    expect(house.value('/tempo')).toBe(120);
  });

  it('follows the MIDI clock of the device that is named', async () => {
    const node = house.engine.nodes[0];
    if (node === undefined) throw new Error('the show has nodes');
    const info = { available: true, reason: null, remedy: null, devices: [{ name: 'Box' }] };
    house.engine.nodes.push({ ...node, id: 'midi', role: 'control', module: 'midi', info });
    const { sources } = (await house.ask('GET', 'tempo/sources')).body;
    expect(sources.midi_clock).toMatchObject({ available: true, devices: ['Box'] });
    const wish = { source: 'midi_clock', midi_device: 'Box', beats_per_bar: 3 };
    const { body } = await house.ask('POST', 'tempo/enable', wish);
    expect(body).toMatchObject({
      enabled: true,
      source: { type: 'midi_clock' },
      beats_per_bar: 3,
      beat_state: null,
    });
    expect([house.value('/tempo/source'), house.value('/tempo/device')]).toEqual(['midi', 'Box']);
    await house.ask('POST', 'tempo/disable');
    expect(house.value('/tempo/source')).toBe('internal');
  });

  it('enabled, is set, and told to its clients until it is disabled', async () => {
    const { body } = await house.ask('POST', 'tempo/enable', {
      source: 'internal',
      bpm: 98,
      beats_per_bar: 4,
    });
    expect(body).toMatchObject({ enabled: true, beat_state: { bpm: 98, is_playing: true } });
    expect((await house.ask('POST', 'tempo/set_tempo', { bpm: 101 })).body.beat_state.bpm).toBe(101);
    await vi.waitFor(() => expect(heard('tempo_update').length).toBeGreaterThan(1), { timeout: 5000 });
    expect(Object.keys(heard('tempo_update')[0] ?? {}).sort()).toEqual([
      'bar_position',
      'beat_count',
      'beat_phase',
      'bpm',
      'is_playing',
      'type',
    ]);
    expect((await house.ask('POST', 'tempo/disable')).body.enabled).toBe(false);
  });
});

describe('quantising', () => {
  it('has what is flagged wait for the grid of its client, and tells when', async () => {
    say({ quantize_mode: '4_bar', lookahead_ms: 0 });
    say({ pulse: true, palette: 'ice', _quantized: true });
    say({ strength: 0.25 });
    expect([house.value('/main/strength'), house.value('/main/palette')]).not.toContain('ice');
    expect(house.value('/main/strength')).toBe(0.25);
    expect(house.show.schedule.list().map(({ address }) => address)).toEqual([
      '/main/pulse',
      '/main/palette',
    ]);
    expect(heard('change_scheduled')).toHaveLength(1);
    expect(heard('change_scheduled')[0]?.['delay_ms']).toBeGreaterThan(0);
    // Sixteen beats at 300 a minute and two bars of one beat: it comes soon.
    house.show.set({ '/tempo': 300, '/tempo/beats-per-bar': 1 }, performer);
    await vi.waitFor(() => expect(house.value('/main/palette')).toBe('ice'), { timeout: 5000 });
    expect(heard('change_applied')).toHaveLength(1);
  });

  it('has prompts wait too; none is at once; paused never waits', () => {
    say({ quantize_mode: 'bar' });
    say({ prompts: [{ text: 'later', weight: 100 }], paused: true, _quantized: true });
    expect(house.value('/paused')).toBe(true);
    expect(house.value('/main/prompt')).not.toBe('later');
    say({ quantize_mode: 'none' });
    say({ prompts: [{ text: 'at once', weight: 100 }], _quantized: true });
    expect(house.value('/main/prompt')).toBe('at once');
  });

  it('leaves the look-ahead of the show alone until the client asks for one', () => {
    house.show.set({ '/tempo/lookahead': 0.4 }, performer);
    say({ quantize_mode: 'none', lookahead_ms: 0 });
    expect(house.value('/tempo/lookahead')).toBe(0.4);
    say({ lookahead_ms: 150 });
    expect(house.value('/tempo/lookahead')).toBe(0.15);
  });
});

describe('modulation', () => {
  const wave = {
    enabled: true,
    shape: 'cosine',
    depth: 0.3,
    rate: '2_bar',
    base_value: 0.7,
    min_value: 0,
    max_value: 1,
  };

  it('is the whole map of the client each time, in shares of the range', () => {
    say({ modulations: { strength: wave, speed: { ...wave, shape: 'exp_decay' } } });
    expect(house.show.modulations.list()).toMatchObject([
      { address: '/main/strength', modulation: { shape: 'sine', phase: 0.25, depth: 0.6, beats: 8 } },
      { address: '/main/speed', modulation: { shape: 'exponential', polarity: 'unipolar' } },
    ]);
    say({ modulations: { strength: { ...wave, rate: 'half_beat' } } });
    expect(house.show.modulations.list()).toMatchObject([
      { address: '/main/strength', modulation: { beats: 0.5 } },
    ]);
    say({ modulations: {} });
    expect(house.show.modulations.list()).toEqual([]);
  });

  it('leaves waves alone that others put there, and counts what it cannot read', async () => {
    const count = async (): Promise<number> =>
      (await house.ask('GET', 'status')).body.rejections[0]?.count ?? 0;
    const before = await count();
    house.show.play([{ address: '/main/glow/lfo/depth', args: [0.2], sender: 'osc:test' }]);
    say({ modulations: {} });
    say({ modulations: { strength: { ...wave, shape: 'zigzag' }, nothing: wave } });
    expect(house.show.modulations.list().map(({ address }) => address)).toEqual(['/main/glow']);
    expect((await count()) - before).toBe(2);
  });
});
