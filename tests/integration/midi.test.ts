import { existsSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Desk } from '../../adapters/midi/desk.ts';
import { openRtMidi } from '../../adapters/midi/rtmidi.ts';
import type { MidiSystem } from '../../adapters/midi/system.ts';
import type { BindingReport } from '../../src/contract/binding.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { buildForJack, JackDevice, JackServer, type JackBuild } from '../support/jack.ts';
import { describeWithPeer } from '../support/peers.ts';
import { pause, startReverie, within, type Reverie } from './reverie.ts';

const LIMIT_MS = 10_000;

const until = (what: string, holds: () => boolean, seen: () => string = () => ''): Promise<void> =>
  within(LIMIT_MS, what, seen, holds);

describeWithPeer('g++', 'MIDI through RtMidi', () => {
  describeWithPeer('jackd', 'on real ports', () => {
    let build: JackBuild;
    let server: JackServer;
    const devices: JackDevice[] = [];
    const closings: (() => unknown)[] = [];

    beforeAll(async () => {
      build = await buildForJack();
      build.use();
    }, 120_000);
    // Each test has its own: a server in which a client was killed keeps the next ones waiting.
    beforeEach(async () => {
      server = await JackServer.start();
      // RtMidi reads it when it opens.
      Object.assign(process.env, server.environment);
    }, 60_000);
    afterEach(async () => {
      for (const close of closings.splice(0).reverse()) await close();
      await Promise.all(devices.splice(0).map((device) => device.close()));
      await server.stop();
    });

    async function plugged(name: string): Promise<JackDevice> {
      const device = await JackDevice.open(build, server, name);
      devices.push(device);
      await device.plug();
      return device;
    }

    async function openSystem(): Promise<MidiSystem> {
      const system = await openRtMidi();
      closings.push(() => system.close());
      return system;
    }

    describe('bytes', () => {
      /** What comes out of the input of a device, in hex. */
      async function listen(name: string): Promise<string[]> {
        const system = await openSystem();
        const heard: string[] = [];
        const index = system.inputs().indexOf(`${name}:${name} MIDI 1`);
        const port = system.openInput(index, (bytes) => void heard.push(Buffer.from(bytes).toString('hex')));
        closings.push(() => port.close());
        return heard;
      }

      const sysex = (bytes: number): string => `f0${'41'.repeat(bytes - 2)}f7`;

      test('of every kind of message come as they were sent, clock and system exclusive included', async () => {
        const device = await plugged('LPD8');
        const heard = await listen('LPD8');
        const messages =
          '903c7f 803c40 a03c21 b04a7f c005 d050 e00040 f8 fa fb fc fe f100 f21002 f301 f6'.split(' ');
        messages.push(sysex(6), sysex(2002));
        await device.send(...messages);
        await until(
          'all of them',
          () => heard.length >= messages.length,
          () => heard.join(' '),
        );
        expect(heard).toEqual(messages);
      });

      test('of two thousand messages in a burst, none is lost and none overtakes another', async () => {
        const device = await plugged('LPD8');
        const heard = await listen('LPD8');
        const hex = (value: number): string => value.toString(16).padStart(2, '0');
        const messages = Array.from({ length: 2000 }, (_, at) => `b0${hex(at >> 7)}${hex(at & 127)}`);
        for (let from = 0; from < 2000; from += 250) await device.send(...messages.slice(from, from + 250));
        await until(
          'all of them',
          () => heard.length >= 2000,
          () => `${heard.length}`,
        );
        expect(heard).toEqual(messages);
      });
    });

    describe('devices', () => {
      class Adapter {
        readonly played: string[] = [];
        info: JsonObject = {};
        readonly desk: Desk;
        send: (params: JsonObject) => Promise<JsonValue> = () => Promise.resolve(null);

        constructor() {
          this.desk = new Desk(
            {
              config: {},
              send: (messages) =>
                void this.played.push(
                  ...messages.map(({ address, args }) => `${address} ${String(args[0])}`),
                ),
              reject: (_sender, code) => void this.played.push(code),
              log: () => {},
              busy: () => {},
              describe: (info) => (this.info = info),
              event: () => {},
              onRequest: (_method, handler) => (this.send = handler),
            },
            {
              open: openRtMidi,
              wallClock: Date.now,
              setTimer: (callback, delayMs) => void setTimeout(callback, delayMs),
            },
          );
          closings.push(() => this.desk.close());
        }

        get open(): string {
          const devices = Array.isArray(this.info['devices']) ? this.info['devices'] : [];
          return devices
            .flatMap((device) => (isObject(device) && device['open'] === true ? [device['name']] : []))
            .join(' ');
        }

        /** Looks until these devices are open. */
        async sees(names: string): Promise<void> {
          await within(
            LIMIT_MS,
            names,
            () => JSON.stringify(this.info),
            async () => {
              await this.desk.look();
              return this.open === names;
            },
          );
        }

        hears(line: string): Promise<void> {
          return until(
            line,
            () => this.played.includes(line),
            () => this.played.join(', '),
          );
        }
      }

      const isObject = (value: JsonValue): value is JsonObject =>
        typeof value === 'object' && value !== null && !Array.isArray(value);

      test('play, are told, are pulled out with a key down, and play again', async () => {
        const device = await plugged('LPD8');
        const adapter = new Adapter();
        await adapter.sees('LPD8');
        await device.send('90247f', 'b00140', 'fa', 'f8');
        await adapter.hears('~midi/LPD8/clock/0/0 tick');
        expect(adapter.played).toEqual([
          '~midi/LPD8/note/1/36 127',
          '~midi/LPD8/cc/1/1 64',
          '~midi/LPD8/clock/0/0 start',
          '~midi/LPD8/clock/0/0 tick',
        ]);

        await adapter.send({ messages: [{ device: 'LPD8', bytes: [0x90, 36, 5, 0xb0, 1, 64] }] });
        await until(
          'both',
          () => device.got.length >= 2,
          () => device.got.join(' '),
        );
        expect(device.got).toEqual(['902405', 'b00140']);

        await device.unplug();
        await adapter.sees('');
        expect(adapter.played.at(-1)).toBe('~midi/LPD8/note/1/36 0');

        await device.plug();
        await adapter.sees('LPD8');
        await device.send('b00141');
        await adapter.hears('~midi/LPD8/cc/1/1 65');
        await adapter.send({ messages: [{ device: 'LPD8', bytes: [0x90, 36, 7] }] });
        await until(
          'the light',
          () => device.got.length >= 3,
          () => device.got.join(' '),
        );
        expect(device.got.at(-1)).toBe('902407');
      });

      test('of one name play each for itself, and the one that comes late is the second', async () => {
        const first = await plugged('LPD8');
        const adapter = new Adapter();
        await adapter.sees('LPD8');
        const second = await plugged('LPD8');
        await adapter.sees('LPD8 LPD8#2');
        await second.send('b00102');
        await adapter.hears('~midi/LPD8%232/cc/1/1 2');
        await first.send('b00101');
        await adapter.hears('~midi/LPD8/cc/1/1 1');
        await adapter.send({ messages: [{ device: 'LPD8#2', bytes: [0x90, 1, 1] }] });
        await until('the light', () => second.got.length > 0);
        expect([first.got, second.got]).toEqual([[], ['900101']]);
      });
    });

    test('a daemon learns a fader, is played by it, moves it, and beats with the clock of its device', async () => {
      const device = await plugged('nanoKONTROL2');
      const reverie: Reverie = await startReverie({
        env: { NODE_OPTIONS: build.nodeOptions, ...server.environment },
      });
      closings.push(() => reverie.dispose());
      await reverie.until('midi', ({ info }) =>
        JSON.stringify(info['devices'] ?? null).includes('"open":true'),
      );
      const strength = async (): Promise<number> => {
        const { parameters } = await reverie.get<{ parameters: { address: string; value: number }[] }>(
          'parameters',
        );
        return parameters.find(({ address }) => address === '/main/strength')?.value ?? NaN;
      };
      const poll = { timeout: LIMIT_MS };

      const target = { kind: 'address', address: '/main/strength' };
      expect((await reverie.call('POST', '/api/v1/bindings/learn', { target })).status).toBe(200);
      await device.send('b00720', 'b00730', 'b00740', 'b00750', 'b00760');
      await expect
        .poll(
          async () => (await reverie.get<BindingReport>('bindings')).bindings.map(({ source }) => source),
          poll,
        )
        .toEqual([{ protocol: 'midi', device: 'nanoKONTROL2', kind: 'cc', channel: 1, number: 7 }]);

      await device.send('b00740');
      await expect.poll(strength, poll).toBeCloseTo(64 / 127, 2);
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/strength': 1 });
      await expect.poll(() => device.got.at(-1), poll).toBe('b0077f');

      await reverie.call('PATCH', '/api/v1/parameters', { '/tempo/source': 'midi' });
      const ticks = 96;
      const started = performance.now();
      for (let tick = 0; tick < ticks; tick++) {
        await device.send('f8');
        await pause(15);
      }
      // A machine that is taken away while it ticks beats slower, and 20 is the slowest tempo there is.
      const played = Math.max(20, 60_000 / (((performance.now() - started) / ticks) * 24));
      const { bpm } = await reverie.get<{ bpm: number }>('tempo');
      expect(Math.abs(bpm / played - 1)).toBeLessThan(0.15);
    });

    test('a daemon shows who is there, counts what they say, and plays on without them', async () => {
      const device = await plugged('nanoKONTROL2');
      const reverie: Reverie = await startReverie({
        env: { NODE_OPTIONS: build.nodeOptions, ...server.environment },
      });
      closings.push(() => reverie.dispose());
      const shows = (facts: string): Promise<unknown> =>
        reverie.until(
          'midi',
          ({ info }) => JSON.stringify(info['devices'] ?? null).includes(facts),
          LIMIT_MS,
        );
      await shows('"name":"nanoKONTROL2","input":true,"output":true,"open":true');
      await device.send('b00101', 'b00102');
      await shows('"messages":2');
      await device.unplug();
      await shows('"open":false');
      await device.plug();
      await shows('"open":true');
      expect((await reverie.live('out')).status.state).toBe('live');
    });
  });
});

test('a machine with or without MIDI plays, and says what it has or why it has none', async () => {
  const reverie = await startReverie();
  try {
    const { info } = await reverie.until('midi', ({ info }) => info['available'] !== undefined);
    if (process.platform === 'linux' && !existsSync('/dev/snd/seq')) {
      expect(info).toMatchObject({ available: false, remedy: expect.any(String), devices: [] });
      expect(info['reason']).toMatch(/\/dev\/snd\/seq|libasound/);
    } else {
      expect(info).toMatchObject({ available: true, reason: null });
    }
    expect(reverie.output).not.toMatch(/ALSA lib|RtMidi/);
    expect((await reverie.live('out')).status.state).toBe('live');
  } finally {
    await reverie.dispose();
  }
});
