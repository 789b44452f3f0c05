import { expect, it } from 'vitest';
import type { ActivityLine } from '../../src/contract/activity.ts';
import type { NodeStatus } from '../../src/contract/engine-api.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import type { PresetSummary } from '../../src/contract/preset.ts';
import { devicesOf, isLit, lacksOf } from '../../panel/src/controllers/devices.ts';
import { commandWords, isSame, recallOf, targetOf, targetWords } from '../../panel/src/mapping/target.ts';

const control = (module: string, info: JsonObject, code: string | null = null): NodeStatus => ({
  id: module,
  role: 'control',
  module,
  pid: 1,
  warmingPid: null,
  standby: null,
  status: { state: 'live', code, message: 'No port', remedy: 'Plug one in', context: {}, since: 0 },
  mode: null,
  size: null,
  info,
  restarts: 0,
  fault: null,
  endpoint: null,
});
const line = (sender: string, at: number): ActivityLine => ({
  id: at,
  sequence: at,
  sender,
  address: '/main/warp',
  outcome: 'applied',
  count: 1,
  value: 1,
  at,
  dueAt: null,
  error: null,
});

it('lists a device that was found and heard once, with when it was heard last', () => {
  const midi = { name: 'LPD8', input: true, output: true, lastAt: 500, ignored: false, fault: null };
  const nodes = [
    control('midi', { available: true, devices: [midi] }),
    control('artnet', { universes: [{ universe: 3, sources: ['127.0.0.1'] }] }),
  ];
  const lines = [line('midi:LPD8', 900), line('osc:127.0.0.1:9000', 700), line('rest:127.0.0.1', 800)];
  expect(devicesOf(nodes, lines).map(({ name, words, lastAt }) => [name, words, lastAt])).toEqual([
    ['Art-Net 127.0.0.1', 'universe 3', null],
    ['LPD8', 'plays and is lit', 900],
    ['OSC 127.0.0.1:9000', 'sends', 700],
  ]);
});

it('lights the lamp of what came within the last second', () => {
  const [device] = devicesOf([], [line('osc:1', 1000)]);
  expect([1999, 2000].map((now) => device !== undefined && isLit(device, now))).toEqual([true, false]);
});

it('says why a kind of device cannot be played', () => {
  const missing = { available: false, reason: 'No ALSA', remedy: 'Install it', devices: [] };
  expect(
    lacksOf([control('midi', missing), control('osc', {}), control('artnet', {}, 'E_PORT_TAKEN')]),
  ).toEqual([
    { what: 'MIDI', reason: 'No ALSA', remedy: 'Install it' },
    { what: 'Art-Net', reason: 'No port', remedy: 'Plug one in' },
  ]);
});

it('names what a binding plays', () => {
  const neon: PresetSummary = {
    id: 'neon',
    name: 'Neon rain',
    index: 2,
    shipped: false,
    values: 1,
    prompts: true,
    thumbnail: false,
    createdAt: 0,
    changedAt: 0,
  };
  const names = {
    presets: [neon],
    label: (address: string) => (address === '/main/warp' ? 'Warp' : null),
  };
  expect(targetWords(targetOf('/main/warp'), names)).toBe('Warp');
  expect(targetWords(targetOf('/gone'), names)).toBe('/gone');
  expect(targetWords(recallOf('neon'), names)).toBe('Preset Neon rain');
  expect(targetWords({ kind: 'commands', commands: [{ kind: 'preset', preset: 2 }] }, names)).toBe(
    'Preset Neon rain',
  );
  expect(
    (
      [
        { kind: 'set', address: '/preset', value: 'Ember' },
        { kind: 'set', address: '/cue', value: 3 },
        { kind: 'trigger', address: '/cue/go' },
        { kind: 'set', address: '/main/warp', value: 1 },
      ] as const
    ).map((command) => commandWords(command, names)),
  ).toEqual(['Preset Ember', 'Cue 3', 'Next cue', 'Warp']);
  expect(isSame(recallOf('neon'), recallOf('neon'))).toBe(true);
  expect(isSame(recallOf('neon'), targetOf('/preset'))).toBe(false);
});
