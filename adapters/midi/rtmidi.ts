import { existsSync, readFileSync } from 'node:fs';
import type { Input, Output } from '@julusian/midi';
import { isPortOfCard, watchCards } from './sound-cards.ts';
import { NoMidi, type MidiSystem, type OpenOutput, type OpenPort } from './system.ts';

const DEVICES = '/dev/snd';
const SEQUENCER = `${DEVICES}/seq`;

interface RtMidi {
  readonly Input: new () => Input;
  readonly Output: new () => Output;
}

/** Opens RtMidi: ALSA, CoreMIDI or WinMM. Throws `NoMidi` where the machine has none of it; then it may be tried again. */
export async function openRtMidi(): Promise<MidiSystem> {
  const library = await load();
  if (lacksSequencer()) throw noSequencer(null);
  try {
    return new RtMidiSystem(library);
  } catch (error) {
    throw process.platform === 'linux'
      ? noSequencer(error)
      : new NoMidi(
          `The MIDI system does not answer: ${wordsOf(error)}`,
          'Restart its service, or the machine.',
          error,
        );
  }
}

async function load(): Promise<RtMidi> {
  try {
    return await import('@julusian/midi');
  } catch (error) {
    const words = wordsOf(error);
    throw words.includes('libasound')
      ? new NoMidi(
          'The ALSA library (libasound.so.2) is not installed',
          'Debian and Ubuntu: apt-get install libasound2; Fedora: dnf install alsa-lib; then start Reverie again.',
          error,
        )
      : new NoMidi(
          `@julusian/midi cannot be loaded: ${words}`,
          'Run `npm install` on a supported platform.',
          error,
        );
  }
}

/**
 * Without the sequencer ALSA's library only writes to stderr, at each try. A build of RtMidi for JACK needs none; which build
 * this is shows in what it has loaded.
 */
function lacksSequencer(): boolean {
  if (process.platform !== 'linux' || existsSync(SEQUENCER)) return false;
  return readFileSync('/proc/self/maps', 'utf8').includes('libasound');
}

function noSequencer(cause: unknown): NoMidi {
  return existsSync(SEQUENCER)
    ? new NoMidi(
        `The ALSA sequencer (${SEQUENCER}) cannot be opened`,
        'Let the user that runs Reverie into the group `audio`, and sign in again.',
        cause,
      )
    : new NoMidi(
        `This machine has no ALSA sequencer (${SEQUENCER})`,
        'Plug in a MIDI device; where that is not enough, `modprobe snd-seq`. In a container, pass /dev/snd on.',
        cause,
      );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

class RtMidiSystem implements MidiSystem {
  readonly #library: RtMidi;
  /** One of each is kept to look with: making one opens a client of the system. */
  readonly #inputs: Input;
  readonly #outputs: Output;
  #stopWatching: () => void = () => undefined;

  constructor(library: RtMidi) {
    this.#library = library;
    this.#inputs = new library.Input();
    this.#outputs = new library.Output();
  }

  inputs(): readonly string[] {
    return namesOf(this.#inputs);
  }

  outputs(): readonly string[] {
    return namesOf(this.#outputs);
  }

  openInput(index: number, onBytes: (bytes: Uint8Array) => void): OpenPort {
    const input = new this.#library.Input();
    // Set before it opens, or the first messages would miss it: it leaves out system exclusive, clock and sensing by default.
    input.ignoreTypes(false, false, false);
    input.on('messageBuffer', (_delta, bytes) => onBytes(bytes));
    return opened(input, index);
  }

  openOutput(index: number): OpenOutput {
    const output = new this.#library.Output();
    return { ...opened(output, index), send: (message) => output.sendMessage([...message]) };
  }

  onReplug(listener: (isOfDevice: (port: string) => boolean) => void): void {
    this.#stopWatching = watchCards(DEVICES, (card) => listener((port) => isPortOfCard(port, card)));
  }

  close(): void {
    this.#stopWatching();
    this.#inputs.destroy();
    this.#outputs.destroy();
  }
}

function namesOf(ports: Input | Output): string[] {
  return Array.from({ length: ports.getPortCount() }, (_, index) => ports.getPortName(index));
}

function opened(port: Input | Output, index: number): OpenPort {
  try {
    port.openPort(index);
  } catch (error) {
    port.destroy();
    throw error;
  }
  return { close: () => port.destroy() };
}
