// Stands for RtMidi and the ports of a machine. It shows what the adapter does with them; not what drivers do, nor how long they take.
import type { MidiSystem } from '../../../adapters/midi/system.ts';

/** A device with one or two sides, as a system lists it. */
export class FakeDevice {
  readonly inputName: string | null;
  readonly outputName: string | null;
  /** What it was told. */
  readonly told: number[][] = [];
  /** Another program has it. */
  taken = false;
  opened = 0;
  listeners = new Set<(bytes: Uint8Array) => void>();

  constructor(inputName: string | null, outputName: string | null = inputName) {
    this.inputName = inputName;
    this.outputName = outputName;
  }

  /** Hex, as it would come through the cable. */
  say(hex: string): void {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    for (const listener of this.listeners) listener(bytes);
  }
}

export class FakeSystem implements MidiSystem {
  readonly plugged: FakeDevice[] = [];
  closed = false;
  /** As the system tells of a device that was pulled out and put back. */
  replugged: (isOfDevice: (port: string) => boolean) => void = () => undefined;

  inputs(): string[] {
    return this.#with('inputName').map(({ inputName }) => inputName ?? '');
  }

  outputs(): string[] {
    return this.#with('outputName').map(({ outputName }) => outputName ?? '');
  }

  openInput(index: number, onBytes: (bytes: Uint8Array) => void): { close: () => void } {
    const device = this.#open('inputName', index);
    device.listeners.add(onBytes);
    return { close: () => device.listeners.delete(onBytes) };
  }

  openOutput(index: number): { send: (message: readonly number[]) => void; close: () => void } {
    const device = this.#open('outputName', index);
    return { send: (message) => void device.told.push([...message]), close: () => {} };
  }

  onReplug(listener: (isOfDevice: (port: string) => boolean) => void): void {
    this.replugged = listener;
  }

  close(): void {
    this.closed = true;
  }

  unplug(device: FakeDevice): void {
    this.plugged.splice(this.plugged.indexOf(device), 1);
  }

  #with(side: 'inputName' | 'outputName'): FakeDevice[] {
    return this.plugged.filter((device) => device[side] !== null);
  }

  #open(side: 'inputName' | 'outputName', index: number): FakeDevice {
    const device = this.#with(side)[index];
    if (device === undefined) throw new Error('Invalid MIDI port number');
    if (device.taken) throw new Error('Internal RtMidi error');
    device.opened++;
    return device;
  }
}
