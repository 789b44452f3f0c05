import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActivityPage } from '../../src/contract/activity.ts';
import type { ParameterState } from '../../src/contract/command.ts';
import type { EngineStatus, NodeStatus } from '../../src/contract/engine-api.ts';
import type { ModulationState } from '../../src/contract/modulation.ts';
import type { ObsReport, ObsRuleInput } from '../../src/contract/obs.ts';
import { canIsolate, Namespace } from '../support/namespace.ts';
import { Obs } from '../support/obs.ts';
import { describeWithPeer } from '../support/peers.ts';
import { pause, startReverie, within, type Reverie } from './reverie.ts';

const password = 'sesame-street';

/** A second of a tone of 440 Hz, −6 dB of full scale. */
function tone(): Buffer {
  const rate = 48_000;
  const data = Buffer.alloc(rate * 2);
  for (let at = 0; at < rate; at += 1)
    data.writeInt16LE(Math.round(Math.sin((2 * Math.PI * 440 * at) / rate) * 16_384), at * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

describe.skipIf(!canIsolate)('Beside OBS', () => {
  describeWithPeer('obs', 'the real one', () => {
    let namespace: Namespace;
    let obs: Obs;
    let reverie: Reverie;
    const folder = mkdtempSync(join(tmpdir(), 'reverie-tone-'));

    const api = (path: string): string => `${reverie.url}/api/v1/${path}`;
    const get = <T>(path: string): Promise<T> => namespace.json<T>(api(path));
    async function send(method: string, path: string, body?: unknown): Promise<unknown> {
      const headers = { 'content-type': 'application/json' };
      const json = body === undefined ? {} : { headers, body: JSON.stringify(body) };
      const answer = await namespace.fetch(api(path), { method, ...json });
      const text = String(answer.body);
      if (answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === '' ? null : JSON.parse(text);
    }
    const link = (): Promise<ObsReport> => get<ObsReport>('obs');
    const rules = (list: readonly ObsRuleInput[]): Promise<unknown> =>
      send('PUT', 'obs/rules', { rules: list });
    async function value(address: string): Promise<unknown> {
      const { parameters } = await get<{ parameters: ParameterState[] }>('parameters');
      return parameters.find((parameter) => parameter.address === address)?.value;
    }
    async function until(what: string, seen: () => Promise<unknown>, wanted: unknown): Promise<void> {
      let last: unknown;
      const holds = async (): Promise<boolean> => {
        last = await seen();
        return JSON.stringify(last) === JSON.stringify(wanted);
      };
      await within(10_000, what, () => JSON.stringify(last), holds);
    }
    const connected = async (): Promise<boolean> => (await link()).state.connected;
    const node = async (id: string): Promise<NodeStatus | undefined> =>
      (await get<EngineStatus>('status')).nodes.find((each) => each.id === id);
    const scene = async (sceneName: string): Promise<unknown> =>
      obs.call('SetCurrentProgramScene', { sceneName });
    const program = async (): Promise<unknown> =>
      (await obs.call('GetCurrentProgramScene'))['currentProgramSceneName'];

    beforeAll(async () => {
      namespace = await Namespace.open();
      obs = await Obs.open(namespace, password);
      const flags = ['--obs', '--midi-ignore', '*'];
      [reverie] = await Promise.all([
        startReverie({ wrap: namespace.enter, flags, env: { REVERIE_OBS_PASSWORD: password } }),
        obs.start(),
      ]);
      for (const name of ['Calm', 'Storm', 'Night']) await obs.call('CreateScene', { sceneName: name });
      await obs.call('SetCurrentSceneTransition', { transitionName: 'Cut' });
      await send('PATCH', 'parameters', { '/main/warp': 0.1 });
      await send('POST', 'presets', { name: 'Quiet' });
      await send('PATCH', 'parameters', { '/main/warp': 0.9 });
      await send('POST', 'presets', { name: 'Loud' });
      await until('the connection', connected, true);
    }, 60_000);
    afterAll(async () => {
      await reverie?.dispose();
      await obs?.close();
      namespace?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test('is told what is on air, and what OBS has', async () => {
      await scene('Calm');
      await until('the program', () => value('/obs/program'), 'Calm');
      expect(await value('/obs')).toBe(true);
      expect(await value('/obs/stream')).toBe(false);
      const { state, error } = await link();
      expect(error).toBeNull();
      expect(state).toMatchObject({
        plugin: expect.stringMatching(/^5\./),
        virtualCamera: null,
        preview: null,
      });
      const names = state.collection.scenes.map(({ name }) => name);
      expect([...names].sort()).toEqual(['Calm', 'Night', 'Scene', 'Storm']);
      await obs.call('StartRecord');
      await until('that it records', () => value('/obs/record'), true);
      await obs.call('StopRecord');
      await until('that it has stopped', () => value('/obs/record'), false);
      await expect(send('PATCH', 'parameters', { '/obs/record': true })).rejects.toThrow(
        'E_ADDRESS_READ_ONLY',
      );
    });

    test('a scene brings in its preset, a preset its scene, and the two do not chase each other', async () => {
      await rules([
        { id: 'a', kind: 'program-preset', scene: 'Calm', preset: 'Quiet', morph: { duration: 0 } },
        { id: 'b', kind: 'program-preset', scene: 'Storm', preset: 'Loud', morph: { duration: 0 } },
        { id: 'c', kind: 'preset-scene', preset: 'Quiet', scene: 'Night' },
        { id: 'd', kind: 'preset-scene', preset: 'Loud', scene: 'Calm' },
      ]);
      await send('PATCH', 'parameters', { '/main/warp': 0.5 });
      await scene('Storm');
      await until('the preset', () => value('/main/warp'), 0.9);
      await scene('Calm');
      await until('the other preset', () => value('/main/warp'), 0.1);
      // By a hand: Loud asks for Calm, where we are; Quiet asks for Night, which brings no preset.
      await send('PATCH', 'parameters', { '/preset': 'Quiet' });
      await until('the scene', program, 'Night');
      await send('PATCH', 'parameters', { '/preset': 'Loud' });
      await until('the other scene', program, 'Calm');
      await pause(500);
      expect(await value('/preset')).toBe('Loud');
      expect(await program()).toBe('Calm');
    });

    test('of scenes that are switched fast the last one counts', async () => {
      await obs.call('SetCurrentSceneTransition', { transitionName: 'Fade' });
      for (const name of ['Storm', 'Calm', 'Storm', 'Calm', 'Storm']) await scene(name);
      await until('the preset of the last', () => value('/preset'), 'Loud');
      await until('the last', () => value('/obs/program'), 'Storm');
      await obs.call('SetCurrentSceneTransition', { transitionName: 'Cut' });
      await scene('Calm');
      await until('the preset', () => value('/preset'), 'Quiet');
      expect(await value('/obs/program')).toBe('Calm');
    });

    test('studio mode shows its preview, and a preset shows sources, turns filters and plays media', async () => {
      writeFileSync(join(folder, 'tone.wav'), tone());
      const inputSettings = { local_file: join(folder, 'tone.wav'), looping: true };
      await obs.call('CreateInput', {
        sceneName: 'Calm',
        inputName: 'Tone',
        inputKind: 'ffmpeg_source',
        inputSettings,
      });
      const color = { sceneName: 'Calm', inputName: 'Veil', inputKind: 'color_source_v3' };
      const { sceneItemId } = await obs.call('CreateInput', color);
      const filter = { sourceName: 'Veil', filterName: 'Tint', filterKind: 'color_filter_v2' };
      await obs.call('CreateSourceFilter', filter);
      await obs.call('CreateInput', { ...color, inputName: 'Words', inputKind: 'text_ft2_source_v2' });
      await rules([
        { id: 's', kind: 'preset-source', preset: 'Loud', scene: 'Calm', source: 'Veil', visible: false },
        { id: 'f', kind: 'preset-filter', preset: 'Loud', source: 'Veil', filter: 'Tint', on: false },
        { id: 'm', kind: 'preset-media', preset: 'Loud', input: 'Tone', action: 'pause' },
        { id: 't', kind: 'prompt-text', input: 'Words' },
      ]);
      await until('what OBS has now', async () => (await link()).rules.map(({ problem }) => problem), [
        null,
        null,
        null,
        null,
      ]);
      await send('PATCH', 'parameters', { '/preset': 'Loud', '/prompt': 'a harbour at dawn' });
      const isShown = { sceneName: 'Calm', sceneItemId };
      await until(
        'that the source is hidden',
        async () => (await obs.call('GetSceneItemEnabled', isShown))['sceneItemEnabled'],
        false,
      );
      const { filterEnabled } = await obs.call('GetSourceFilter', filter);
      expect(filterEnabled).toBe(false);
      const media = async (): Promise<unknown> =>
        (await obs.call('GetMediaInputStatus', { inputName: 'Tone' }))['mediaState'];
      await until('that the media waits', media, 'OBS_MEDIA_STATE_PAUSED');
      const words = async (): Promise<unknown> =>
        (await obs.call('GetInputSettings', { inputName: 'Words' }))['inputSettings'];
      await within(
        5_000,
        'the prompt in OBS',
        () => '',
        async () => JSON.stringify(await words()).includes('a harbour at dawn'),
      );
      await obs.call('TriggerMediaInputAction', {
        inputName: 'Tone',
        mediaAction: 'OBS_WEBSOCKET_MEDIA_INPUT_ACTION_PLAY',
      });
      await obs.call('SetStudioModeEnabled', { studioModeEnabled: true });
      await obs.call('SetCurrentPreviewScene', { sceneName: 'Night' });
      await until('the preview', () => value('/obs/preview'), 'Night');
      await obs.call('SetStudioModeEnabled', { studioModeEnabled: false });
      await until('that it is over', () => value('/obs/studio-mode'), false);
    });

    test('what the preset of a previewed scene must load is loaded before it goes on air', async () => {
      const main = async (): Promise<NodeStatus> => {
        const found = await node('main');
        if (found === undefined) throw new Error('no node main');
        return found;
      };
      const preview = (sceneName: string): Promise<unknown> =>
        obs.call('SetCurrentPreviewScene', { sceneName });
      const ready = async (): Promise<boolean> => (await main()).standby?.ready === true;
      const small = { '/main/width': 128, '/main/height': 128 };
      const before = { '/main/width': 256, '/main/height': 256 };
      const width = async (): Promise<unknown> => (await main()).size?.width;
      await send('PATCH', 'parameters', small);
      await send('POST', 'presets', { name: 'Small', addresses: Object.keys(small) });
      await send('PATCH', 'parameters', before);
      await until('the size before', width, 256);
      await scene('Calm');
      await rules([
        { id: 's', kind: 'program-preset', scene: 'Storm', preset: 'Small', morph: { duration: 0 } },
      ]);
      await obs.call('SetStudioModeEnabled', { studioModeEnabled: true });

      await preview('Storm');
      await until('that it is loaded', ready, true);
      const held = await main();
      expect(held.status.state).toBe('live');
      expect(held.size?.width).toBe(256);
      expect(held.standby?.pid).not.toBe(held.pid);
      // Another scene in the preview, and it is let go.
      await preview('Night');
      await until('that nothing is held', async () => (await main()).standby, null);

      // One that dies is no matter of the picture, and its preset comes in all the same.
      await preview('Storm');
      await until('that it is loaded again', ready, true);
      const { standby } = await main();
      if (typeof standby?.pid === 'number') process.kill(standby.pid, 'SIGKILL');
      await until('that it is gone', async () => (await main()).standby, null);
      expect((await main()).restarts).toBe(held.restarts);
      expect((await main()).pid).toBe(held.pid);
      await scene('Storm');
      await until('the size of the preset', width, 128);
      await scene('Calm');
      await send('PATCH', 'parameters', before);
      await until('the size before', width, 256);

      await preview('Night');
      await preview('Storm');
      await until('that it is loaded once more', ready, true);
      const next = (await main()).standby?.pid;
      await scene('Storm');
      await until('the size of the preset', width, 128);
      expect(await main()).toMatchObject({ pid: next, restarts: held.restarts, warmingPid: null });
      await obs.call('SetStudioModeEnabled', { studioModeEnabled: false });
      await until('that it is over', () => value('/obs/studio-mode'), false);
      const nothingComes = async (): Promise<boolean> => (await main()).warmingPid === null;
      await send('PATCH', 'parameters', { '/main/width': null, '/main/height': null });
      await until('the size of a first start', width, 512);
      await until('that all is still', nothingComes, true);
      await scene('Calm');
      await until('the scene before', () => value('/obs/program'), 'Calm');
    });

    test('a rule that names what is not there says so in its state and when it fires', async () => {
      await rules([
        { id: 'no-scene', kind: 'preset-scene', preset: 'Quiet', scene: 'Nowhere' },
        { id: 'no-preset', kind: 'program-preset', scene: 'Storm', preset: 'Lost' },
      ]);
      const problems = (await link()).rules.map(({ problem }) => problem?.message);
      expect(problems).toEqual(['OBS has no scene "Nowhere"', 'The show has no preset "Lost"']);
      await send('PATCH', 'parameters', { '/preset': 'Quiet' });
      await scene('Storm');
      await until('that both failed', async () => (await link()).rules.map(({ failed }) => failed), [1, 1]);
      const { lines } = await get<ActivityPage>('activity');
      const said = lines.filter(({ sender, outcome }) => sender === 'obs' && outcome === 'refused');
      expect(said.map(({ error }) => error?.message).join('\n')).toContain('OBS has no scene "Nowhere"');
      expect(said.map(({ error }) => error?.code)).toContain('E_PRESET_UNKNOWN');
    });

    test('the level of an input of OBS moves a parameter while it sounds', async () => {
      const wave = async (): Promise<ModulationState | undefined> =>
        (await get<{ modulations: ModulationState[] }>('modulations')).modulations[0];
      await scene('Calm');
      await send('PATCH', 'parameters', { '/main/warp': 0.2 });
      const meter = { input: 'Tone', attack: 0.01, release: 0.05, low: -60, high: -6 };
      await send('PATCH', 'modulations', { '/main/warp': { depth: 0.5, polarity: 'unipolar', meter } });
      await within(
        10_000,
        'the tone',
        () => '',
        async () => Number((await wave())?.played) > 0.6,
      );
      expect((await wave())?.base).toBe(0.2);
      await obs.call('SetInputMute', { inputName: 'Tone', inputMuted: true });
      await within(
        10_000,
        'silence',
        () => '',
        async () => Number((await wave())?.played) < 0.21,
      );
      await obs.call('SetInputMute', { inputName: 'Tone', inputMuted: false });
      await within(
        10_000,
        'the tone again',
        () => '',
        async () => Number((await wave())?.played) > 0.6,
      );
    });

    test('OBS closes, is killed and starts again: the show plays on, levels rest, and the link returns by itself', async () => {
      const pid = (await node('main'))?.pid;
      for (const signal of ['SIGINT', 'SIGKILL'] as const) {
        await obs.stop(signal);
        await until('that it is gone', () => value('/obs'), false);
        expect((await link()).error?.code).toMatch(/^E_OBS_(LOST|UNREACHABLE)$/);
        const rest = async (): Promise<unknown> =>
          (await get<{ modulations: ModulationState[] }>('modulations')).modulations[0]?.played;
        await within(
          5_000,
          'rest',
          () => '',
          async () => Number(await rest()) < 0.21,
        );
        await obs.start();
        await until('that it is back', () => value('/obs'), true);
      }
      expect((await node('main'))?.pid).toBe(pid);
      await send('PATCH', 'modulations', { '/main/warp': null });
      await send('PUT', 'obs/rules/back', {
        id: 'back',
        kind: 'program-preset',
        scene: 'Night',
        preset: 'Loud',
      });
      await scene('Night');
      await until('the preset of the scene', () => value('/preset'), 'Loud');
    });

    test('where our picture is in OBS is told', async () => {
      const inputSettings = { is_local_file: false, input: `${reverie.url}/stream/out.ts` };
      await scene('Calm');
      await obs.call('CreateInput', {
        sceneName: 'Night',
        inputName: 'Reverie',
        inputKind: 'ffmpeg_source',
        inputSettings,
      });
      await until('that it is not on air', async () => (await link()).state.ours, ['Reverie']);
      await until('that it is off air', () => value('/obs/tally'), 'off');
      await scene('Night');
      await until('that it is on air', () => value('/obs/tally'), 'program');
      await scene('Calm');
      await until('that it is off air', () => value('/obs/tally'), 'off');
      expect((await link()).state.ours).toEqual(['Reverie']);
    });

    test('a wrong password is told from an OBS that is not there, and is in no log', async () => {
      const flags = ['--obs', 'ws://127.0.0.1:4455', '--midi-ignore', '*'];
      const wrong = 'not-the-password';
      const other = await startReverie({
        wrap: namespace.enter,
        flags,
        env: { REVERIE_OBS_PASSWORD: wrong },
      });
      try {
        const report = (): Promise<ObsReport> => namespace.json<ObsReport>(`${other.url}/api/v1/obs`);
        await until('the refusal', async () => (await report()).error?.code, 'E_OBS_AUTH');
        const log = String((await namespace.fetch(`${other.url}/api/v1/logs?limit=1000`)).body);
        expect(log).toContain('E_OBS_AUTH');
        expect(log).not.toContain(wrong);
      } finally {
        await other.dispose();
      }
      expect((await node('obs'))?.status.state).toBe('live');
    });
  });
});
