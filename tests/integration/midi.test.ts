import { existsSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Desk } from '../../adapters/midi/desk.ts';
import { openRtMidi } from '../../adapters/midi/rtmidi.ts';
import type { MidiSystem } from '../../adapters/midi/system.ts';
import type { ActivityPage } from '../../src/contract/activity.ts';
import type { BindingReport } from '../../src/contract/binding.ts';
import type { ParameterState } from '../../src/contract/command.ts';
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

    /** A daemon whose only MIDI is that of this server; resolves once the device is open. */
    async function playedBy(device: string): Promise<Reverie> {
      const reverie = await startReverie({
        env: { NODE_OPTIONS: build.nodeOptions, ...server.environment },
      });
      closings.push(() => reverie.dispose());
      await shows(reverie, `"name":"${device}","input":true,"output":true,"open":true`);
      return reverie;
    }

    const shows = (reverie: Reverie, facts: string): Promise<unknown> =>
      reverie.until('midi', ({ info }) => JSON.stringify(info['devices'] ?? null).includes(facts), LIMIT_MS);

    const poll = { timeout: LIMIT_MS };

    async function value(reverie: Reverie, address: string): Promise<unknown> {
      const { parameters } = await reverie.get<{ parameters: ParameterState[] }>('parameters');
      return parameters.find((parameter) => parameter.address === address)?.value;
    }

    const source = (kind: string, number: number): object => ({
      protocol: 'midi',
      device: 'nanoKONTROL2',
      kind,
      channel: 1,
      number,
    });

    async function bind(reverie: Reverie, from: object, target: object, rest: object = {}): Promise<void> {
      const answer = await reverie.call('POST', '/api/v1/bindings', { source: from, target, ...rest });
      expect(answer).toMatchObject({ status: 201 });
    }

    const plays = (address: string): object => ({ kind: 'address', address });

    test('a daemon learns a fader, is played by it, moves it, and beats with the clock of its device', async () => {
      const device = await plugged('nanoKONTROL2');
      const reverie = await playedBy('nanoKONTROL2');
      const target = plays('/main/strength');
      expect((await reverie.call('POST', '/api/v1/bindings/learn', { target })).status).toBe(200);
      await device.send('b00720', 'b00730', 'b00740', 'b00750', 'b00760');
      await expect
        .poll(
          async () => (await reverie.get<BindingReport>('bindings')).bindings.map((each) => each.source),
          poll,
        )
        .toEqual([{ protocol: 'midi', device: 'nanoKONTROL2', kind: 'cc', channel: 1, number: 7 }]);

      await device.send('b00740');
      await expect.poll(() => value(reverie, '/main/strength'), poll).toBeCloseTo(64 / 127, 2);
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/strength': 1 });
      await expect.poll(() => device.got.at(-1), poll).toBe('b0077f');
      await beats(device, reverie);
    });

    /**
     * Plays the clock until the daemon has its tempo. What the clock played is read from when its ticks went out, so a machine that
     * is taken away meanwhile is a slower clock and no failure; its tempo then only has to hold for a while before it is followed.
     */
    async function beats(device: JackDevice, reverie: Reverie): Promise<void> {
      await device.stamp();
      await reverie.call('PATCH', '/api/v1/parameters', { '/tempo/source': 'midi' });
      let seen = '';
      const playsAlong = async (): Promise<boolean> => {
        for (let tick = 0; tick < 24; tick++) {
          await device.send('f8');
          await pause(15);
        }
        const { bpm } = await reverie.get<{ bpm: number }>('tempo');
        const played = bpmOf(device.outUs.slice(-96));
        seen = `${bpm} to a clock of ${played}`;
        return Math.abs(bpm / played - 1) < 0.1;
      };
      await within(30_000, 'the tempo of the clock', () => seen, playsAlong);
    }

    /** By the clock's own times of four beats; 20 is the slowest tempo there is. */
    const bpmOf = (ticksUs: readonly number[]): number => {
      const [first = 0] = ticksUs;
      const beatUs = (((ticksUs.at(-1) ?? 0) - first) / (ticksUs.length - 1)) * 24;
      return Math.max(20, 60e6 / beatUs);
    };

    test('a runner that is killed while a fader plays is back by itself: keys are let go, faders and lamps are told', async () => {
      // The usual one is so patient with the client that is killed that the next one would not get in for long.
      await server.stop();
      server = await JackServer.start(500);
      Object.assign(process.env, server.environment);
      const device = await plugged('nanoKONTROL2');
      const reverie = await playedBy('nanoKONTROL2');
      await bind(reverie, source('cc', 7), plays('/main/strength'));
      await bind(reverie, source('note', 36), plays('/main/warp'), { mode: 'momentary' });
      await bind(reverie, source('note', 37), plays('/paused'), { mode: 'toggle' });
      await device.send('902540', '802500', '90247f', 'b00740');
      await expect.poll(() => value(reverie, '/main/warp'), poll).toBe(1);
      await expect.poll(() => value(reverie, '/main/strength'), poll).toBeCloseTo(64 / 127, 2);
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/strength': 1 });
      await expect.poll(() => device.got.includes('b0077f'), poll).toBe(true);
      device.got.length = 0;

      let playing = true;
      const hand = (async () => {
        for (let raw = 0; playing; raw = (raw + 1) % 100) {
          await device.send(`b007${raw.toString(16).padStart(2, '0')}`);
          await pause(5);
        }
      })();
      await reverie.killAndWait('midi', 'SIGKILL', 30_000);
      playing = false;
      await hand;
      await expect.poll(() => value(reverie, '/main/warp'), poll).toBe(0);
      await shows(reverie, '"name":"nanoKONTROL2","input":true,"output":true,"open":true');
      await expect
        .poll(() => device.got.includes('902400') && device.got.includes('90257f'), poll)
        .toBe(true);

      await device.send('b00770', '90247f');
      await expect.poll(() => value(reverie, '/main/strength'), poll).toBeCloseTo(0x70 / 127, 2);
      await expect.poll(() => value(reverie, '/main/warp'), poll).toBe(1);
      await reverie.call('PATCH', '/api/v1/parameters', { '/main/strength': 0 });
      await expect.poll(() => device.got.at(-1), poll).toBe('b00700');
      await device.send('802400');
      await expect.poll(() => value(reverie, '/main/warp'), poll).toBe(0);
      expect(await value(reverie, '/paused')).toBe(true);
    });

    test('a program change and a pad recall presets, morphing as is set; a program without a preset is told of', async () => {
      const device = await plugged('nanoKONTROL2');
      const reverie = await playedBy('nanoKONTROL2');
      for (const [name, warp] of [
        ['Calm', 0],
        ['Wild', 1],
      ]) {
        await reverie.call('PATCH', '/api/v1/parameters', { '/main/warp': warp });
        const what = { name, what: 'values', addresses: ['/main/warp'] };
        expect((await reverie.call('POST', '/api/v1/presets', what)).status).toBe(201);
      }
      await reverie.call('PATCH', '/api/v1/parameters', { '/preset/morph/duration': 2 });
      await bind(reverie, source('program', 0), plays('/preset'));
      const commands = [{ kind: 'preset', preset: 'Wild' }];
      await bind(reverie, source('note', 36), { kind: 'commands', commands });

      const morphsTo = async (warp: number): Promise<void> => {
        const seen: unknown[] = [];
        const arrives = async (): Promise<boolean> => {
          seen.push(await value(reverie, '/main/warp'));
          return seen.at(-1) === warp;
        };
        await within(LIMIT_MS, `a warp of ${warp}`, () => seen.join(), arrives);
        expect(seen.some((each) => Number(each) > 0.05 && Number(each) < 0.95)).toBe(true);
      };
      await device.send('c000');
      await morphsTo(0);
      expect(await value(reverie, '/preset')).toBe('Calm');
      await device.send('902464');
      await morphsTo(1);
      expect(await value(reverie, '/preset')).toBe('Wild');

      await device.send('c07f');
      const refusals = async (): Promise<unknown> => {
        const { lines } = await reverie.get<ActivityPage>('activity');
        return lines.filter(({ outcome }) => outcome === 'refused');
      };
      await expect.poll(refusals, poll).toMatchObject([
        {
          sender: 'midi:nanoKONTROL2',
          address: '/preset',
          value: 127,
          error: { code: 'E_PRESET_UNKNOWN', message: expect.stringContaining('127') },
        },
      ]);
      expect(await value(reverie, '/preset')).toBe('Wild');
    });

    test('a daemon shows who is there, counts what they say, and plays on without them', async () => {
      const device = await plugged('nanoKONTROL2');
      const reverie = await playedBy('nanoKONTROL2');
      await device.send('b00101', 'b00102');
      await shows(reverie, '"messages":2');
      await device.unplug();
      await shows(reverie, '"open":false');
      await device.plug();
      await shows(reverie, '"open":true');
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
