import type { ControlContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { reportOf } from '../../src/contract/error.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { splitMidi } from '../../src/protocols/midi/encode.ts';
import type { MidiEvent } from '../../src/protocols/midi/event.ts';
import type { Device } from './device.ts';
import { controlMessage } from './items.ts';
import { isLoop, isNamed } from './names.ts';
import { Outbox } from './outbox.ts';
import { Rack } from './rack.ts';
import { NoMidi, type MidiSystem } from './system.ts';

/** Some drivers take seconds to open the first port after the machine woke up, and some systems to let go of a process that died. */
const OPENING_MS = 10_000;

type Context = Pick<
  ControlContext,
  'config' | 'send' | 'reject' | 'log' | 'busy' | 'describe' | 'event' | 'onRequest'
>;

export interface DeskOptions {
  /** Throws `NoMidi` where the machine has none. */
  readonly open: () => Promise<MidiSystem>;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly setTimer: (callback: () => void, delayMs: number) => void;
}

/**
 * Between the devices and the show: what devices do goes up as control items, what is sent to them goes down. Where the machine
 * has no MIDI that is in the info, and each look tries again: a first USB device may bring the system's MIDI with it.
 */
export class Desk {
  readonly #context: Context;
  readonly #open: () => Promise<MidiSystem>;
  readonly #wallClock: () => number;
  readonly #outbox: Outbox;
  #system: MidiSystem | null = null;
  #rack: Rack | null = null;
  #missing: NoMidi | null = null;
  #opening = false;
  #described = '';

  constructor(context: Context, { open, wallClock, setTimer }: DeskOptions) {
    this.#context = context;
    this.#open = open;
    this.#wallClock = wallClock;
    this.#outbox = new Outbox({
      send: (device, message) => this.#rack?.send(device, message) ?? false,
      setTimer,
    });
    context.onRequest('send', (params) => Promise.resolve(this.#take(params['messages'])));
  }

  /** What is plugged in now. Says so where it is not what it was. */
  async look(): Promise<void> {
    if (this.#rack === null) await this.#openSystem();
    this.#rack?.scan();
    this.#describe();
  }

  close(): void {
    this.#rack?.close();
    this.#system?.close();
    this.#rack = this.#system = null;
  }

  async #openSystem(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    this.#context.busy('opening MIDI', OPENING_MS);
    try {
      this.#system = await this.#open();
      this.#missing = null;
      this.#rack = this.#newRack(this.#system);
    } catch (error) {
      if (!(error instanceof NoMidi)) throw error;
      if (this.#missing?.message !== error.message)
        this.#context.log(`No MIDI: ${error.message}. ${error.remedy}`);
      this.#missing = error;
    } finally {
      this.#opening = false;
    }
  }

  #newRack(system: MidiSystem): Rack {
    const only = textsOf(this.#context.config['only']);
    const ignore = textsOf(this.#context.config['ignore']);
    return new Rack({
      system,
      mayPlay: (name) => (only.length === 0 ? !isLoop(name) : isNamed(name, only)) && !isNamed(name, ignore),
      onEvents: (device, events) => this.#heard(device, events),
      onMalformed: (device, bytes) =>
        this.#context.reject(
          `midi:${device.name}`,
          'E_MIDI_MALFORMED',
          `${device.name} sent what is no MIDI message: ${Buffer.from(bytes.subarray(0, 16)).toString('hex')}`,
        ),
      onChange: (device) => this.#changed(device),
      onOpening: (device) => this.#context.busy(`opening ${device.name}`, OPENING_MS),
      log: (line) => this.#context.log(line),
      wallClock: this.#wallClock,
    });
  }

  #heard(device: Device, events: readonly MidiEvent[]): void {
    const timeUs = nowUs();
    this.#context.send(events.map((event) => controlMessage(device.name, event, timeUs)));
  }

  /** Whoever keeps lights must light them all again on a device that has come. */
  #changed(device: Device): void {
    if (device.ports.output === null) this.#outbox.forget(device.name);
    this.#context.event('device', {
      protocol: 'midi',
      device: device.name,
      present: device.present && device.played,
    });
  }

  /** `{ messages: [{ device, bytes }] }`; of what is no MIDI nothing goes out. Answers how many were taken. */
  #take(messages: JsonValue | undefined): JsonValue {
    let taken = 0;
    for (const message of Array.isArray(messages) ? messages : []) if (this.#takeOne(message)) taken++;
    return taken;
  }

  #takeOne(message: JsonValue): boolean {
    const { device, bytes } = isObject(message) ? message : {};
    const name = typeof device === 'string' ? device : '';
    try {
      this.#outbox.offer(name, splitMidi(Array.isArray(bytes) ? bytes : []));
      return true;
    } catch (error) {
      const { code, message: words } = reportOf(error, 'E_MIDI_MESSAGE');
      this.#context.reject(`midi:${name}`, code, words);
      return false;
    }
  }

  #describe(): void {
    const info: JsonObject = {
      available: this.#missing === null,
      reason: this.#missing?.message ?? null,
      remedy: this.#missing?.remedy ?? null,
      devices: this.#rack?.report() ?? [],
      out: this.#outbox.counts(),
    };
    const text = JSON.stringify(info);
    if (text === this.#described) return;
    this.#described = text;
    this.#context.describe(info);
  }
}

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The config is validated by the descriptor's schema before it gets here; zod itself would cost the runner its fast start. */
function textsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
