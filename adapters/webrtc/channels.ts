import type { DataChannel } from 'node-datachannel';
import type { ErrorCode } from '../../src/contract/error.ts';
import { errorCatalogue } from '../../src/contract/error-catalogue.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { MAX_MESSAGE } from './settings.ts';

const MAX_CHANNELS = 16;
const MAX_LABEL = 64;
/** Bytes that may wait in a channel whose peer does not read: more than the daemon lets a client of the native protocol come to. */
const MAX_BUFFERED = 1_500_000;
/** Below this a channel is as good as empty, and what it took is told in steps of this size. */
const STEP = 16_384;
/** A peer is told at most this often that something was refused. */
const COMPLAIN_EVERY_MS = 1_000;

export interface ChannelEvents {
  text(channel: string, text: string): void;
  open(channel: string, open: boolean): void;
  /** So many bytes more of what was to be sent need no room any more: they are on their way, or were counted as unsent. */
  taken(channel: string, bytes: number): void;
}

interface Line {
  readonly channel: DataChannel;
  /** Bytes that came to be sent, less those that were told as taken. */
  untold: number;
}

/** The data channels of one peer, by their labels. */
export class Channels {
  readonly #events: ChannelEvents;
  readonly #open = new Map<string, Line>();
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
      if (this.#open.get(label)?.channel !== channel) return;
      this.#open.delete(label);
      this.#events.open(label, false);
    });
    const line = { channel, untold: 0 };
    this.#open.set(label, line);
    channel.setBufferedAmountLowThreshold(STEP);
    channel.onBufferedAmountLow(() => this.#tellTaken(label, line));
    if (channel.isOpen()) this.#events.open(label, true);
    else channel.onOpen(() => this.#events.open(label, true));
  }

  /** What a closed or full channel cannot take is counted. */
  send(label: string, text: string): void {
    const line = this.#open.get(label);
    const bytes = Buffer.byteLength(text);
    if (line === undefined || !put(line.channel, text, bytes)) this.#counts.unsent += 1;
    if (line === undefined) return;
    line.untold += bytes;
    this.#tellTaken(label, line);
  }

  /** Ends one channel from here. */
  end(label: string): void {
    this.#open.get(label)?.channel.close();
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
    for (const { channel } of this.#open.values()) channel.close();
  }

  info(): JsonObject {
    return { open: [...this.#open.keys()], ...this.#counts };
  }

  /** Tells of small amounts together, and of nothing while the peer is behind: the daemon takes that for waiting. */
  #tellTaken(label: string, line: Line): void {
    if (line.untold < STEP || !line.channel.isOpen()) return;
    const buffered = line.channel.bufferedAmount();
    if (buffered > STEP) return;
    const bytes = line.untold - buffered;
    line.untold = buffered;
    if (bytes > 0) this.#events.taken(label, bytes);
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

/** False where it is closed, or so much waits in it that this would be too much. */
function put(channel: DataChannel, text: string, bytes: number): boolean {
  try {
    if (!channel.isOpen() || channel.bufferedAmount() + bytes > MAX_BUFFERED) return false;
    // Its answer says whether the text left at once or waits, and neither is lost.
    channel.sendMessage(text);
    return true;
  } catch {
    // It closed a moment ago, or the peer takes no message of this length.
    return false;
  }
}
