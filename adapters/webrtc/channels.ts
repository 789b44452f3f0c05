import type { DataChannel } from 'node-datachannel';
import type { ErrorCode } from '../../src/contract/error.ts';
import { errorCatalogue } from '../../src/contract/error-catalogue.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { MAX_MESSAGE } from './settings.ts';

const MAX_CHANNELS = 16;
const MAX_LABEL = 64;
/** Bytes that may wait in a channel whose peer does not read. */
const MAX_BUFFERED = 1_000_000;
/** A peer is told at most this often that something was refused. */
const COMPLAIN_EVERY_MS = 1_000;

export interface ChannelEvents {
  text(channel: string, text: string): void;
  open(channel: string, open: boolean): void;
}

/** The data channels of one peer, by their labels. */
export class Channels {
  readonly #events: ChannelEvents;
  readonly #open = new Map<string, DataChannel>();
  readonly #complainedMs = new Map<ErrorCode, number>();
  readonly #counts = { messages: 0, refused: 0, dropped: 0, unsent: 0 };

  constructor(events: ChannelEvents) {
    this.#events = events;
  }

  add(channel: DataChannel): void {
    const label = channel.getLabel().slice(0, MAX_LABEL);
    if (this.#open.size >= MAX_CHANNELS) {
      this.#counts.refused += 1;
      channel.close();
      return;
    }
    channel.onMessage((message) => this.#received(label, message));
    channel.onClosed(() => {
      // The library holds the callbacks of a channel, and with them this peer, until it is closed from here too.
      channel.close();
      if (this.#open.get(label) !== channel) return;
      this.#open.delete(label);
      this.#events.open(label, false);
    });
    this.#open.set(label, channel);
    if (channel.isOpen()) this.#events.open(label, true);
    else channel.onOpen(() => this.#events.open(label, true));
  }

  /** What a closed or full channel cannot take is counted. */
  send(label: string, text: string): void {
    const channel = this.#open.get(label);
    try {
      const fits =
        channel?.isOpen() === true && channel.bufferedAmount() + Buffer.byteLength(text) <= MAX_BUFFERED;
      if (fits && channel.sendMessage(text)) return;
    } catch {
      // It closed a moment ago.
    }
    this.#counts.unsent += 1;
  }

  /** A message of this channel waited too long behind others and was left out. */
  dropped(label: string): void {
    this.#counts.dropped += 1;
    this.#complain(
      label,
      'E_SESSION_FLOOD',
      'More messages came than can be played; the oldest were left out',
    );
  }

  close(): void {
    for (const channel of this.#open.values()) channel.close();
  }

  info(): JsonObject {
    return { open: [...this.#open.keys()], ...this.#counts };
  }

  #received(label: string, message: string | Buffer | ArrayBuffer): void {
    if (typeof message !== 'string')
      return this.#refuse(label, 'A data channel takes text, and this message is binary');
    if (Buffer.byteLength(message) > MAX_MESSAGE)
      return this.#refuse(label, `The message is longer than the ${MAX_MESSAGE} bytes that are taken`);
    this.#counts.messages += 1;
    this.#events.text(label, message);
  }

  #refuse(label: string, message: string): void {
    this.#counts.refused += 1;
    this.#complain(label, 'E_SESSION_MESSAGE', message);
  }

  /** In the shape in which REST and WebSocket say no. */
  #complain(label: string, code: ErrorCode, message: string): void {
    const now = performance.now();
    if (now - (this.#complainedMs.get(code) ?? -Infinity) < COMPLAIN_EVERY_MS) return;
    this.#complainedMs.set(code, now);
    const { remedy } = errorCatalogue[code];
    this.send(label, JSON.stringify({ type: 'error', error: { code, message, remedy } }));
  }
}
