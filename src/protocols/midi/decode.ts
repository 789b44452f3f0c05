import { Controllers } from './controllers.ts';
import type { MidiEvent, MidiKind } from './event.ts';
import { controller as names, dataBytes, status as bytes } from './message.ts';

const CHANNELS = 16;
const NOTES = 128;

export interface MidiCounts {
  /** Whole messages of every kind, clock and active sensing included. */
  readonly messages: number;
  /** System exclusive messages, which mean nothing to Reverie. */
  readonly sysex: number;
  /** Time code, song select, tune request, active sensing, reset. */
  readonly ignored: number;
  /** Messages cut short, data without a status, bytes that MIDI 1.0 leaves undefined. */
  readonly malformed: number;
}

/**
 * Reads the bytes of one device, in whatever pieces they come: running status, real-time bytes in the midst of others, messages
 * across pieces. One step for each byte; at most three events for a controller, and one for each note that all-notes-off ends.
 * Nothing is kept of system exclusive, however long.
 */
export class MidiDecoder {
  readonly #channels = Array.from({ length: CHANNELS }, () => new Controllers());
  readonly #down = new Uint8Array(CHANNELS * NOTES);
  /** Of the message that data bytes belong to; 0 where they belong to none. */
  #status = 0;
  #first = -1;
  /** A message has begun and lacks data. */
  #open = false;
  #inSysex = false;
  #events: MidiEvent[] = [];
  #messages = 0;
  #sysex = 0;
  #ignored = 0;
  #malformed = 0;

  get counts(): MidiCounts {
    return {
      messages: this.#messages,
      sysex: this.#sysex,
      ignored: this.#ignored,
      malformed: this.#malformed,
    };
  }

  read(piece: Uint8Array): readonly MidiEvent[] {
    this.#events = [];
    for (const byte of piece) {
      if (byte >= bytes.tick) this.#realTime(byte);
      else if (byte >= 0x80) this.#begin(byte);
      else this.#data(byte);
    }
    return this.#events;
  }

  /** Lets go of every note that is down, as when the device is gone and will not say it any more. */
  release(): readonly MidiEvent[] {
    this.#events = [];
    for (let channel = 0; channel < CHANNELS; channel++) this.#releaseChannel(channel);
    this.#first = -1;
    this.#status = 0;
    this.#open = this.#inSysex = false;
    return this.#events;
  }

  #realTime(byte: number): void {
    switch (byte) {
      case bytes.tick:
        return this.#clock('tick');
      case bytes.start:
        return this.#clock('start');
      case bytes.continue:
        return this.#clock('continue');
      case bytes.stop:
        return this.#clock('stop');
      case bytes.sensing:
      case bytes.reset:
        this.#messages++;
        this.#ignored++;
        return;
      default:
        this.#malformed++;
    }
  }

  #clock(what: 'tick' | 'start' | 'continue' | 'stop'): void {
    this.#messages++;
    this.#events.push({ kind: 'clock', what });
  }

  #begin(byte: number): void {
    const endsSysex = this.#inSysex && byte === bytes.sysexEnd;
    if (this.#open || (this.#inSysex && !endsSysex)) this.#malformed++;
    this.#open = this.#inSysex = false;
    this.#status = 0;
    this.#first = -1;
    if (endsSysex) {
      this.#messages++;
      this.#sysex++;
    } else if (byte === bytes.sysex) this.#inSysex = true;
    else if (dataBytes(byte) === null) this.#malformed++;
    else if (dataBytes(byte) === 0) {
      this.#messages++;
      this.#ignored++;
    } else {
      this.#status = byte;
      this.#open = true;
    }
  }

  #data(byte: number): void {
    if (this.#inSysex) return;
    if (this.#status === 0) this.#malformed++;
    else if (dataBytes(this.#status) === 1) this.#complete(byte, 0);
    else if (this.#first === -1) {
      this.#first = byte;
      this.#open = true;
    } else this.#complete(this.#first, byte);
  }

  #complete(first: number, second: number): void {
    this.#messages++;
    this.#first = -1;
    this.#open = false;
    if (this.#status < bytes.sysex) return this.#channelMessage(this.#status & 0x0f, first, second);
    if (this.#status === bytes.songPosition)
      this.#events.push({ kind: 'clock', what: 'position', sixteenths: (second << 7) | first });
    else this.#ignored++;
    // Running status is for channel messages only.
    this.#status = 0;
  }

  #channelMessage(channel: number, first: number, second: number): void {
    switch (this.#status & 0xf0) {
      case bytes.noteOn:
        return this.#note(channel, first, second);
      case bytes.noteOff:
        return this.#note(channel, first, 0);
      case bytes.poly:
        return this.#emit('poly', channel, first, second);
      case bytes.controller:
        return this.#controller(channel, first, second);
      case bytes.program:
        return this.#emit('program', channel, 0, first);
      case bytes.pressure:
        return this.#emit('pressure', channel, 0, first);
      case bytes.pitch:
        return this.#emit('pitch', channel, 0, (second << 7) | first);
    }
  }

  #note(channel: number, note: number, velocity: number): void {
    this.#down[channel * NOTES + note] = velocity > 0 ? 1 : 0;
    this.#emit('note', channel, note, velocity);
  }

  #controller(channel: number, number: number, value: number): void {
    this.#channels[channel]?.change(number, value, (kind, at, now) => this.#emit(kind, channel, at, now));
    // 124 to 127 change the mode of a synthesizer, and end its notes as 123 does.
    if (number === names.allSoundOff || number >= names.allNotesOff) this.#releaseChannel(channel);
  }

  #releaseChannel(channel: number): void {
    for (let at = channel * NOTES; at < (channel + 1) * NOTES; at++) {
      if (this.#down[at] !== 1) continue;
      this.#down[at] = 0;
      this.#emit('note', channel, at - channel * NOTES, 0);
    }
  }

  #emit(kind: MidiKind, channel: number, number: number, value: number): void {
    const bank = kind === 'program' ? (this.#channels[channel]?.bank ?? null) : null;
    this.#events.push({ kind, channel: channel + 1, number, value, bank });
  }
}
