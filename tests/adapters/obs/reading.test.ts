import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ControlMessage } from '../../../src/contract/adapter.ts';
import { failure } from '../../../src/contract/error.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { act, actionOf } from '../../../adapters/obs/actions.ts';
import { readCollection } from '../../../adapters/obs/collection.ts';
import { pointsHere, readLiveState } from '../../../adapters/obs/live-state.ts';
import { Meters } from '../../../adapters/obs/meters.ts';
import { Rereading } from '../../../adapters/obs/rereading.ts';

const versions = { obs: '29.0.2', plugin: '5.1.0', requests: new Set<string>() };

/** OBS as a table of answers; what has none is refused. */
function obsOf(answers: Readonly<Record<string, JsonObject>>) {
  const asked: [request: string, data: unknown][] = [];
  const call = (request: string, data?: unknown): Promise<JsonObject> => {
    asked.push([request, data]);
    const answer = answers[request];
    return answer === undefined ? Promise.reject(failure('E_OBS_REFUSED', request)) : Promise.resolve(answer);
  };
  return { asked, line: { call, versions } };
}

describe('What OBS has', () => {
  it('is read with groups and filters, the topmost scene first, and audio by what has a volume', async () => {
    const { line } = obsOf({
      GetSceneList: { scenes: [{ sceneName: 'Below' }, { sceneName: 'Above' }] },
      GetInputList: { inputs: [{ inputName: 'Mic', inputKind: 'alsa_input' }, { inputName: 5 }] },
      GetSceneItemList: { sceneItems: [{ sourceName: 'Group', isGroup: true }, { sourceName: 'Mic' }] },
      GetGroupSceneItemList: { sceneItems: [{ sourceName: 'Inside' }, { sourceName: 'Mic' }] },
      GetInputVolume: { inputVolumeDb: 0 },
      GetSourceFilterList: { filters: [{ filterName: 'Blur' }] },
    });
    const { scenes, inputs, filters } = await readCollection(line);
    const sources = ['Group', 'Mic', 'Inside'];
    expect(scenes).toEqual([
      { name: 'Above', sources },
      { name: 'Below', sources },
    ]);
    expect(inputs).toEqual([{ name: 'Mic', kind: 'alsa_input', audio: true }]);
    expect(filters).toEqual({ Above: ['Blur'], Below: ['Blur'], Mic: ['Blur'] });
  });

  it('is told as nothing where it is refused or of another shape, whatever OBS answers', async () => {
    const keys = ['scenes', 'inputs', 'sceneItems', 'filters', 'outputActive', 'currentProgramSceneName'];
    const answer = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(answer, answer, async (first, second) => {
        const answers = { GetSceneList: first, GetInputList: second, GetSceneItemList: first };
        const rest = { GetStudioModeEnabled: first, GetStreamStatus: second, GetRecordStatus: second };
        const { line } = obsOf(
          JSON.parse(JSON.stringify({ ...answers, ...rest })) as Record<string, JsonObject>,
        );
        const { scenes, inputs } = await readCollection(line);
        for (const { name } of scenes) expect(typeof name).toBe('string');
        const live = await readLiveState(line, inputs, { hosts: [], names: [] });
        expect(live.virtualCamera).toBeNull();
        expect(typeof live.streaming).toBe('boolean');
      }),
    );
  });

  it('shows us where an address or a name of it is ours', () => {
    const own = { hosts: ['localhost:8000', '192.168.1.5:8000'], names: ['Reverie'] };
    const points = (kind: string, settings: JsonObject): boolean => pointsHere(kind, settings, own);
    expect(points('browser_source', { url: 'http://localhost:8000/obs/output?node=out' })).toBe(true);
    expect(points('ffmpeg_source', { input: 'http://192.168.1.5:8000/stream/out.ts' })).toBe(true);
    expect(points('ndi_source', { ndi_source_name: 'STAGE (Reverie)' })).toBe(true);
    expect(points('browser_source', { url: 'http://localhost:8001/obs/output' })).toBe(false);
    expect(points('browser_source', { url: 'Reverie', css: 'localhost:8000' })).toBe(false);
    expect(points('ndi_source', { ndi_source_name: 'STAGE (Not Reverie)' })).toBe(false);
  });
});

describe('What a rule does in OBS', () => {
  it('finds a source in a group of its scene', async () => {
    const asked: unknown[] = [];
    const call = (request: string, data?: unknown): Promise<JsonObject> => {
      asked.push([request, data]);
      if (request === 'GetSceneItemList')
        return Promise.resolve({ sceneItems: [{ sourceName: 'Group', isGroup: true }] });
      const inScene = JSON.stringify(data).includes('"sceneName":"Stage"');
      if (request === 'GetSceneItemId' && inScene)
        return Promise.reject(failure('E_OBS_MISSING', 'not there'));
      return Promise.resolve({ sceneItemId: 4 });
    };
    await act({ call }, { do: 'source', scene: 'Stage', source: 'Lamp', visible: true });
    expect(asked.at(-1)).toEqual([
      'SetSceneItemEnabled',
      { sceneName: 'Group', sceneItemId: 4, sceneItemEnabled: true },
    ]);
  });

  it('is refused where nobody knows it', () => {
    expect(actionOf({ do: 'media', input: 'Clip', action: 'pause' })).toEqual({
      do: 'media',
      input: 'Clip',
      action: 'pause',
    });
    expect(() => actionOf({ do: 'media', input: 'Clip', action: 'explode' })).toThrow('nobody knows');
    expect(() => actionOf({ do: 'dance' })).toThrow('nobody knows');
  });
});

describe('Levels of OBS', () => {
  function meters() {
    const sent: ControlMessage[] = [];
    const follows: boolean[] = [];
    const clock = { nowMs: 0 };
    const own = new Meters({
      nowMs: () => clock.nowMs,
      send: (messages) => sent.push(...messages),
      follow: (wanted) => follows.push(wanted),
    });
    return { own, sent, follows, clock };
  }
  const levels = (inputName: string, ...peaks: unknown[]) => ({
    inputs: [{ inputName, inputLevelsMul: peaks.map((peak) => [0.1, peak, 0.9]) }],
  });

  it('are followed only while one is wanted, and sent of that one: the loudest channel in dB', () => {
    const { own, sent, follows } = meters();
    own.hear(levels('Mic', 1));
    own.want(['Mic']);
    own.want(['Mic', 'Desk']);
    own.hear(levels('Mic', 0.1, 0.5));
    own.hear(levels('Other', 1));
    own.hear(levels('Desk', 0));
    expect(sent.map(({ address, args, live }) => [address, args, live])).toEqual([
      ['~obs/Mic/level/0/0', [-6], true],
      ['~obs/Desk/level/0/0', [-100], true],
    ]);
    own.want([]);
    own.hear(levels('Mic', 1));
    expect(follows).toEqual([true, false]);
    expect(sent).toHaveLength(2);
  });

  it('are thinned while they stay, and told again five times a second', () => {
    const { own, sent, clock } = meters();
    own.want(['Mic']);
    for (clock.nowMs = 0; clock.nowMs < 1_000; clock.nowMs += 50) own.hear(levels('Mic', 0.5));
    expect(sent).toHaveLength(5);
    own.hear(levels('Mic', 0.25));
    expect(sent.at(-1)?.args).toEqual([-12]);
  });

  it('are numbers between silence and full scale, whatever is sent as one', () => {
    const { own, sent } = meters();
    own.want(['Mic']);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.double())), fc.jsonValue(), (peaks, other) => {
        own.hear(levels('Mic', ...peaks));
        own.hear({ inputs: other });
        own.hear({ inputs: [{ inputName: 'Mic', inputLevelsMul: other }] });
        for (const { args } of sent.splice(0)) {
          expect(args[0]).toBeGreaterThanOrEqual(-100);
          expect(args[0]).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

describe('State of OBS', () => {
  it('is read once more however many events come, and again some time after the last', async () => {
    const timers: { run: () => void; delayMs: number }[] = [];
    const reads: boolean[] = [];
    const next = async (): Promise<number | undefined> => {
      await Promise.resolve();
      await Promise.resolve();
      const timer = timers.shift();
      timer?.run();
      return timer?.delayMs;
    };
    const rereading = new Rereading({
      read: (withCollection) => {
        reads.push(withCollection);
        return Promise.resolve();
      },
      setTimer: (run, delayMs) => {
        const timer = { run, delayMs };
        timers.push(timer);
        return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
      },
      failed: (error) => expect.fail(String(error)),
    });
    rereading.ask('live');
    rereading.ask('collection');
    for (let count = 0; count < 100; count += 1) rereading.ask('live');
    expect(reads).toEqual([false]);
    expect(await next()).toBe(40);
    expect(reads).toEqual([false, true]);
    const delays = [await next(), await next(), await next(), await next(), await next(), await next()];
    expect(delays).toEqual([40, 300, 40, 1_000, 40, 3_000]);
    expect(await next()).toBe(40);
    expect(await next()).toBeUndefined();
    expect(reads).toHaveLength(5);
  });
});
