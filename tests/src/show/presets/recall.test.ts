import { describe, expect, it } from 'vitest';
import type { Morph } from '../../../../src/contract/command.ts';
import type { JsonValue } from '../../../../src/contract/json.ts';
import { graphOf, osc, pipelines, played, rest, rig, settled, type Rig } from '../rig.ts';

function recall(here: Rig, preset: string | number, morph?: Morph): string {
  const command = { kind: 'preset' as const, preset, ...(morph === undefined ? {} : { morph }) };
  const [result] = here.show.execute([command], rest);
  return result?.result === 'rejected' ? result.error.code : (result?.result ?? 'nothing');
}

function set(here: Rig, values: Record<string, JsonValue>): void {
  expect(here.show.set(values, rest).rejected).toEqual([]);
}

function texts(here: Rig, node = 'main'): Record<string, number> {
  const { prompt } = here.show.sample(node, here.time.us, 'text');
  return Object.fromEntries(prompt.texts.map(({ text, weight }) => [text, weight]));
}

const linear: Morph = { duration: 4, curve: 'linear' };

describe('A preset', () => {
  it('brings back what was set by hand, and takes back what was set since', async () => {
    const here = await rig();
    set(here, { '/main/strength': 0.2, '/main/tint': '#102030', '/main/palette': 'cold' });
    here.show.presets.save({ name: 'Cold' }, rest);
    set(here, { '/main/strength': 0.9, '/main/tint': '#ffffff', '/main/palette': 'grey', '/main/steps': 7 });
    expect(recall(here, 'Cold', { duration: 0 })).toBe('applied');
    expect(here.show.sample('main', here.time.us, 'text').values).toMatchObject({
      strength: 0.2,
      tint: '#102030',
      palette: 'cold',
      steps: 4,
    });
    expect(here.show.parameter('/main/steps')?.setBy).toBe(null);
    expect(here.show.parameter('/preset')).toMatchObject({ value: 'Cold', setBy: rest.id });
  });

  it('morphs: numbers, whole numbers and colours glide, the rest switches at its point', async () => {
    const here = await rig();
    set(here, {
      '/main/strength': 1,
      '/main/steps': 8,
      '/main/tint': '#ffffff',
      '/main/palette': 'grey',
      '/main/invert': true,
      '/main/note': 'b',
      '/main/list': [2],
    });
    here.show.presets.save({ name: 'there' }, rest);
    set(here, {
      '/main/strength': 0,
      '/main/steps': 4,
      '/main/tint': '#000000',
      '/main/palette': 'cold',
      '/main/invert': false,
      '/main/note': 'a',
      '/main/list': [1],
    });
    recall(here, 'there', { ...linear, switchAt: 0.5 });
    await here.time.pass(1.9);
    const values = () => here.show.sample('main', here.time.us, 'text').values;
    expect(values()).toMatchObject({ steps: 6, palette: 'cold', invert: false, note: 'a', list: [1] });
    expect(values()['strength']).toBeCloseTo(0.475);
    expect(values()['tint']).toBe('#797979');
    await here.time.pass(0.2);
    expect(values()).toMatchObject({ palette: 'grey', invert: true, note: 'b', list: [2] });
    expect(values()['strength']).toBeCloseTo(0.525);
    await here.time.pass(1.9);
    expect(values()).toMatchObject({ strength: 1, steps: 8, tint: '#ffffff' });
  });

  it('takes what was set since back to its default as a glide, too', async () => {
    const here = await rig();
    here.show.presets.save({ name: 'plain' }, rest);
    set(here, { '/main/strength': 0.1 });
    recall(here, 'plain', linear);
    await here.time.pass(2);
    expect(played(here, 'strength')).toBeCloseTo(0.4);
    await here.time.pass(2);
    expect(played(here, 'strength')).toBe(0.7);
    expect(here.show.parameter('/main/strength')?.setBy).toBe(null);
  });

  it('lets its prompts come in over the same time', async () => {
    const here = await rig();
    set(here, { '/prompt': 'ocean' });
    here.show.presets.save({ name: 'sea', what: 'prompts' }, rest);
    set(here, { '/prompt': 'desert' });
    recall(here, 'sea', linear);
    await here.time.pass(1);
    expect(texts(here)['desert']).toBeCloseTo(0.75);
    expect(texts(here)['ocean']).toBeCloseTo(0.25);
    await here.time.pass(3);
    expect(texts(here)).toEqual({ ocean: 1 });
  });

  it('keeps the prompts of stages that differ', async () => {
    const here = await rig({ defaultGraph: graphOf({ main: 'glow', second: 'glow' }) });
    set(here, { '/prompt': 'ocean' });
    set(here, { '/second/prompt': 'fire' });
    here.show.presets.save({ name: 'both' }, rest);
    set(here, { '/prompt': 'desert' });
    recall(here, 'both', { duration: 0 });
    expect([texts(here), texts(here, 'second')]).toEqual([{ ocean: 1 }, { fire: 1 }]);
  });

  it('changes over load parameters at the start, once', async () => {
    const here = await rig();
    set(here, { '/main/width': 256 });
    here.show.presets.save({ name: 'small' }, rest);
    set(here, { '/main/width': 512 });
    await here.time.pass(1);
    here.changes.length = 0;
    recall(here, 'small', linear);
    expect(here.show.loadValues('main')).toMatchObject({ width: 256 });
    await here.time.pass(5);
    expect(here.changes).toEqual([{ kind: 'load', node: 'main' }]);
  });

  it('switches a mode at its point, unless a hand did so meanwhile', async () => {
    const here = await rig();
    set(here, { '/main/mode': 'video' });
    here.show.presets.save({ name: 'video' }, rest);
    set(here, { '/main/mode': 'text' });
    recall(here, 'video', { ...linear, switchAt: 1 });
    await here.time.pass(3.9);
    here.show.sample('main', here.time.us, 'text');
    expect(here.show.requestedMode('main')).toBe('text');
    await here.time.pass(0.2);
    here.show.sample('main', here.time.us, 'text');
    expect(here.show.requestedMode('main')).toBe('video');
    set(here, { '/main/mode': 'text' });
    recall(here, 'video', { ...linear, switchAt: 1 });
    set(here, { '/main/mode': 'auto' });
    await here.time.pass(5);
    here.show.sample('main', here.time.us, 'text');
    expect(here.show.requestedMode('main')).toBe('auto');
  });

  it('never presses a button, and cannot keep one', async () => {
    const here = await rig();
    here.show.presets.save({ name: 'all' }, rest);
    recall(here, 'all');
    expect(here.show.sample('main', here.time.us, 'text').triggers).toEqual({ burst: 0 });
    expect(() => here.show.presets.save({ addresses: ['/main/burst'] }, rest)).toThrow('/main/burst');
    expect(() => here.show.presets.save({ addresses: ['/preset'] }, rest)).toThrow('/preset');
    expect(() => here.show.presets.save({ addresses: ['/main/warpp'] }, rest)).toThrow('/main/warp');
  });

  it('of chosen addresses touches no others', async () => {
    const here = await rig();
    set(here, { '/main/strength': 0.2, '/main/warp': 0.2, '/prompt': 'ocean' });
    here.show.presets.save({ name: 'strength', what: 'values', addresses: ['/strength'] }, rest);
    set(here, { '/main/strength': 0.9, '/main/warp': 0.9, '/prompt': 'desert' });
    recall(here, 'strength', { duration: 0 });
    expect(here.show.sample('main', here.time.us, 'text').values).toMatchObject({ strength: 0.2, warp: 0.9 });
    expect(texts(here)).toEqual({ desert: 1 });
  });
});

describe('A morph', () => {
  it('that is interrupted goes on from where it is', async () => {
    const here = await rig();
    set(here, { '/main/strength': 0 });
    here.show.presets.save({ name: 'low' }, rest);
    set(here, { '/main/strength': 1 });
    here.show.presets.save({ name: 'high' }, rest);
    set(here, { '/main/strength': 0 });
    recall(here, 'high', linear);
    await here.time.pass(2);
    recall(here, 'low', linear);
    expect(played(here, 'strength')).toBeCloseTo(0.5);
    await here.time.pass(2);
    expect(played(here, 'strength')).toBeCloseTo(0.25);
    await here.time.pass(2);
    expect(played(here, 'strength')).toBe(0);
  });

  it('leaves a value to the hand that moves it', async () => {
    const here = await rig();
    set(here, { '/main/strength': 1, '/main/warp': 1 });
    here.show.presets.save({ name: 'high' }, rest);
    set(here, { '/main/strength': 0, '/main/warp': 0 });
    recall(here, 'high', linear);
    await here.time.pass(2);
    here.show.play([{ address: '/main/strength', args: [0.1], sender: osc.id }]);
    await here.time.pass(2);
    expect(played(here, 'strength')).toBe(0.1);
    expect(played(here, 'warp')).toBe(1);
  });

  it('comes over OSC in seconds, by name or by place in the list', async () => {
    const here = await rig();
    set(here, { '/main/strength': 1 });
    here.show.presets.save({ name: 'high' }, rest);
    set(here, { '/main/strength': 0 });
    here.show.play([{ address: '/preset', args: ['HIGH', 4], sender: osc.id }]);
    await here.time.pass(2);
    expect(played(here, 'strength')).toBeCloseTo(0.5);
    set(here, { '/main/strength': 0, '/preset/morph/duration': 0 });
    here.show.play([{ address: '/preset', args: [0], sender: osc.id }]);
    expect(played(here, 'strength')).toBe(1);
    here.show.play([{ address: '/preset', args: [7], sender: osc.id }]);
    expect(here.show.rejections()).toMatchObject([{ lastError: { code: 'E_PRESET_UNKNOWN' } }]);
  });

  it('lasts as /preset/morph says where the recall says nothing', async () => {
    const here = await rig();
    set(here, { '/main/strength': 1 });
    here.show.presets.save({ name: 'high' }, rest);
    set(here, {
      '/main/strength': 0,
      '/preset/morph/duration': 8,
      '/preset/morph/unit': 'beats',
      '/preset/morph/curve': 'linear',
    });
    recall(here, 'high');
    await here.time.pass(1);
    expect(played(here, 'strength')).toBeCloseTo(0.25);
  });

  it('can wait for the bar', async () => {
    const here = await rig();
    set(here, { '/main/strength': 1 });
    here.show.presets.save({ name: 'high' }, rest);
    set(here, { '/main/strength': 0 });
    const [result] = here.show.execute(
      [{ kind: 'preset', preset: 'high', morph: { duration: 0 }, at: 'bar' }],
      rest,
    );
    expect(result).toMatchObject({ result: 'scheduled', address: '/preset' });
    expect(played(here, 'strength')).toBe(0);
    await here.time.pass(2.1);
    expect(played(here, 'strength')).toBe(1);
  });
});

describe('The next and the previous preset', () => {
  it('go round the list', async () => {
    const here = await rig();
    for (const name of ['a', 'b', 'c']) here.show.presets.save({ name }, rest);
    const names: unknown[] = [];
    for (const step of ['previous', 'next', 'next', 'previous']) {
      here.show.play([{ address: `/preset/${step}`, args: [], sender: osc.id }]);
      names.push(here.show.parameter('/preset')?.value);
    }
    expect(names).toEqual(['c', 'a', 'b', 'a']);
  });
});

describe('What a preset names that is not there', () => {
  it('is told, kept, and stops nothing else', async () => {
    const here = await rig();
    set(here, { '/main/warp': 0.9, '/main/strength': 0.1 });
    here.show.presets.save({ name: 'glow' }, rest);
    set(here, { '/main/warp': 0.2 });
    const glow = pipelines['glow'];
    await here.show.setGraph(graphOf({ main: 'plain' }), rest);
    expect(recall(here, 'glow', { duration: 0 })).toBe('applied');
    expect(played(here, 'strength')).toBe(0.1);
    const left = here.show.presets.last()?.left.map(({ address }) => address);
    expect(left).toContain('/main/warp');
    expect(here.show.rejections().map(({ sender }) => sender)).toContain(rest.id);
    expect(here.show.presets.get('glow').values).toHaveProperty(['/main/warp'], 0.9);
    expect(glow).toBeDefined();
  });
});

describe('The thumbnail of a preset', () => {
  it('comes a moment after it was saved, small enough, and never into another show', async () => {
    const asked: number[] = [];
    let answer: (jpeg: Uint8Array) => void = () => undefined;
    const here = await rig({
      picture: ({ quality }) => {
        asked.push(quality);
        return new Promise((resolve) => (answer = resolve));
      },
    });
    here.show.presets.save({ name: 'a' }, rest);
    expect(here.show.presets.thumbnail('a')).toBe(null);
    answer(new Uint8Array(9000));
    await settled();
    answer(Uint8Array.of(1, 2, 3));
    await settled();
    expect(asked[1]).toBeLessThan(asked[0] ?? 0);
    expect([...(here.show.presets.thumbnail('a') ?? [])]).toEqual([1, 2, 3]);
    here.show.presets.save({ name: 'b' }, rest);
    const text = await here.show.shows.export();
    await here.show.shows.import(text, rest);
    answer(Uint8Array.of(1));
    await settled();
    expect(await here.show.shows.export()).toBe(text);
  });

  it('is done without where there is no picture', async () => {
    const here = await rig({ picture: () => Promise.reject(new Error('nothing plays')) });
    here.show.presets.save({ name: 'a' }, rest);
    await settled();
    expect(here.show.presets.list()).toMatchObject([{ name: 'a', thumbnail: false }]);
    expect(here.lines.join()).toContain('nothing plays');
  });
});
