import { describe, expect, test } from 'vitest';
import { Desk } from '../../../adapters/midi/desk.ts';
import { NoMidi, type MidiSystem } from '../../../adapters/midi/system.ts';
import type { ControlMessage } from '../../../src/contract/adapter.ts';
import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import { FakeDevice, FakeSystem } from './ports.ts';

/** The adapter over ports that are not there, and what it hands up. */
class Bench {
  readonly system = new FakeSystem();
  readonly messages: ControlMessage[] = [];
  readonly rejected: string[] = [];
  readonly infos: JsonObject[] = [];
  readonly events: JsonObject[] = [];
  readonly logs: string[] = [];
  readonly desk: Desk;
  wallMs = 1000;
  readonly #timers: (() => void)[] = [];
  #send: (params: JsonObject) => Promise<JsonValue> = () => Promise.resolve(null);

  constructor(config: JsonObject = {}, open: () => Promise<MidiSystem> = () => Promise.resolve(this.system)) {
    this.desk = new Desk(
      {
        config,
        send: (messages) => void this.messages.push(...messages),
        reject: (sender, code, message) => void this.rejected.push(`${sender} ${code} ${message}`),
        log: (line) => void this.logs.push(line),
        busy: () => {},
        describe: (info) => void this.infos.push(info),
        event: (_name, data) => void this.events.push(data),
        onRequest: (_method, handler) => (this.#send = handler),
      },
      { open, wallClock: () => this.wallMs, setTimer: (callback) => void this.#timers.push(callback) },
    );
  }

  async plug(...devices: FakeDevice[]): Promise<void> {
    this.system.plugged.push(...devices);
    await this.desk.look();
  }

  async unplug(device: FakeDevice): Promise<void> {
    this.system.unplug(device);
    await this.desk.look();
  }

  /** How many were taken; what goes out has gone out. */
  async send(...messages: JsonValue[]): Promise<JsonValue> {
    const taken = await this.#send({ messages });
    for (let fire = this.#timers.shift(); fire !== undefined; fire = this.#timers.shift()) fire();
    return taken;
  }

  get played(): string[] {
    return this.messages.map(({ address, args }) => `${address} ${args.join(' ')}`);
  }

  /** The names of what plays now. */
  get open(): unknown[] {
    return this.devices.filter((device) => device['open'] === true).map((device) => device['name']);
  }

  get devices(): JsonObject[] {
    const devices = this.infos.at(-1)?.['devices'];
    return Array.isArray(devices)
      ? devices.filter((each) => typeof each === 'object').map((each) => ({ ...each }))
      : [];
  }

  get out(): JsonValue | undefined {
    return this.infos.at(-1)?.['out'];
  }
}

const lpd8 = (number: number): FakeDevice => new FakeDevice(`LPD8:LPD8 MIDI 1 ${number}:0`);

describe('what devices do', () => {
  test('goes up under the name of device, kind, channel and number', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    for (const bytes of ['90 24 7f', '80 24 00', 'b0 01 05', 'c0 03', 'e0 00 40', 'd0 09', 'a0 24 11'])
      device.say(bytes);
    expect(bench.played).toEqual([
      '~midi/LPD8/note/1/36 127',
      '~midi/LPD8/note/1/36 0',
      '~midi/LPD8/cc/1/1 5',
      '~midi/LPD8/program/1/0 3',
      '~midi/LPD8/pitch/1/0 8192',
      '~midi/LPD8/pressure/1/0 9',
      '~midi/LPD8/poly/1/36 17',
    ]);
    expect(bench.messages.every(({ sender }) => sender === 'midi:LPD8')).toBe(true);
  });

  test('may be thinned where only the newest counts, and never where each one does', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    for (const bytes of ['e0 00 40', 'd0 09', 'a0 24 11', 'b0 01 01', '90 24 7f', 'c0 01', 'f8'])
      device.say(bytes);
    expect(bench.messages.map(({ live }) => live === true)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('clock goes up tick by tick, each with the time it came', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    for (const bytes of ['fa', 'f8', 'f8', 'fc', 'f2 10 00', 'fb']) device.say(bytes);
    expect(bench.messages.map(({ address, args }) => [address, args[0], args[2]])).toEqual([
      ['~midi/LPD8/clock/0/0', 'start', undefined],
      ['~midi/LPD8/clock/0/0', 'tick', undefined],
      ['~midi/LPD8/clock/0/0', 'tick', undefined],
      ['~midi/LPD8/clock/0/0', 'stop', undefined],
      ['~midi/LPD8/clock/0/0', 'position', 16],
      ['~midi/LPD8/clock/0/0', 'continue', undefined],
    ]);
    const times = bench.messages.map(({ args }) => Number(args[1]));
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(times.every((time) => time > 0)).toBe(true);
  });

  test('a program change carries the bank that was selected', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    device.say('b0 00 01 b0 20 02 c0 05');
    expect(bench.played.at(-1)).toBe('~midi/LPD8/program/1/0 5 130');
  });

  test('bytes that are no MIDI are refused with the device and the bytes', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    device.say('40 41');
    expect(bench.rejected).toEqual(['midi:LPD8 E_MIDI_MALFORMED LPD8 sent what is no MIDI message: 4041']);
    await bench.desk.look();
    expect(bench.devices[0]).toMatchObject({ malformed: 2, messages: 0 });
  });
});

describe('devices', () => {
  test('of one name are told apart by their order', async () => {
    const bench = new Bench();
    const [first, second] = [lpd8(20), lpd8(24)];
    await bench.plug(first, second);
    second.say('b0 01 01');
    first.say('b0 01 02');
    expect(bench.played).toEqual(['~midi/LPD8%232/cc/1/1 1', '~midi/LPD8/cc/1/1 2']);
  });

  test('are found when they are plugged in late, under the next name', async () => {
    const bench = new Bench();
    await bench.desk.look();
    await bench.plug(lpd8(20));
    await bench.plug(lpd8(24), new FakeDevice('nanoKONTROL2 SLIDER/KNOB', 'nanoKONTROL2 CTRL'));
    expect(bench.open).toEqual(['LPD8', 'LPD8#2', 'nanoKONTROL2']);
  });

  test('keep their name when the first of that name is pulled out, which gets its own back', async () => {
    const bench = new Bench();
    const [first, second] = [lpd8(20), lpd8(24)];
    await bench.plug(first, second);
    await bench.unplug(first);
    expect(bench.open).toEqual(['LPD8#2']);
    second.say('b0 01 01');
    // Another number: ALSA counts anew.
    const again = lpd8(28);
    await bench.plug(again);
    again.say('b0 01 02');
    expect(bench.played).toEqual(['~midi/LPD8%232/cc/1/1 1', '~midi/LPD8/cc/1/1 2']);
    expect(bench.open).toEqual(['LPD8', 'LPD8#2']);
  });

  test('let go of what is down when they are pulled out', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    device.say('90 24 7f 91 25 7f 91 25 00');
    bench.messages.length = 0;
    await bench.unplug(device);
    expect(bench.played).toEqual(['~midi/LPD8/note/1/36 0']);
    expect(bench.devices).toMatchObject([{ name: 'LPD8', input: false, output: false, open: false }]);
  });

  test('pulled out and put back between two looks are opened anew, and let go of what was down', async () => {
    const bench = new Bench();
    const [device, other] = [lpd8(20), lpd8(24)];
    await bench.plug(device, other);
    device.say('90 24 7f');
    bench.system.replugged((port) => port.endsWith('20:0'));
    expect(bench.played.at(-1)).toBe('~midi/LPD8/note/1/36 0');
    await bench.desk.look();
    expect([device.opened, other.opened]).toEqual([2, 1]);
    device.say('b0 01 01');
    expect(bench.played.at(-1)).toBe('~midi/LPD8/cc/1/1 1');
  });

  test('let go of what is down when the adapter ends', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    device.say('90 24 7f');
    bench.desk.close();
    expect(bench.played.at(-1)).toBe('~midi/LPD8/note/1/36 0');
    expect([device.listeners.size, bench.system.closed]).toEqual([0, true]);
  });

  test('that a system gives one name are opened anew when one is gone, as nobody can tell which', async () => {
    const bench = new Bench();
    const [first, second] = [new FakeDevice('LPD8'), new FakeDevice('LPD8')];
    await bench.plug(first, second);
    await bench.unplug(first);
    expect(second.opened).toBe(2);
    second.say('b0 01 01');
    expect(bench.played).toEqual(['~midi/LPD8/cc/1/1 1']);
  });

  test('are announced with whether they are there, so that their lights can be lit', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    await bench.unplug(device);
    expect(bench.events).toEqual([
      { protocol: 'midi', device: 'LPD8', present: true },
      { protocol: 'midi', device: 'LPD8', present: false },
    ]);
  });

  test('that another program holds are tried at each look, and say why they do not play', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    device.taken = true;
    await bench.plug(device);
    await bench.desk.look();
    expect(bench.devices[0]).toMatchObject({
      open: false,
      fault: expect.stringContaining('another program'),
    });
    expect(bench.logs.filter((line) => line.includes('does not open'))).toHaveLength(1);
    device.taken = false;
    await bench.desk.look();
    expect(bench.devices[0]).toMatchObject({ open: true, fault: null });
  });

  test('our own ports and the loop-back are left alone', async () => {
    const bench = new Bench();
    await bench.plug(
      new FakeDevice('RtMidi Output Client:RtMidi Output 129:0', null),
      new FakeDevice('Midi Through:Midi Through Port-0 14:0'),
      lpd8(20),
    );
    expect(bench.open).toEqual(['LPD8']);
    expect(bench.devices.map((device) => [device['name'], device['ignored']])).toEqual([
      ['Midi Through Port-0', true],
      ['LPD8', false],
    ]);
  });

  test('are played or left alone by the names in the configuration', async () => {
    const only = new Bench({ only: ['lpd8', 'Midi Through'], ignore: ['LPD8#2'] });
    await only.plug(
      lpd8(20),
      lpd8(24),
      new FakeDevice('Midi Through:Midi Through Port-0 14:0'),
      new FakeDevice('X'),
    );
    expect(only.open).toEqual(['LPD8', 'Midi Through Port-0']);
    const none = new Bench({ ignore: ['*'] });
    await none.plug(lpd8(20));
    expect(none.open).toEqual([]);
  });

  test('thousands of port names do not fill the memory', async () => {
    const bench = new Bench();
    for (let at = 0; at < 200; at++) {
      const device = new FakeDevice(`port ${at}`);
      await bench.plug(device);
      await bench.unplug(device);
    }
    expect(bench.devices.length).toBeLessThanOrEqual(64);
  });
});

describe('what devices are told', () => {
  const light = (device: string, note: number, value: number): JsonObject => ({
    device,
    bytes: [0x90, note, value],
  });

  test('goes to the output of that name, whole messages only', async () => {
    const bench = new Bench();
    const [first, second] = [lpd8(20), lpd8(24)];
    await bench.plug(first, second);
    expect(
      await bench.send(light('LPD8#2', 1, 127), { device: 'LPD8', bytes: [0xb0, 99, 1, 0xb0, 98, 2] }),
    ).toBe(2);
    expect([first.told, second.told]).toEqual([
      [
        [0xb0, 99, 1],
        [0xb0, 98, 2],
      ],
      [[0x90, 1, 127]],
    ]);
  });

  test('an output is opened with the first thing it is told', async () => {
    const bench = new Bench();
    const device = new FakeDevice(null, 'Synth');
    await bench.plug(device);
    expect(device.opened).toBe(0);
    await bench.send(light('Synth', 1, 1));
    expect(device.told).toEqual([[0x90, 1, 1]]);
  });

  test('what is no MIDI is refused, named and not sent; the rest is', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    expect(
      await bench.send({ device: 'LPD8', bytes: [300] }, { device: 'LPD8' }, 7, light('LPD8', 1, 2)),
    ).toBe(1);
    expect(device.told).toEqual([[0x90, 1, 2]]);
    expect(bench.rejected).toHaveLength(3);
    expect(bench.rejected[0]).toContain('midi:LPD8 E_MIDI_MESSAGE Byte 0');
  });

  test('of one light the newest state arrives, and the status counts what it took the place of', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    await bench.send(light('LPD8', 1, 10), light('LPD8', 2, 20), light('LPD8', 1, 30), {
      device: 'LPD8',
      bytes: [0x80, 2, 0],
    });
    await bench.desk.look();
    expect(device.told).toEqual([
      [0x90, 1, 30],
      [0x80, 2, 0],
    ]);
    expect(bench.out).toEqual({ sent: 2, replaced: 2, dropped: 0 });
  });

  test('what is for a device that is not there is dropped and counted', async () => {
    const bench = new Bench();
    await bench.desk.look();
    await bench.send(light('nobody', 1, 1));
    await bench.desk.look();
    expect(bench.out).toEqual({ sent: 0, replaced: 0, dropped: 1 });
  });
});

describe('a machine without MIDI', () => {
  test('is said with the reason and the remedy, once, and played as soon as it has some', async () => {
    const system = new FakeSystem();
    let missing = true;
    const bench = new Bench({}, () =>
      missing
        ? Promise.reject(new NoMidi('There is no sequencer', 'Plug one in.', null))
        : Promise.resolve(system),
    );
    await bench.desk.look();
    await bench.desk.look();
    expect(bench.infos).toMatchObject([
      { available: false, reason: 'There is no sequencer', remedy: 'Plug one in.', devices: [] },
    ]);
    expect(bench.logs).toEqual(['No MIDI: There is no sequencer. Plug one in.']);
    missing = false;
    system.plugged.push(lpd8(20));
    await bench.desk.look();
    expect(bench.infos.at(-1)).toMatchObject({ available: true, reason: null, remedy: null });
    expect(bench.open).toEqual(['LPD8']);
  });

  test('nothing is said again that did not change', async () => {
    const bench = new Bench();
    const device = lpd8(20);
    await bench.plug(device);
    await bench.desk.look();
    expect(bench.infos).toHaveLength(1);
    bench.wallMs = 2000;
    device.say('b0 01 01');
    await bench.desk.look();
    expect(bench.infos).toHaveLength(2);
    expect(bench.devices[0]).toMatchObject({ messages: 1, lastAt: 2000 });
  });
});
