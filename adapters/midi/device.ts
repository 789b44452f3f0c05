import type { JsonObject } from '../../src/contract/json.ts';
import { MidiDecoder } from '../../src/protocols/midi/decode.ts';
import type { OpenOutput, OpenPort } from './system.ts';

/** An input or output as the system lists it. */
export interface Port {
  /** Tells it from all others for as long as it is plugged in. */
  readonly key: string;
  readonly index: number;
  /** What the system calls it. */
  readonly raw: string;
  /** What we call its device, without the ordinal. */
  readonly name: string;
}

/** A controller: an input, an output or both, under one name that outlasts unplugging. */
export class Device {
  /** `LPD8`, and `LPD8#2` for the second of that name. */
  readonly name: string;
  readonly base: string;
  readonly played: boolean;
  readonly decoder = new MidiDecoder();
  /** What of it is plugged in. */
  readonly ports: { input: Port | null; output: Port | null } = { input: null, output: null };
  input: OpenPort | null = null;
  /** Opened with the first thing that is sent: many an output is a synthesizer that waits for nobody. */
  output: OpenOutput | null = null;
  /** Why one of its sides cannot be opened; null where it can. */
  readonly faults: { input: string | null; output: string | null } = { input: null, output: null };
  /** Its output failed; it is tried again after the next look. */
  outputRests = false;
  /** Wall-clock milliseconds of its last message; null before the first. */
  lastAt: number | null = null;

  constructor(base: string, name: string, played: boolean) {
    this.base = base;
    this.name = name;
    this.played = played;
  }

  get present(): boolean {
    return this.ports.input !== null || this.ports.output !== null;
  }

  report(): JsonObject {
    const { messages, sysex, malformed } = this.decoder.counts;
    return {
      name: this.name,
      input: this.ports.input !== null,
      output: this.ports.output !== null,
      open: this.input !== null || this.output !== null,
      ignored: !this.played,
      messages,
      sysex,
      malformed,
      lastAt: this.lastAt,
      fault: this.faults.input ?? this.faults.output,
    };
  }
}
