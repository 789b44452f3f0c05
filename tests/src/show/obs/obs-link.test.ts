import { describe, expect, it } from 'vitest';
import { failure, reportOf } from '../../../../src/contract/error.ts';
import { eventAddress } from '../../../../src/contract/control-event.ts';
import type { JsonObject } from '../../../../src/contract/json.ts';
import type { ObsAction, ObsRuleInput } from '../../../../src/contract/obs.ts';
import { modulationSchema } from '../../../../src/contract/modulation.ts';
import { played, rest, rig, type Rig } from '../rig.ts';

const collection = {
  scenes: [
    { name: 'Calm', sources: ['Veil'] },
    { name: 'Storm', sources: [] },
  ],
  inputs: [{ name: 'Words', kind: 'text_ft2_source_v2', audio: false }],
  filters: { Veil: ['Tint'] },
};

const onAir = (program: string, more: JsonObject = {}): JsonObject => ({
  version: '29.0.2',
  plugin: '5.1.0',
  program,
  preview: null,
  studioMode: false,
  streaming: false,
  recording: false,
  virtualCamera: null,
  tally: 'off',
  ours: [],
  ...more,
});

interface Stage extends Rig {
  readonly actions: ObsAction[];
  readonly metered: (readonly string[])[];
  /** What OBS says to the next action. */
  answers: (() => Promise<void>)[];
  air(program: string, more?: JsonObject): void;
}

/** A show with two presets, and OBS beside it with `Calm` on air. */
async function stage(rules: readonly ObsRuleInput[] = []): Promise<Stage> {
  const here = await rig();
  const actions: ObsAction[] = [];
  const metered: (readonly string[])[] = [];
  const answers: (() => Promise<void>)[] = [];
  const { obs, presets } = here.show;
  for (const [name, strength] of [
    ['Quiet', 0.1],
    ['Loud', 0.9],
  ] as const) {
    here.show.set({ '/main/strength': strength }, rest);
    presets.save({ name }, rest);
  }
  obs.replace(rules);
  obs.use({
    act: (action) => {
      actions.push(action);
      return answers.shift()?.() ?? Promise.resolve();
    },
    meter: (inputs) => metered.push(inputs),
  });
  const air = (program: string, more?: JsonObject): void => obs.told('obs-live', onAir(program, more));
  obs.told('obs-collection', collection);
  air('Calm');
  return { ...here, actions, metered, answers, air };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const at = ({ show }: Rig, address: string): unknown => show.parameter(address)?.value;
const toPreset = (scene: string, preset: string, more: object = {}): ObsRuleInput => ({
  id: `${scene}-${preset}`.toLowerCase(),
  kind: 'program-preset',
  scene,
  preset,
  ...more,
});
const toScene = (preset: string, scene: string): ObsRuleInput => ({
  id: `${preset}-${scene}`.toLowerCase(),
  kind: 'preset-scene',
  preset,
  scene,
});

describe('OBS beside the show', () => {
  it('is read at addresses that nobody can set, and that say so', async () => {
    const here = await stage();
    here.air('Storm', { recording: true, tally: 'program', preview: 'Calm', studioMode: true });
    expect(
      ['/obs', '/obs/program', '/obs/preview', '/obs/record', '/obs/stream', '/obs/tally'].map((a) =>
        at(here, a),
      ),
    ).toEqual([true, 'Storm', 'Calm', true, false, 'program']);
    const { rejected } = here.show.set({ '/obs/program': 'Calm' }, rest);
    expect(rejected.map(({ error }) => error.code)).toEqual(['E_ADDRESS_READ_ONLY']);
    here.show.obs.gone(reportOf(failure('E_OBS_LOST', 'OBS is gone')));
    expect([at(here, '/obs'), at(here, '/obs/program'), at(here, '/obs/tally')]).toEqual([false, '', 'off']);
    expect(here.show.obs.report()).toMatchObject({ on: true, error: { code: 'E_OBS_LOST' } });
  });

  it('takes nothing that is not of its shape', async () => {
    const here = await stage();
    for (const data of [{}, { ...onAir('Storm'), program: 5 }, { ...onAir('Storm'), tally: 'on' }])
      here.show.obs.told('obs-live', data);
    here.show.obs.told('obs-collection', { scenes: 'all' });
    expect(at(here, '/obs/program')).toBe('Calm');
    expect(here.show.obs.report().state.collection).toEqual(collection);
  });
});

describe('The scene in the preview of studio mode', () => {
  const preview = (scene: string): JsonObject => ({ studioMode: true, preview: scene });
  /** `Wide` is loaded 640 wide; what plays is 512. */
  async function wide(rules: readonly ObsRuleInput[]): Promise<Stage> {
    const here = await stage();
    here.show.set({ '/main/width': 640 }, rest);
    here.show.presets.save({ name: 'Wide' }, rest);
    here.show.set({ '/main/width': 512 }, rest);
    await here.time.pass(1);
    here.show.obs.replace(rules);
    here.changes.length = 0;
    return here;
  }
  const told = ({ changes }: Stage): unknown[] => changes.splice(0);
  const warm = (width: number | null): object => ({
    kind: 'warm',
    node: 'main',
    load: width === null ? null : { width, height: 512 },
  });

  it('has what its preset must load told to the engine, once, until another is there', async () => {
    const here = await wide([toPreset('Storm', 'Wide'), toPreset('Calm', 'Quiet')]);
    here.air('Calm', preview('Storm'));
    here.air('Calm', preview('Storm'));
    expect(told(here)).toEqual([warm(640)]);
    expect(at(here, '/main/width')).toBe(512);
    here.air('Calm', preview('Calm'));
    expect(told(here)).toEqual([warm(null)]);
    here.air('Calm', preview('Storm'));
    here.air('Calm');
    expect(told(here)).toEqual([warm(640), warm(null)]);
    here.air('Calm', preview('Storm'));
    here.show.obs.gone(null);
    expect(told(here)).toEqual([warm(640), warm(null)]);
  });

  it('is told of by what would change, whatever changes it', async () => {
    const here = await wide([toPreset('Storm', 'Wide')]);
    here.air('Calm', preview('Storm'));
    here.show.set({ '/main/height': 256 }, rest);
    await here.time.pass(1);
    const load = (height: number, width = 640): object => ({
      kind: 'warm',
      node: 'main',
      load: { width, height },
    });
    expect(told(here)).toEqual([warm(640), load(256), { kind: 'load', node: 'main' }]);
    // What plays is what the preset asks for: nothing is left to load.
    here.show.set({ '/main/width': 640 }, rest);
    await here.time.pass(1);
    expect(told(here)).toEqual([warm(null), { kind: 'load', node: 'main' }]);
    here.show.set({ '/main/width': 1024 }, rest);
    here.show.presets.saveOver('wide', {}, rest);
    here.show.set({ '/main/width': 512 }, rest);
    await here.time.pass(1);
    expect(told(here)).toContainEqual(load(256, 1024));
    here.show.presets.remove('wide');
    expect(told(here)).toEqual([warm(null)]);
  });

  it('has nothing loaded where its rule says so, is off, or names a preset that loads nothing or is not there', async () => {
    const here = await wide([
      toPreset('Storm', 'Wide', { warm: false }),
      toPreset('Night', 'Wide', { enabled: false }),
      toPreset('Calm', 'Quiet'),
      toPreset('Dawn', 'Lost'),
    ]);
    for (const scene of ['Storm', 'Night', 'Calm', 'Dawn', 'Nowhere']) here.air('Calm', preview(scene));
    expect(told(here)).toEqual([]);
    here.show.obs.put(toPreset('Storm', 'Wide'));
    here.air('Calm', preview('Storm'));
    expect(told(here)).toEqual([warm(640)]);
    here.show.obs.remove('storm-wide');
    expect(told(here)).toEqual([warm(null)]);
  });
});

describe('A rule between OBS and the show', () => {
  it('brings a preset in with its morph when its scene goes on air, and not for the scene that was there', async () => {
    const here = await stage([
      toPreset('Calm', 'Quiet', { morph: { duration: 0 } }),
      toPreset('Storm', 'Loud', { morph: { duration: 4, unit: 'beats', curve: 'linear' } }),
    ]);
    expect(at(here, '/preset')).toBe('');
    here.show.set({ '/main/strength': 0.1 }, rest);
    here.air('Storm');
    // Four beats at 120 are two seconds.
    await here.time.pass(1);
    expect(played(here, 'strength')).toBeCloseTo(0.5, 6);
    await here.time.pass(1);
    expect(played(here, 'strength')).toBeCloseTo(0.9, 6);
    here.air('Calm');
    expect(at(here, '/preset')).toBe('Quiet');
    expect(here.show.obs.report().rules.map(({ fired }) => fired)).toEqual([1, 1]);
  });

  it('does not chase another one round and round', async () => {
    const here = await stage([
      toPreset('Calm', 'Quiet'),
      toPreset('Storm', 'Loud'),
      toScene('Quiet', 'Storm'),
      toScene('Loud', 'Calm'),
    ]);
    here.show.set({ '/preset': 'Quiet' }, rest);
    await settle();
    expect(here.actions).toEqual([{ do: 'scene', scene: 'Storm' }]);
    here.air('Storm');
    await settle();
    expect(at(here, '/preset')).toBe('Quiet');
    // By a hand in OBS.
    here.air('Calm');
    here.air('Storm');
    await settle();
    expect(at(here, '/preset')).toBe('Loud');
    expect(here.actions).toHaveLength(1);
  });

  it('knows its own scene when somebody was a moment faster, and forgets one that was overtaken', async () => {
    const here = await stage([
      toPreset('Storm', 'Loud'),
      toPreset('Night', 'Quiet'),
      toScene('Quiet', 'Storm'),
    ]);
    let done = (): void => undefined;
    here.answers.push(() => new Promise((resolve) => (done = resolve)));
    here.show.set({ '/preset': 'Quiet' }, rest);
    here.air('Night');
    done();
    await settle();
    here.air('Storm');
    expect(at(here, '/preset')).toBe('Quiet');
    here.air('Calm');
    here.show.set({ '/preset': 'Quiet' }, rest);
    await settle();
    here.air('Night');
    here.air('Storm');
    expect(at(here, '/preset')).toBe('Loud');
  });

  it('knows its own scenes when two were asked for before the first was seen', async () => {
    const here = await stage([toPreset('Calm', 'Quiet'), toScene('Quiet', 'Storm'), toScene('Loud', 'Calm')]);
    here.show.set({ '/preset': 'Quiet' }, rest);
    here.show.set({ '/preset': 'Loud' }, rest);
    await settle();
    here.air('Storm');
    here.air('Calm');
    expect(at(here, '/preset')).toBe('Loud');
    // The same where OBS was too fast for the first to be seen; afterwards a hand counts again.
    here.show.set({ '/preset': 'Quiet' }, rest);
    here.show.set({ '/preset': 'Loud' }, rest);
    await settle();
    here.air('Calm', { recording: true });
    here.air('Storm');
    here.air('Calm');
    expect(at(here, '/preset')).toBe('Quiet');
  });

  it('carries out everything that follows a preset, whoever recalls it', async () => {
    const shared = { preset: 'Loud' };
    const here = await stage([
      toPreset('Storm', 'Loud'),
      { id: 's', kind: 'preset-source', ...shared, scene: 'Calm', source: 'Veil', visible: true },
      { id: 'f', kind: 'preset-filter', ...shared, source: 'Veil', filter: 'Tint', on: false },
      { id: 'm', kind: 'preset-media', preset: 'loud', input: 'Words', action: 'restart' },
      { id: 'off', enabled: false, kind: 'preset-media', ...shared, input: 'Words', action: 'stop' },
    ]);
    here.air('Storm');
    await settle();
    expect(here.actions).toEqual([
      { do: 'source', scene: 'Calm', source: 'Veil', visible: true },
      { do: 'filter', source: 'Veil', filter: 'Tint', on: false },
      { do: 'media', input: 'Words', action: 'restart' },
    ]);
    const { lines } = here.show.activity.read({});
    expect(lines.filter(({ sender }) => sender === 'obs').map(({ address }) => address)).toEqual([
      '/preset',
      '/obs/rules/s',
      '/obs/rules/f',
      '/obs/rules/m',
    ]);
  });

  it('shows the prompt as it is now: one text on its way, then the newest, and anew when OBS comes back', async () => {
    const here = await stage([{ id: 't', kind: 'prompt-text', input: 'Words' }]);
    await settle();
    const texts = (): unknown[] => here.actions.map((action) => (action.do === 'text' ? action.text : null));
    expect(texts()).toEqual(['']);
    let done = (): void => undefined;
    here.answers.push(() => new Promise((resolve) => (done = resolve)));
    for (const prompt of ['one', 'two', 'three']) {
      here.show.set({ '/prompt': prompt }, rest);
      await here.time.pass(0.1);
    }
    expect(texts()).toEqual(['', 'one']);
    done();
    await settle();
    expect(texts()).toEqual(['', 'one', 'three']);
    here.show.obs.gone(null);
    here.air('Calm');
    await settle();
    expect(texts()).toEqual(['', 'one', 'three', 'three']);
  });

  it('says what it names that is not there, before and when it fires', async () => {
    const here = await stage([
      toPreset('Storm', 'Lost'),
      toScene('Quiet', 'Nowhere'),
      { id: 'f', kind: 'preset-filter', preset: 'Quiet', source: 'constructor', filter: 'Tint', on: true },
    ]);
    const messages = (): unknown[] => here.show.obs.report().rules.map(({ problem }) => problem?.message);
    const all = [
      'The show has no preset "Lost"',
      'OBS has no scene "Nowhere"',
      'In OBS "constructor" has no filter "Tint"',
    ];
    expect(messages()).toEqual(all);
    here.answers.push(() => Promise.reject(failure('E_OBS_MISSING', 'No source was found')));
    here.show.set({ '/preset': 'Quiet' }, rest);
    here.air('Storm');
    await settle();
    const refused = here.show.rejections().find(({ sender }) => sender === 'obs');
    expect(refused?.count).toBe(2);
    expect(here.show.obs.report().rules.map(({ failed }) => failed)).toEqual([1, 1, 0]);
    here.show.obs.gone(null);
    // Of an OBS that is not there nothing is said.
    expect(messages()).toEqual([all[0], undefined, undefined]);
    here.show.set({ '/preset': 'Quiet' }, rest);
    await settle();
    const lastErrors = here.show.obs.report().rules.map(({ lastError }) => lastError?.code);
    expect(lastErrors).toEqual(['E_PRESET_UNKNOWN', 'E_OBS_UNREACHABLE', 'E_OBS_UNREACHABLE']);
  });

  it('is refused with its field where it is none', async () => {
    const { show } = await stage([toScene('Quiet', 'Calm')]);
    const codeOf = (work: () => unknown): string => {
      try {
        work();
        return 'none';
      } catch (error) {
        return `${reportOf(error).code} ${reportOf(error).message}`;
      }
    };
    const rule = toScene('Quiet', 'Calm');
    expect(codeOf(() => show.obs.replace([rule, rule]))).toBe(
      'E_OBS_RULE Two rules have the id "quiet-calm"',
    );
    expect(codeOf(() => show.obs.put({ ...rule, id: 'NO' }))).toMatch(/^E_OBS_RULE id:/);
    expect(codeOf(() => show.obs.remove('other'))).toMatch(/^E_OBS_RULE_UNKNOWN/);
    expect(show.obs.report().rules.map((state) => state.rule.id)).toEqual(['quiet-calm']);
  });
});

describe('A sound of OBS', () => {
  const level = (here: Rig, db: number): void =>
    here.show.play([
      {
        address: eventAddress({ protocol: 'obs', device: 'Mic/Aux', kind: 'level', channel: 0, number: 0 }),
        args: [db],
        sender: 'obs',
      },
    ]);
  const meter = { input: 'Mic/Aux', attack: 0, release: 0, gate: -60, low: -60, high: 0 };
  const modulate = (here: Rig, fields: object | null): void => {
    const modulation =
      fields === null ? null : modulationSchema.parse({ depth: 0.5, polarity: 'unipolar', ...fields });
    here.show.execute([{ kind: 'modulate', address: '/main/strength', modulation }], rest);
  };

  it('moves a parameter above its base, is asked for only while it is used, and rests when OBS goes', async () => {
    const here = await stage();
    here.show.set({ '/main/strength': 0.2 }, rest);
    modulate(here, { meter });
    level(here, -30);
    await here.time.pass(0.1);
    expect(played(here, 'strength')).toBeCloseTo(0.45, 6);
    expect(at(here, '/main/strength')).toBe(0.2);
    await here.time.pass(1);
    expect(played(here, 'strength')).toBeCloseTo(0.2, 6);
    modulate(here, { meter, enabled: false });
    modulate(here, { meter });
    modulate(here, {});
    modulate(here, null);
    expect(here.metered).toEqual([[], ['Mic/Aux'], [], ['Mic/Aux'], []]);
    expect(here.show.activity.read({}).lines.filter(({ address }) => address.startsWith('~'))).toEqual([]);
  });

  it('and all rules are the same bytes after a show was imported elsewhere', async () => {
    const here = await stage([
      toPreset('Storm', 'Loud', { morph: { duration: 2 } }),
      toScene('Quiet', 'Calm'),
    ]);
    modulate(here, { meter });
    const text = await here.show.shows.export();
    const there = await stage([toScene('Loud', 'Storm')]);
    await there.show.shows.import(text, rest);
    expect(await there.show.shows.export()).toBe(text);
    expect(there.show.obs.report().rules.map(({ rule }) => rule.id)).toEqual(['storm-loud', 'quiet-calm']);
    expect(there.metered.at(-1)).toEqual(['Mic/Aux']);
  });
});
