import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ParameterState, Rejection } from '../../src/contract/command.ts';
import type { OscLine } from '../../src/contract/osc-lines.ts';
import { canIsolate, Namespace } from '../support/namespace.ts';
import { describeWithPeer } from '../support/peers.ts';
import { fixture, startReverie, within, type Reverie } from './reverie.ts';

// liblo, Pd and osc-min follow a real daemon and play it, alone in a network that has only loopback: oscdump and Pd bind every address.

/** A program whose lines are kept. */
class Peer {
  readonly lines: string[] = [];
  readonly child: ChildProcessWithoutNullStreams;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on('line', (line) => this.lines.push(line));
  }

  say(...words: readonly unknown[]): void {
    this.child.stdin.write(`${JSON.stringify(words)}\n`);
  }

  hears(wanted: RegExp): Promise<void> {
    const seen = (): string => this.lines.slice(-20).join('\n');
    return within(10_000, String(wanted), seen, () => this.lines.some((line) => wanted.test(line)));
  }
}

describe.skipIf(!canIsolate)('OSC controllers (needs root)', () => {
  let namespace: Namespace;
  let reverie: Reverie;
  const peers: Peer[] = [];

  const start = (program: string, args: readonly string[]): Peer => {
    const peer = new Peer(namespace.start(program, args));
    peers.push(peer);
    return peer;
  };
  const follower = (): Peer => start(process.execPath, [fixture('peers/osc-follower.mjs'), '8000']);
  const get = <T>(path: string): Promise<T> => namespace.json<T>(`${reverie.url}/api/v1/${path}`);
  const set = (values: object): Promise<unknown> =>
    namespace.fetch(`${reverie.url}/api/v1/parameters`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(values),
    });
  const value = async (address: string): Promise<unknown> => {
    const { parameters } = await get<{ parameters: ParameterState[] }>('parameters');
    return parameters.find((parameter) => parameter.address === address)?.value;
  };

  beforeAll(async () => {
    namespace = await Namespace.open();
    const flags = [
      '--port',
      '8000',
      '--osc-port',
      '8000',
      '--osc-query-port',
      '8001',
      '--osc-feedback',
      '127.0.0.1:9000',
    ];
    reverie = await startReverie({ wrap: namespace.enter, flags });
  }, 30_000);

  afterEach(() => {
    for (const { child } of peers.splice(0)) child.kill('SIGKILL');
  });

  afterAll(async () => {
    await reverie?.dispose();
    namespace?.close();
  });

  test('one that sends by its own port hears what others move and not what it moves itself', async () => {
    const [one, other] = [follower(), follower()];
    await Promise.all([one.hears(/bound/), other.hears(/bound/)]);
    for (const each of [one, other]) {
      each.say('/reverie/subscribe');
      await each.hears(/"\/reverie\/main\/strength",/);
    }
    one.say('/reverie/main/strength', { type: 'float', value: 0.25 });
    await other.hears(/^\["\/reverie\/main\/strength",0\.25\]$/);
    other.say('/reverie/main/strength', { type: 'float', value: 0.5 });
    await one.hears(/^\["\/reverie\/main\/strength",0\.5\]$/);
    expect(one.lines).not.toContain('["/reverie/main/strength",0.25]');
    expect(other.lines).not.toContain('["/reverie/main/strength",0.5]');
    one.say('/reverie/unsubscribe');
    const { info } =
      (await get<{ nodes: { id: string; info: object }[] }>('status')).nodes.find(({ id }) => id === 'osc') ??
      {};
    expect(info).toMatchObject({ feedback: { messagesTooLong: 0 } });
  });

  describeWithPeer('oscsend', 'of liblo', () => {
    test('hear all values, then what changes, as oscdump prints it', async () => {
      const dump = start('stdbuf', ['-oL', 'oscdump', '9000']);
      // oscdump may have come after the start, so it asks again, as a controller does.
      await within(
        10_000,
        'all values',
        () => dump.lines.join('\n'),
        async () => {
          await namespace.run('oscsend', ['127.0.0.1', '8000', '/reverie/dump', 'i', '9000']);
          return dump.lines.some((line) => line.includes(' /reverie/main/warp f '));
        },
      );
      await set({ '/main/warp': 0.375, '/paused': true, '/prompt': 'deep ocean' });
      await dump.hears(/ \/reverie\/main\/warp f 0\.375000$/);
      await dump.hears(/ \/reverie\/paused i 1$/);
      await dump.hears(/ \/reverie\/prompts sf "deep ocean" 1\.000000$/);
      await dump.hears(/ \/reverie\/osc\/status sss "live" "" "Playing"$/);
      await set({ '/paused': false });
      await dump.hears(/ \/reverie\/paused i 0$/);
      expect(dump.lines.filter((line) => line.includes('error'))).toEqual([]);
    });

    test('play every line that /api/v1/osc gives to copy', async () => {
      const { addresses } = await get<{ addresses: OscLine[] }>('osc');
      expect(addresses.length).toBeGreaterThan(30);
      await namespace.run('sh', ['-c', addresses.map(({ oscsend }) => oscsend).join('\n')]);
      await within(
        10_000,
        'the last value',
        () => '',
        async () => (await value('/main/transition/interpolation')) === 'slerp',
      );
      const { rejections } = await get<{ rejections: Rejection[] }>('status');
      const refused = rejections.filter(({ sender }) => sender.startsWith('osc:'));
      // A preset of that name is for the show to have, and what just happened is saved where it is kept.
      const expected = ({ lastAddress, lastError }: Rejection): boolean =>
        lastAddress.startsWith('/preset') || lastError.code === 'E_REPLAY_EMPTY';
      expect(refused.filter((each) => !expected(each))).toEqual([]);
    });
  });

  describeWithPeer('pd', 'of Pd', (pd) => {
    test('hear by oscparse and play by oscformat', async () => {
      await set({ '/main/warp': 1 });
      const patch = start(pd, [
        '-nogui',
        '-noaudio',
        '-nomidi',
        '-stderr',
        '-nrt',
        '-open',
        fixture('peers/follow.pd'),
      ]);
      await patch.hears(/heard: .*reverie main strength/);
      await within(
        10_000,
        'what Pd sent',
        () => '',
        async () => (await value('/main/warp')) === 0.125,
      );
      await set({ '/main/glow': 0.0625 });
      await patch.hears(/heard: .*reverie main glow 0\.0625/);
      expect(patch.lines.filter((line) => line.includes('error'))).toEqual([]);
    });
  });

  test('OSCQuery says where to send, and what', async () => {
    const info = await namespace.json<object>('http://127.0.0.1:8001/?HOST_INFO');
    expect(info).toMatchObject({ OSC_IP: '127.0.0.1', OSC_PORT: 8000, OSC_TRANSPORT: 'UDP' });
    const node = await namespace.json<object>('http://127.0.0.1:8001/reverie/main/warp');
    expect(node).toMatchObject({
      FULL_PATH: '/reverie/main/warp',
      TYPE: 'f',
      ACCESS: 3,
      RANGE: [{ MIN: 0, MAX: 1 }],
    });
  });

  describeWithPeer('zeroconf', 'OSCQuery on the network', (python) => {
    test('is announced by mDNS where that was asked for, and takes its leave', async () => {
      await namespace.run('sh', ['-c', 'ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo']);
      const browser = start(python, [fixture('peers/mdns-browser.py')]);
      const flags = [
        '--osc-query-host',
        '0.0.0.0',
        '--osc-query-port',
        '8101',
        '--osc-query-announce',
        'mdns',
        '--osc-port',
        '8100',
      ];
      const announced = await startReverie({ wrap: namespace.enter, flags });
      try {
        await browser.hears(/"_oscjson\._tcp\.local\.", "name": "Reverie on .+ \(8101\)\..+", "port": 8101/);
        await browser.hears(/"_osc\._udp\.local\.".+"port": 8100/);
        await announced.end('SIGTERM');
        await browser.hears(/"_oscjson\._tcp\.local\.".+"gone": true/);
        expect(browser.lines.join('\n')).not.toContain('Traceback');
      } finally {
        await announced.dispose();
      }
    });
  });
});
