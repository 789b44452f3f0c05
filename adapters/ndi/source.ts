import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SourceContext } from '../../src/contract/adapter.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { failure } from '../../src/contract/error.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { Finder } from './finder.ts';
import { rateHz, rateText } from './frame-rate.ts';
import { openNdi, type Ndi } from './library.ts';
import { pick, type Sender } from './names.ts';
import type { LentPicture } from './picture.ts';
import { Receiver } from './receiver.ts';
import { addressesOf, readSettings, type Settings } from './settings.ts';

/** Senders announce themselves within a second; beyond this it is not there. */
const SEARCH_US = 2_000_000;
const SEARCH_STEP_MS = 100;
/** One that is announced answers within this. */
const CONNECT_US = 3_000_000;
/** After so long without a picture it is asked whether the sender is still there. */
const SILENCE_US = 500_000;
const CAPTURE_MS = 20;
const REPORT_US = 1_000_000;

/** A sender of the network, until it goes. Rejects with `E_NDI_MISSING`, `E_SOURCE_ABSENT`, `E_SOURCE_LOST`, `E_NDI_FRAME`. */
export async function receive(context: SourceContext): Promise<void> {
  const settings = readSettings(context.config, process.env);
  context.busy('loading the NDI runtime', 10_000);
  const ndi = openNdi();
  const sender = await search(ndi, settings, context.signal);
  if (sender === null) return;
  context.describe({ endpoint: `ndi:${sender.name}` });
  const player = new Player(context, new Receiver(ndi, sender, settings), sender, settings);
  try {
    await player.play();
  } catch (error) {
    if (!context.signal.aborted) throw error;
  } finally {
    player.close();
  }
}

/** The sender that is meant; null when aborted. */
async function search(ndi: Ndi, { name, groups }: Settings, signal: AbortSignal): Promise<Sender | null> {
  const finder = new Finder(ndi, { groups, addresses: addressesOf(process.env) });
  const untilUs = nowUs() + SEARCH_US;
  try {
    while (!signal.aborted) {
      const sender = pick(name, finder.senders());
      if (sender !== null) return sender;
      if (nowUs() > untilUs) throw absent(name, finder.senders());
      await finder.changed(SEARCH_STEP_MS);
    }
    return null;
  } finally {
    await finder.close();
  }
}

function absent(name: string, senders: readonly Sender[]): Error {
  const seen = senders.slice(0, 8).map((sender) => sender.name);
  const others = seen.length === 0 ? 'no other is seen either' : `seen: ${seen.join(', ')}`;
  return failure('E_SOURCE_ABSENT', `There is no NDI source${name === '' ? '' : ` "${name}"`}; ${others}`, {
    name,
    seen,
  });
}

class Player {
  readonly #context: SourceContext;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #settings: Settings;
  #lastPictureUs: number | null = null;
  #heardUs = nowUs();
  #reportedUs = 0;
  #hasAudio = false;
  #metadata = 0;
  #described = '';

  constructor(context: SourceContext, receiver: Receiver, sender: Sender, settings: Settings) {
    this.#context = context;
    this.#receiver = receiver;
    this.#sender = sender;
    this.#settings = settings;
  }

  async play(): Promise<void> {
    const { signal } = this.#context;
    this.#receiver.tell(true);
    while (!signal.aborted) {
      const captured = this.#receiver.capture(CAPTURE_MS);
      switch (captured.kind) {
        case 'picture':
          await this.#show(captured.picture);
          break;
        case 'audio':
          this.#hasAudio = true;
          break;
        case 'metadata':
          this.#metadata += 1;
          break;
        case 'nothing':
          this.#checkConnection();
          break;
        case 'lost':
          throw lost(this.#sender, 'the connection is lost');
      }
      // What the daemon says comes in between two captures.
      await nextTurn();
    }
  }

  close(): void {
    this.#receiver.close();
  }

  async #show(picture: LentPicture): Promise<void> {
    const at = nowUs();
    const frame = await this.#context.output({ width: picture.width, height: picture.height });
    this.#receiver.draw(picture, frame.data);
    this.#receiver.giveBack();
    frame.publish({ captureUs: at, ptsUs: at });
    this.#lastPictureUs = this.#heardUs = nowUs();
    this.#describe(picture);
  }

  /** The runtime connects again by itself, silently; that a sender went only shows when it is asked. */
  #checkConnection(): void {
    const now = nowUs();
    const patienceUs = this.#lastPictureUs === null ? CONNECT_US : SILENCE_US;
    if (now - this.#heardUs < patienceUs) return;
    this.#heardUs = now;
    if (this.#receiver.connected) return;
    throw lost(this.#sender, this.#lastPictureUs === null ? 'it does not answer' : 'it is gone');
  }

  #describe(picture: LentPicture): void {
    const now = nowUs();
    const due = now - this.#reportedUs > REPORT_US;
    const { width, height, format, rateN, rateD, progressive } = picture;
    const known = rateN > 0 && rateD > 0 ? { numerator: rateN, denominator: rateD } : null;
    const info: JsonObject = {
      sender: this.#sender.name,
      format,
      width,
      height,
      rateHz: known === null ? null : Number(rateHz(known).toFixed(3)),
      frameRate: known === null ? 'not told' : rateText(known),
      scan: progressive ? 'progressive' : 'interlaced',
      bandwidth: this.#settings.bandwidth,
      tally: 'program',
    };
    const text = JSON.stringify(info);
    if (text === this.#described && !due) return;
    this.#described = text;
    this.#reportedUs = now;
    this.#context.describe({
      ...info,
      audio: this.#hasAudio ? 'left out' : 'none',
      metadata: this.#metadata,
      dropped: this.#receiver.dropped,
    });
  }
}

function lost({ name }: Sender, why: string): Error {
  return failure('E_SOURCE_LOST', `NDI source "${name}": ${why}`, { name });
}
