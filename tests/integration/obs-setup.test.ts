import { createCanvas, loadImage } from '@napi-rs/canvas';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObsSetupReport } from '../../src/contract/obs-ways.ts';
import { canIsolate, Namespace } from '../support/namespace.ts';
import { Obs } from '../support/obs.ts';
import { describeWithPeer } from '../support/peers.ts';
import { graphOf, sinkNode, sourceNode, startReverie, type Reverie } from './reverie.ts';

const run = promisify(execFile);
const LIMIT_MS = 60_000;

describe.skipIf(!canIsolate)('Setting up', () => {
  describeWithPeer('obs', 'our output in the real OBS', () => {
    let namespace: Namespace;
    let obs: Obs;
    let reverie: Reverie;
    let before: unknown;

    beforeAll(async () => {
      namespace = await Namespace.open();
      [obs] = await Promise.all([Obs.open(namespace), bars()]);
      await obs.start();
      // A user's own things, under the very names that we would like.
      await obs.call('CreateScene', { sceneName: 'Reverie' });
      await obs.call('CreateInput', {
        sceneName: 'Reverie',
        inputName: 'Reverie output',
        inputKind: 'color_source_v3',
        inputSettings: { color: 0xff00ff00 },
      });
      before = await collection();
    }, LIMIT_MS);

    afterAll(async () => {
      await reverie?.dispose();
      await obs?.close();
      namespace?.close();
    });

    async function bars(): Promise<void> {
      const source = sourceNode('in', { pattern: 'bars', width: 320, height: 180 });
      const graph = graphOf([source, sinkNode('out')], [['in', 'out']]);
      reverie = await startReverie({ graph, wrap: namespace.enter, flags: ['--obs'] });
    }

    /** Everything of the collection that a person would miss. */
    async function collection(): Promise<unknown> {
      const { scenes, currentProgramSceneName } = (await obs.call('GetSceneList')) as {
        scenes: { sceneName: string }[];
        currentProgramSceneName: string;
      };
      const { inputs } = (await obs.call('GetInputList')) as { inputs: { inputName: string }[] };
      const items = await Promise.all(
        scenes.map(({ sceneName }) => obs.call('GetSceneItemList', { sceneName })),
      );
      const settings = [];
      for (const { inputName } of inputs) settings.push(await obs.call('GetInputSettings', { inputName }));
      const service = await obs.call('GetStreamServiceSettings');
      return { scenes, currentProgramSceneName, inputs, items, settings, service };
    }

    async function ask(method: string, body?: object): Promise<{ status: number; body: ObsSetupReport }> {
      const json = { 'content-type': 'application/json' };
      const init = body === undefined ? { method } : { method, headers: json, body: JSON.stringify(body) };
      const answer = await namespace.fetch(`${reverie.url}/api/v1/obs/setup`, init);
      return { status: answer.status, body: JSON.parse(String(answer.body)) as ObsSetupReport };
    }

    const connected = (): Promise<void> =>
      expect
        .poll(
          async () =>
            (await namespace.json<{ state: { connected: boolean } }>(`${reverie.url}/api/v1/obs`)).state
              .connected,
          { timeout: LIMIT_MS },
        )
        .toBe(true);

    /** Colours of the picture that OBS shows of a source, at its tenths. */
    async function seen(sourceName: string): Promise<readonly number[][]> {
      const size = { imageWidth: 320, imageHeight: 180, imageFormat: 'png' };
      const { imageData } = await obs.call('GetSourceScreenshot', { sourceName, ...size });
      const image = await loadImage(Buffer.from(String(imageData).split(',')[1] ?? '', 'base64'));
      const canvas = createCanvas(320, 180);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      return [16, 100, 160, 220, 300].map((x) => [...context.getImageData(x, 60, 1, 1).data]);
    }

    /** The same places of what we show. */
    async function shown(): Promise<readonly number[][]> {
      const answer = await namespace.fetch(`${reverie.url}/api/v1/frame?format=png`);
      const image = await loadImage(answer.body);
      const canvas = createCanvas(320, 180);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0, 320, 180);
      return [16, 100, 160, 220, 300].map((x) => [...context.getImageData(x, 60, 1, 1).data]);
    }

    const cli = (...words: string[]): Promise<{ stdout: string }> => {
      const [command = '', ...inside] = namespace.enter;
      const { port } = new URL(reverie.url);
      const flags = ['--home', reverie.home, '--port', port];
      return run(command, [...inside, process.execPath, resolve('dist/src/cli.js'), ...words, ...flags]);
    };

    it(
      'brings a scene with our picture, under names that are free',
      async () => {
        await connected();
        const { status, body } = await ask('POST', {});
        expect([status, body]).toMatchObject([
          200,
          { way: 'media', scene: 'Reverie 2', input: 'Reverie output 2', stream: 'left-alone' },
        ]);
        const wanted = await shown();
        await expect
          .poll(
            async () => {
              const found = await seen('Reverie 2');
              return found.filter((pixel, at) =>
                pixel.some((channel, each) => Math.abs(channel - (wanted[at]?.[each] ?? 0)) > 16),
              );
            },
            { timeout: LIMIT_MS },
          )
          .toEqual([]);
      },
      LIMIT_MS,
    );

    it('changes nothing when it is set up a second time, by the command line too', async () => {
      const first = await collection();
      expect((await ask('POST', {})).body).toMatchObject({ scene: 'Reverie 2', input: 'Reverie output 2' });
      expect(await collection()).toEqual(first);
      expect((await cli('obs', 'setup')).stdout).toContain('The scene "Reverie 2" shows the output');
      expect(await collection()).toEqual(first);
    });

    it('says what this OBS cannot do, and leaves everything as it is', async () => {
      const first = await collection();
      expect(await ask('POST', { way: 'browser' })).toMatchObject({
        status: 422,
        body: { error: { code: 'E_OBS_WAY' } },
      });
      expect(await collection()).toEqual(first);
    });

    it('takes away what it brought and nothing else', async () => {
      expect((await ask('DELETE')).body).toMatchObject({ way: null, scene: null });
      expect(await collection()).toEqual(before);
      expect((await ask('DELETE')).body.said).toEqual(['OBS has nothing of ours.']);
    });

    it('leaves a scene in which somebody put things of their own', async () => {
      await ask('POST', {});
      await obs.call('CreateInput', {
        sceneName: 'Reverie 2',
        inputName: 'Mine',
        inputKind: 'color_source_v3',
        inputSettings: {},
      });
      await cli('obs', 'remove');
      const { scenes } = (await obs.call('GetSceneList')) as { scenes: { sceneName: string }[] };
      expect(scenes.map(({ sceneName }) => sceneName)).toContain('Reverie 2');
      await obs.call('RemoveInput', { inputName: 'Mine' });
      await obs.call('RemoveScene', { sceneName: 'Reverie 2' });
      await expect.poll(() => collection().catch(String), { timeout: LIMIT_MS }).toEqual(before);
    });

    it('sets up and removes without a daemon', async () => {
      await reverie.end();
      expect((await cli('obs', 'setup')).stdout).toContain('The scene "Reverie 2" shows the output');
      expect((await cli('obs', 'remove')).stdout).toContain('gone from OBS');
      expect(await collection()).toEqual(before);
    });
  });
});
