import { describe, expect, it } from 'vitest';
import { graphOf, osc, played, rest, rig } from './rig.ts';

describe('A mode', () => {
  it('brings its defaults to values that nobody set, and leaves the others', async () => {
    const here = await rig();
    expect(played(here, 'warp')).toBe(0.9);
    here.show.modeResolved('main', 'video');
    expect(here.show.parameter('/main/warp')).toMatchObject({ value: 0.1, default: 0.1, setBy: null });
    here.show.set({ '/main/warp': 0.4 }, rest);
    here.show.modeResolved('main', 'text');
    expect(here.show.parameter('/main/warp')).toMatchObject({ value: 0.4, default: 0.9, setBy: rest.id });
  });

  it('that a call names counts for that call', async () => {
    const here = await rig();
    expect(here.show.sample('main', here.time.us, 'video')).toMatchObject({
      mode: 'video',
      values: { warp: 0.1 },
    });
    expect(here.show.parameter('/main/warp')?.value).toBe(0.1);
  });

  it('tells subscribers what it changed, and the engine what needs a reload', async () => {
    const here = await rig();
    const heard = new Map<string, unknown>();
    here.show.subscribe((changes) => changes.forEach((change) => heard.set(change.address, change.value)));
    here.show.modeResolved('main', 'video');
    await here.time.pass(1);
    expect(Object.fromEntries(heard)).toEqual({ '/main/warp': 0.1, '/main/height': 256 });
    expect(here.changes).toEqual([{ kind: 'load', node: 'main' }]);
  });

  it('is asked for at /node/mode, by name or by number', async () => {
    const here = await rig();
    expect(here.show.requestedMode('main')).toBe('auto');
    here.show.play([{ address: '/main/mode', args: [1.0], sender: osc.id }]);
    expect(here.show.requestedMode('main')).toBe('video');
    here.show.set({ '/main/mode': 'text' }, rest);
    expect(here.show.requestedMode('main')).toBe('text');
    expect(here.changes).toEqual([
      { kind: 'mode', node: 'main' },
      { kind: 'mode', node: 'main' },
    ]);
  });

  it('is no choice where a pipeline has one', async () => {
    const here = await rig({ defaultGraph: graphOf({ main: 'plain' }) });
    expect(here.show.parameter('/main/mode')).toMatchObject({ value: 'video', choices: ['video'] });
    expect(here.show.set({ '/main/mode': 'text' }, rest).rejected[0]?.error.code).toBe('E_VALUE_RANGE');
  });
});

describe('A parameter that needs a reload', () => {
  it('asks for one reload, after the last of several changes', async () => {
    const here = await rig();
    here.show.set({ '/main/width': 640 }, rest);
    await here.time.pass(0.1);
    here.show.set({ '/main/height': 360 }, rest);
    await here.time.pass(0.1);
    expect(here.changes).toEqual([]);
    await here.time.pass(0.1);
    expect(here.changes).toEqual([{ kind: 'load', node: 'main' }]);
    expect(here.show.loadValues('main')).toEqual({ width: 640, height: 360 });
  });

  it('asks for none when it is set to what it is', async () => {
    const here = await rig();
    here.show.set({ '/main/width': 512 }, rest);
    await here.time.pass(1);
    expect(here.changes).toEqual([]);
  });
});

describe('Pause', () => {
  it('is told to the engine when it changes, and is never restored', async () => {
    const here = await rig();
    here.show.play([
      { address: '/paused', args: [1], sender: osc.id },
      { address: '/paused', args: [1], sender: osc.id },
    ]);
    expect(here.show.paused()).toBe(true);
    expect(here.changes).toEqual([{ kind: 'paused' }]);
    here.show.set({ '/main/strength': 0.1 }, rest);
    await here.show.close();
    const next = await rig({ files: here.files });
    expect(next.show.paused()).toBe(false);
    expect(played(next, 'strength')).toBe(0.1);
  });
});
