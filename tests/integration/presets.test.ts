import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterEach, expect, it } from 'vitest';
import type { ParameterState } from '../../src/contract/command.ts';
import type { NodeStatus } from '../../src/contract/engine-api.ts';
import type { PresetSummary } from '../../src/contract/preset.ts';
import { encodeOsc } from '../../src/protocols/osc/encode.ts';
import type { OscArgument } from '../../src/protocols/osc/packet.ts';
import { chain, pause, startReverie, within, type Reverie } from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

const api = '/api/v1';
const value = async (address: string): Promise<unknown> => {
  const { parameters } = await reverie.get<{ parameters: ParameterState[] }>('parameters');
  return parameters.find((parameter) => parameter.address === address)?.value;
};

async function osc(address: string, args: readonly OscArgument[]): Promise<void> {
  const socket = createSocket('udp4');
  const packet = encodeOsc({ address, args });
  const port = await reverie.oscPort();
  await new Promise((sent) => socket.send(packet, port, '127.0.0.1', sent));
  socket.close();
}

/** Mean red, green and blue of what the audience sees. */
async function colour(): Promise<{ red: number; green: number; blue: number }> {
  const image = await loadImage(await reverie.frame('&size=32'));
  const canvas = createCanvas(1, 1);
  canvas.getContext('2d').drawImage(image, 0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = canvas.getContext('2d').getImageData(0, 0, 1, 1).data;
  return { red, green, blue };
}

async function showText(name = 'current'): Promise<string> {
  return (await fetch(`${reverie.url}${api}/shows/${name}`)).text();
}

async function importShow(text: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${reverie.url}${api}/shows/current`, { method: 'PUT', headers, body: text });
}

/** The runner of the new size has taken over. */
const isSmall = ({ size, warmingPid, status }: NodeStatus): boolean =>
  size?.width === 128 && warmingPid === null && status.state === 'live';
const small = { '/main/width': 128, '/main/height': 128, '/main/mode': 'text' };

it('A preset morphs in, is seen, is recalled by OSC, and is there after a restart', async () => {
  reverie = await startReverie({ graph: chain('dream') });
  await reverie.call('PATCH', `${api}/parameters`, { ...small, '/main/palette': 'ember', '/main/warp': 0 });
  const warm = await reverie.call('POST', `${api}/presets`, { name: 'Warm' });
  expect(warm).toMatchObject({ status: 201, body: { id: 'warm', index: 0 } });
  await reverie.call('PATCH', `${api}/parameters`, { '/main/palette': 'lagoon', '/main/warp': 1 });
  await reverie.call('POST', `${api}/presets`, { name: 'Cold' });
  await reverie.until('main', isSmall, 40_000);
  await within(
    30_000,
    'a cold picture',
    () => '',
    async () => {
      await pause(200);
      const { red, blue } = await colour();
      return blue > red + 20;
    },
  );

  await osc('/reverie/preset', [
    { type: 's', value: 'warm' },
    { type: 'f', value: 3 },
  ]);
  const seen: number[] = [];
  await within(
    30_000,
    'the end of the morph',
    () => seen.join(),
    async () => {
      await pause(50);
      const warp = Number(await value('/main/warp'));
      seen.push(warp);
      return warp === 0;
    },
  );
  expect(seen.some((warp) => warp > 0.1 && warp < 0.9)).toBe(true);
  expect([...seen].sort((a, b) => b - a)).toEqual(seen);
  await within(
    30_000,
    'a warm picture',
    () => '',
    async () => {
      await pause(200);
      const { red, blue } = await colour();
      return red > blue + 20;
    },
  );

  const { presets } = await reverie.get<{ presets: PresetSummary[] }>('presets');
  expect(presets.slice(0, 2).map(({ name }) => name)).toEqual(['Warm', 'Cold']);
  expect(presets.filter(({ shipped }) => shipped)).toHaveLength(10);
  await within(
    30_000,
    'the thumbnail',
    () => '',
    async () => {
      const picture = await fetch(`${reverie.url}${api}/presets/warm/thumbnail`);
      if (picture.status !== 200) return false;
      const { width } = await loadImage(Buffer.from(await picture.arrayBuffer()));
      return width > 0 && width <= 160;
    },
  );

  const { home } = reverie;
  const before = await showText();
  await reverie.end('SIGTERM');
  reverie = await startReverie({ home });
  expect(await value('/preset')).toBe('Warm');
  expect(await showText()).toBe(before);
}, 150_000);

it('A show is carried to another daemon and opened live, the output never black and never still', async () => {
  reverie = await startReverie({ graph: chain('dream') });
  await reverie.call('PATCH', `${api}/parameters`, { ...small, '/main/palette': 'ember' });
  await reverie.until('main', isSmall, 40_000);
  await reverie.call('POST', `${api}/presets`, { name: 'Warm' });
  await reverie.call('PUT', `${api}/cues`, {
    cues: [{ preset: 'Warm', follow: 2 }, { preset: 'Aurora Drift' }],
  });
  await within(
    30_000,
    'the thumbnail',
    () => '',
    async () => (await fetch(`${reverie.url}${api}/presets/warm/thumbnail`)).status === 200,
  );
  const exported = await showText();
  await reverie.call('POST', `${api}/shows`, { name: 'Ember Night' });

  await reverie.call('PATCH', `${api}/parameters`, { '/main/palette': 'lagoon', '/main/warp': 0.9 });
  await reverie.call('PUT', `${api}/cues`, { cues: [] });
  const { framesOut: made } = await reverie.stats('main');
  const { pid } = await reverie.node('main');
  const looking = (async () => {
    const dark: number[] = [];
    for (let look = 0; look < 12; look += 1) {
      const { red, green, blue } = await colour();
      await pause(50);
      if (red + green + blue < 30) dark.push(look);
    }
    return dark;
  })();
  expect((await reverie.call('POST', `${api}/shows/Ember%20Night/open`)).status).toBe(204);
  expect(await looking).toEqual([]);
  expect(await showText()).toBe(exported);
  expect((await reverie.node('main')).pid).toBe(pid);
  await within(
    30_000,
    'more pictures',
    () => '',
    async () => (await reverie.stats('main')).framesOut > made + 5,
  );

  const line = exported.split('\n').findIndex((each) => each.includes('"follow": 2')) + 1;
  const broken = await importShow(exported.replace('"follow": 2', '"follow": "soon"'));
  expect([broken.status, await broken.json()]).toMatchObject([
    422,
    { error: { code: 'E_SHOW_FILE', details: { line, field: 'cues.list.0.follow' } } },
  ]);
  expect((await importShow(exported.replace('"version": 2', '"version": 9'))).status).toBe(422);
  expect(await showText()).toBe(exported);

  const file = join(reverie.home, 'shows', 'Ember Night.json');
  expect(readFileSync(file, 'utf8')).toBe(exported);
  await reverie.dispose();
  reverie = await startReverie();
  expect((await importShow(exported)).status).toBe(204);
  expect(await showText()).toBe(exported);
  expect(readdirSync(reverie.home)).not.toContain('shows');
}, 150_000);
