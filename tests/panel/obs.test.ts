import { expect, it } from 'vitest';
import { choices, freeId, kinds, ruleOf, ruleWords, stateWords } from '../../panel/src/obs/rules.ts';
import { obsRuleSchema, type ObsReport, type ObsRuleState } from '../../src/contract/obs.ts';

const collection = {
  scenes: [{ name: 'Storm', sources: ['Veil'] }],
  inputs: [
    { name: 'Clip', kind: 'ffmpeg_source', audio: true },
    { name: 'Words', kind: 'text_ft2_source_v2', audio: false },
  ],
  filters: { Veil: ['Tint'] },
};
const bare = { presets: [], collection: { scenes: [], inputs: [], filters: {} } };
const error = { code: 'E_OBS_AUTH', message: 'OBS does not take the password', remedy: null, details: null };

it('makes of each kind a rule that the daemon takes, naming what is there', () => {
  for (const { value: kind } of kinds) {
    const made = ruleOf(kind, 'a', null, { presets: [], collection });
    expect(obsRuleSchema.parse(made)).toEqual(made);
    expect(obsRuleSchema.parse(ruleOf(kind, 'a', null, bare))).toMatchObject({ kind });
  }
  const offer = { presets: [], collection };
  expect(ruleOf('preset-media', 'a', null, offer)).toMatchObject({ input: 'Clip' });
  expect(ruleOf('prompt-text', 'a', null, offer)).toMatchObject({ input: 'Words' });
  expect(ruleOf('preset-filter', 'a', null, offer)).toMatchObject({ source: 'Veil', filter: 'Tint' });
});

it('keeps what was chosen when a rule becomes one of another kind', () => {
  const offer = { presets: [], collection };
  const before = obsRuleSchema.parse({
    id: 'a',
    enabled: false,
    kind: 'program-preset',
    scene: 'Calm',
    preset: 'Loud',
  });
  expect(ruleOf('preset-scene', 'a', before, offer)).toEqual({
    id: 'a',
    enabled: false,
    kind: 'preset-scene',
    scene: 'Calm',
    preset: 'Loud',
  });
});

it('offers a name that is not there, and says so', () => {
  expect(choices(['Storm'], 'Calm').map(({ label }) => label)).toEqual(['Calm (not there)', 'Storm']);
  expect(choices(['Storm'], 'Storm')).toHaveLength(1);
});

it('gives a new rule an id that no other has', () => {
  const rule = obsRuleSchema.parse({ id: 'rule-2', kind: 'prompt-text', input: 'Words' });
  expect(freeId([{ rule, problem: null, fired: 0, failed: 0, lastError: null }])).toBe('rule-3');
});

it('says in words how OBS is, and what became of a rule', () => {
  const state: ObsReport['state'] = {
    connected: false,
    version: null,
    plugin: null,
    program: null,
    preview: null,
    studioMode: false,
    streaming: false,
    recording: false,
    virtualCamera: null,
    tally: 'off',
    ours: [],
    collection,
  };
  const words = (more: Partial<ObsReport>): string =>
    stateWords({ on: true, state, error: null, rules: [], ...more });
  expect(words({ on: false })).toBe('Reverie was started without OBS.');
  expect(words({})).toBe('OBS is looked for.');
  expect(words({ error })).toBe('OBS does not take the password');
  expect(words({ state: { ...state, connected: true, version: '31.0.1' } })).toBe('Joined with OBS 31.0.1');
  const rule = obsRuleSchema.parse({ id: 'a', kind: 'prompt-text', input: 'Words' });
  const of = (more: Partial<ObsRuleState>): string =>
    ruleWords({ rule, problem: null, fired: 0, failed: 0, lastError: null, ...more });
  expect([of({}), of({ fired: 1 }), of({ fired: 3 }), of({ fired: 3, lastError: error })]).toEqual([
    'Not carried out yet',
    'Carried out once',
    'Carried out 3 times',
    'OBS does not take the password',
  ]);
});
