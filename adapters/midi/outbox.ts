import type { JsonObject } from '../../src/contract/json.ts';
import { status } from '../../src/protocols/midi/message.ts';

/** A cable of MIDI carries about a thousand messages a second, and a controller's lights no more than that. */
const INTERVAL_MS = 4;
const MESSAGES_PER_INTERVAL = 4;
/** What may wait for one device: every light of the largest controllers, twice. */
export const MAX_WAITING = 512;

export interface OutboxOptions {
  /** False where the device could not be told. */
  readonly send: (device: string, message: readonly number[]) => boolean;
  readonly setTimer: (callback: () => void, delayMs: number) => void;
}

type Messages = readonly (readonly number[])[];

/**
 * What controllers are to be told, at a pace that the slowest takes. Of one light only the newest state waits, in the place of the
 * one before it; system exclusive and clock are told one by one. Messages that were offered together go out together.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #lines = new Map<string, Map<string, Messages>>();
  #timerSet = false;
  #single = 0;
  #sent = 0;
  #replaced = 0;
  #dropped = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  counts(): JsonObject {
    return { sent: this.#sent, replaced: this.#replaced, dropped: this.#dropped };
  }

  offer(device: string, messages: Messages): void {
    const line = this.#lines.get(device) ?? new Map<string, Messages>();
    this.#lines.set(device, line);
    const key = messages.map((message) => this.#keyOf(message)).join(' ');
    const earlier = line.get(key);
    if (earlier !== undefined) this.#replaced += earlier.length;
    else if (line.size >= MAX_WAITING) {
      this.#dropped += messages.length;
      return;
    }
    // In the place of the one before: what changes all the time must neither be held up nor hold up the rest.
    line.set(key, messages);
    this.#arm(0);
  }

  /** What waits for a device that is gone means nothing to the one that comes in its place. */
  forget(device: string): void {
    for (const messages of this.#lines.get(device)?.values() ?? []) this.#dropped += messages.length;
    this.#lines.delete(device);
  }

  #arm(delayMs: number): void {
    if (this.#timerSet) return;
    this.#timerSet = true;
    this.#options.setTimer(() => {
      this.#timerSet = false;
      this.#flush();
      if (this.#lines.size > 0) this.#arm(INTERVAL_MS);
    }, delayMs);
  }

  #flush(): void {
    for (const [device, line] of this.#lines) {
      let room = MESSAGES_PER_INTERVAL;
      for (const [key, messages] of line) {
        line.delete(key);
        for (const message of messages) {
          if (this.#options.send(device, message)) this.#sent++;
          else this.#dropped++;
        }
        room -= messages.length;
        if (room <= 0) break;
      }
      if (line.size === 0) this.#lines.delete(device);
    }
  }

  /** What the message sets: a note's light whether on or off, a controller, and of a parameter which one. */
  #keyOf([first = 0, second = 0, third = 0]: readonly number[]): string {
    const kind = first & 0xf0;
    if (first >= status.sysex) return `x${(this.#single += 1)}`;
    if (kind === status.noteOff || kind === status.noteOn) return `n${first & 0x0f}.${second}`;
    if (kind === status.poly) return `${first}.${second}`;
    if (kind !== status.controller) return `${first}`;
    return isParameterNumber(second) ? `${first}.${second}=${third}` : `${first}.${second}`;
  }
}

function isParameterNumber(controller: number): boolean {
  return controller >= 98 && controller <= 101;
}
