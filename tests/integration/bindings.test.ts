import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BindingReport, LearnState } from '../../src/contract/binding.ts';
import type { ParameterState } from '../../src/contract/command.ts';
import { canIsolate, Namespace } from '../support/namespace.ts';
import { describeWithPeer } from '../support/peers.ts';
import { artDmx } from '../src/protocols/artnet/packets.ts';
import { startReverie, within, type Reverie } from './reverie.ts';

const flags = ['--artnet-host', '127.0.0.1', '--artnet-port', '0', '--midi-ignore', '*'];
const channel = (number: number, kind = 'dmx') => ({
  protocol: 'artnet',
  device: '7',
  kind,
  channel: 0,
  number,
});
const plays = (address: string) => ({ kind: 'address', address });

describe('A desk that sends Art-Net', () => {
  let reverie: Reverie;
  const socket = createSocket('udp4');

  async function port(): Promise<number> {
    const { info } = await reverie.live('artnet');
    return Number(String(info['listening']).split(':').at(-1));
  }

  async function send(levels: readonly number[]): Promise<void> {
    const to = await port();
    await new Promise<void>((done, failed) =>
      socket.send(artDmx(7, levels), to, '127.0.0.1', (error) => (error === null ? done() : failed(error))),
    );
  }

  async function until(address: string, value: unknown): Promise<void> {
    let seen: unknown;
    await within(
      5000,
      `${address} to be ${JSON.stringify(value)}`,
      () => JSON.stringify(seen),
      async () => {
        const { parameters } = await reverie.get<{ parameters: ParameterState[] }>('parameters');
        seen = parameters.find((parameter) => parameter.address === address)?.value;
        return JSON.stringify(seen) === JSON.stringify(value);
      },
    );
  }

  beforeAll(async () => {
    reverie = await startReverie({ flags });
  });
  afterAll(async () => {
    socket.close();
    await reverie.dispose();
  });

  test('plays what its channels are bound to, of 8 and of 16 bits', async () => {
    for (const body of [
      { source: channel(1), target: plays('/main/strength') },
      { source: channel(2, 'dmx16'), target: plays('/main/warp') },
      { source: channel(4), target: plays('/transition/duration'), minimum: 0, maximum: 10 },
    ])
      expect(await reverie.call('POST', '/api/v1/bindings', body)).toMatchObject({ status: 201 });
    await send([51, 0x80, 0x00, 255]);
    await until('/main/strength', 0.2);
    await until('/transition/duration', 10);
    await until('/main/warp', 0x8000 / 0xffff);
    const setBy = (await reverie.get<{ parameters: ParameterState[] }>('parameters')).parameters.find(
      ({ address }) => address === '/main/strength',
    )?.setBy;
    expect(setBy).toBe('artnet:127.0.0.1');
  });

  test('is learned from', async () => {
    const request = { target: plays('/paused'), seconds: 30 };
    expect(await reverie.call('POST', '/api/v1/bindings/learn', request)).toMatchObject({
      body: { state: 'listening' },
    });
    await send([51, 0x80, 0x00, 255, 0]);
    await send([51, 0x80, 0x00, 255, 255]);
    let state: LearnState | null = null;
    await within(
      5000,
      'learning to end',
      () => JSON.stringify(state),
      async () => {
        state = await reverie.get<LearnState>('bindings/learn');
        return state.state === 'bound';
      },
    );
    expect(state).toMatchObject({ binding: { source: channel(5), mode: 'absolute' } });
    await send([51, 0x80, 0x00, 255, 0]);
    await send([51, 0x80, 0x00, 255, 200]);
    await until('/paused', true);
  });

  test('plays on after a restart, with what was bound by REST', async () => {
    const { bindings } = await reverie.get<BindingReport>('bindings');
    const { home } = reverie;
    await reverie.end();
    reverie = await startReverie({ flags, home });
    expect(
      (await reverie.get<BindingReport>('bindings')).bindings.map(({ id, source }) => ({ id, source })),
    ).toEqual(bindings.map(({ id, source }) => ({ id, source })));
    await send([102, 0, 0, 0]);
    await until('/main/strength', 0.4);
  });

  test('a map comes back as it went, and a broken one names line and field and changes nothing', async () => {
    const map = await reverie.get<{ bindings: unknown[] }>('bindings/map?name=Desk');
    const load = (text: string): Promise<unknown> =>
      fetchText(`${reverie.url}/api/v1/bindings/map?how=replace`, text);
    expect(await load(JSON.stringify(map))).toMatchObject({ status: 200 });
    expect(await reverie.get('bindings/map?name=Desk')).toEqual(map);
    const broken = JSON.stringify(map, null, 2).replace('"number": 2', '"number": 600');
    const answer = await load(broken);
    expect(answer).toMatchObject({
      status: 422,
      body: { error: { code: 'E_BINDING_MAP', details: { field: 'bindings.1.source.number' } } },
    });
    const line = broken.split('\n').findIndex((each) => each.includes('600')) + 1;
    expect(answer).toMatchObject({ body: { error: { details: { line } } } });
    expect(await reverie.get('bindings/map?name=Desk')).toEqual(map);
  });
});

// olad will not run as root, so it is run as nobody inside the namespace.
describe.skipIf(!canIsolate)('Beside a lighting program', () => {
  describeWithPeer('olad', 'OLA', () => {
    let namespace: Namespace;
    let reverie: Reverie;
    let ola: ChildProcess | null = null;
    const folder = mkdtempSync(join(tmpdir(), 'reverie-ola-'));

    beforeAll(async () => {
      namespace = await Namespace.open();
      // What OLA broadcasts on a loopback goes to one socket of those that share the port: the one bound to the very address.
      const narrow = ['--artnet-host', '127.0.0.1', '--midi-ignore', '*'];
      reverie = await startReverie({ wrap: namespace.enter, flags: narrow });
      const settings = ['enabled = true', 'always_broadcast = true', 'ip = 127.0.0.1', 'use_loopback = true'];
      configure(folder, 'artnet', settings);
      for (const plugin of others) configure(folder, plugin, ['enabled = false']);
      chmodSync(folder, 0o777);
      const drop = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', 'olad'];
      const quiet = ['--no-http', '--no-register-with-dns-sd', '--config-dir', folder];
      ola = namespace.start('setpriv', [...drop, ...quiet]);
      let seen = '';
      const listed = async (): Promise<boolean> => {
        seen = String(await namespace.run('ola_dev_info', []).catch(String));
        return seen.includes('ArtNet');
      };
      await within(10_000, 'olad', () => seen, listed);
    }, 30_000);
    afterAll(async () => {
      ola?.kill();
      await reverie.dispose();
      namespace.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test('what OLA sends plays', async () => {
      const body = { source: { ...channel(3), device: '0' }, target: plays('/main/strength') };
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      expect((await namespace.fetch(`${reverie.url}/api/v1/bindings`, init)).status).toBe(201);
      await namespace.run('ola_patch', ['--device', '1', '--port', '0', '--universe', '0']);
      await namespace.run('ola_set_dmx', ['--universe', '0', '--dmx', '0,0,204']);
      let value: unknown;
      await within(
        5000,
        'the strength that OLA set',
        () => String(value),
        async () => {
          const { parameters } = await namespace.json<{ parameters: ParameterState[] }>(
            `${reverie.url}/api/v1/parameters`,
          );
          value = parameters.find(({ address }) => address === '/main/strength')?.value;
          return value === 0.8;
        },
      );
    });
  });
});

async function fetchText(url: string, body: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, body: await response.json() };
}

/** As root's files may be closed to others, whom olad runs as. */
function configure(folder: string, plugin: string, lines: readonly string[]): void {
  const path = join(folder, `ola-${plugin}.conf`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  chmodSync(path, 0o666);
}

/** Whatever else olad would look for. */
const others = [
  'dummy',
  'e131',
  'espnet',
  'ftdidmx',
  'gpio',
  'karate',
  'kinet',
  'milinst',
  'nanoleaf',
  'opendmx',
  'openpixelcontrol',
  'osc',
  'pathport',
  'renard',
  'sandnet',
  'shownet',
  'spi',
  'stageprofi',
  'uartdmx',
  'usbdmx',
  'usbpro',
  'usbserial',
];
