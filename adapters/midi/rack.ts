import { reportOf } from '../../src/contract/error.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import type { MidiEvent } from '../../src/protocols/midi/event.ts';
import { Device, type Port } from './device.ts';
import { deviceName, isOwnPort } from './names.ts';
import type { MidiSystem, OpenOutput } from './system.ts';

/** Devices that are remembered, plugged in or not. A machine that invents port names must not fill the memory. */
const MAX_DEVICES = 64;

type Side = 'input' | 'output';

export interface RackOptions {
  readonly system: MidiSystem;
  readonly mayPlay: (name: string) => boolean;
  readonly onEvents: (device: Device, events: readonly MidiEvent[]) => void;
  readonly onMalformed: (device: Device, bytes: Uint8Array) => void;
  /** Plugged in, pulled out, or open to us at last. */
  readonly onChange: (device: Device) => void;
  /** About to open a port, which some drivers take their time for. */
  readonly onOpening: (device: Device) => void;
  readonly log: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** All devices of a machine: found, named, opened, and let go when they are pulled out. */
export class Rack {
  readonly #options: RackOptions;
  readonly #devices = new Map<string, Device>();
  readonly #changed = new Set<Device>();
  /** How many ports of each name there were at the last look, by side. */
  readonly #seen: Record<Side, ReadonlyMap<string, number>> = { input: new Map(), output: new Map() };

  constructor(options: RackOptions) {
    this.#options = options;
    options.system.onReplug((isOfDevice) => this.#pullAll(isOfDevice));
  }

  /** Looks which ports there are; RtMidi does not say when one comes or goes. */
  scan(): void {
    const { system } = this.#options;
    const inputs = listed(system.inputs());
    const outputs = listed(system.outputs());
    this.#dropGone('input', inputs);
    this.#dropGone('output', outputs);
    for (const port of inputs) this.#adopt('input', port);
    for (const port of outputs) this.#adopt('output', port);
    for (const device of this.#devices.values()) {
      device.outputRests = false;
      if (device.ports.input !== null && device.input === null) this.#openInput(device, device.ports.input);
    }
    this.#forgetOldest();
    for (const device of this.#changed) this.#options.onChange(device);
    this.#changed.clear();
  }

  /** One whole message. False where the device is not there, is left alone, or cannot be told anything. */
  send(name: string, message: readonly number[]): boolean {
    const device = this.#devices.get(name);
    const port = device?.ports.output ?? null;
    if (device === undefined || port === null || !device.played || device.outputRests) return false;
    try {
      device.output ??= this.#openOutput(device, port);
      device.output.send(message);
    } catch (error) {
      this.#fail(device, 'output', error);
      device.outputRests = true;
      return false;
    }
    device.faults.output = null;
    return true;
  }

  report(): JsonObject[] {
    return [...this.#devices.values()].map((device) => device.report());
  }

  close(): void {
    for (const device of this.#devices.values()) {
      this.#pull(device, 'input');
      this.#pull(device, 'output');
    }
  }

  /**
   * What is not listed any more is gone. Where a system gives one name to several ports and there are fewer of it now, nobody
   * can tell which one is gone, so all of that name are opened anew.
   */
  #dropGone(side: Side, ports: readonly Port[]): void {
    const counts = countsOf(ports);
    const keys = new Set(ports.map(({ key }) => key));
    for (const device of this.#devices.values()) {
      const port = device.ports[side];
      if (port === null) continue;
      const isFewer = (counts.get(port.raw) ?? 0) < (this.#seen[side].get(port.raw) ?? 0);
      if (!isFewer && keys.has(port.key)) continue;
      this.#pull(device, side);
      this.#changed.add(device);
      if (!device.present) this.#options.log(`${device.name} is unplugged`);
    }
    this.#seen[side] = counts;
  }

  /** The next look finds what is there again, and opens it anew. */
  #pullAll(isOfDevice: (port: string) => boolean): void {
    for (const device of this.#devices.values())
      for (const side of ['input', 'output'] as const) {
        const port = device.ports[side];
        if (port === null || !isOfDevice(port.raw)) continue;
        this.#pull(device, side);
        this.#changed.add(device);
      }
  }

  #adopt(side: Side, port: Port): void {
    const ofName = [...this.#devices.values()].filter(({ base }) => base === port.name);
    if (ofName.some((device) => device.ports[side]?.key === port.key)) return;
    const other = side === 'input' ? 'output' : 'input';
    const free = ofName.filter((device) => device.ports[side] === null);
    const device =
      // ALSA calls both sides of a device the same, which is surer than their order.
      free.find((each) => each.ports[other]?.key === port.key) ?? free[0] ?? this.#newDevice(port.name);
    if (!device.present)
      this.#options.log(`${device.name} is plugged in${device.played ? '' : ' and left alone'}`);
    device.ports[side] = port;
    this.#changed.add(device);
  }

  /** Under the first ordinal that is free. */
  #newDevice(base: string): Device {
    let name = base;
    for (let ordinal = 2; this.#devices.has(name); ordinal++) name = `${base}#${ordinal}`;
    const device = new Device(base, name, this.#options.mayPlay(name));
    this.#devices.set(name, device);
    return device;
  }

  #openInput(device: Device, port: Port): void {
    if (!device.played) return;
    this.#options.onOpening(device);
    try {
      device.input = this.#options.system.openInput(port.index, (bytes) => this.#heard(device, port, bytes));
    } catch (error) {
      this.#fail(device, 'input', error);
      return;
    }
    device.faults.input = null;
    this.#changed.add(device);
  }

  #openOutput(device: Device, { key }: Port): OpenOutput {
    // Ports may have come or gone since the last look, and the indices with them.
    const port = listed(this.#options.system.outputs()).find((each) => each.key === key);
    if (port === undefined) throw new Error('it is not there any more');
    this.#options.onOpening(device);
    return this.#options.system.openOutput(port.index);
  }

  #heard(device: Device, port: Port, bytes: Uint8Array): void {
    // What was still under way when the port closed.
    if (device.ports.input !== port) return;
    const { malformed } = device.decoder.counts;
    const events = device.decoder.read(bytes);
    device.lastAt = this.#options.wallClock();
    if (events.length > 0) this.#options.onEvents(device, events);
    if (device.decoder.counts.malformed > malformed) this.#options.onMalformed(device, bytes);
  }

  /** Closes one side. A key that is down when its cable is pulled is let go. */
  #pull(device: Device, side: Side): void {
    device.ports[side] = null;
    device.faults[side] = null;
    const open = device[side];
    device[side] = null;
    try {
      open?.close();
    } catch (error) {
      this.#options.log(`${device.name} did not close: ${reportOf(error).message}`);
    }
    if (side === 'output') return;
    const released = device.decoder.release();
    if (released.length > 0) this.#options.onEvents(device, released);
  }

  #fail(device: Device, side: Side, error: unknown): void {
    const fault = `The ${side} does not open (${reportOf(error).message}); another program may hold it`;
    if (device.faults[side] !== fault) this.#options.log(`${device.name}: ${fault}`);
    device.faults[side] = fault;
    this.#changed.add(device);
  }

  #forgetOldest(): void {
    for (const [name, device] of this.#devices) {
      if (this.#devices.size <= MAX_DEVICES) return;
      if (!device.present) this.#devices.delete(name);
    }
  }
}

/** Our own ports are not among them. */
function listed(raws: readonly string[]): Port[] {
  const counts = new Map<string, number>();
  return raws.flatMap((raw, index): Port[] => {
    const count = (counts.get(raw) ?? 0) + 1;
    counts.set(raw, count);
    return isOwnPort(raw) ? [] : [{ key: `${count} ${raw}`, index, raw, name: deviceName(raw) }];
  });
}

function countsOf(ports: readonly Port[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { raw } of ports) counts.set(raw, (counts.get(raw) ?? 0) + 1);
  return counts;
}
