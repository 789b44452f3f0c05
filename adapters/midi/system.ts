/**
 * The MIDI ports of a machine, as bytes: what RtMidi gives, and what tests stand in for. Ports are named by the system; one name
 * may be there more than once.
 */
export interface MidiSystem {
  /** In the system's order. */
  inputs(): readonly string[];
  outputs(): readonly string[];
  /** Throws where the port is gone, or taken by another program. `index` is that of the list read just before. */
  openInput(index: number, onBytes: (bytes: Uint8Array) => void): OpenPort;
  openOutput(index: number): OpenOutput;
  /**
   * Tells, where the system does, that a device was pulled out or put in, by a test for its ports. What is open of them is dead
   * even where ports of the same names are there again.
   */
  onReplug(listener: (isOfDevice: (port: string) => boolean) => void): void;
  close(): void;
}

export interface OpenPort {
  close(): void;
}

export interface OpenOutput extends OpenPort {
  /** One whole message. Throws where the system refuses it. */
  send(message: readonly number[]): void;
}

/** The machine has no MIDI for us; said in words for a person. */
export class NoMidi extends Error {
  readonly remedy: string;

  constructor(reason: string, remedy: string, cause: unknown) {
    super(reason, { cause });
    this.name = 'NoMidi';
    this.remedy = remedy;
  }
}
