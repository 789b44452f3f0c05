import type { Presentation, SinkContext } from '../../src/contract/adapter.ts';
import { encoderNamed, h264Encoders } from '../../src/codec/h264-encoders.ts';
import { presets } from '../../src/codec/h264-options.ts';
import { failure } from '../../src/contract/error.ts';
import { privateHostsOf } from '../../src/contract/host-reach.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { VIEWERS_URL } from '../../src/contract/live-stream.ts';
import { LiveEncoder, suitedBitrate, type LiveEncoderSettings } from './live-encoder.ts';
import type { Output } from './line.ts';
import { connectOutput } from './output.ts';
import { sinkTarget, type SinkTarget } from './sink-target.ts';
import { playToViewers } from './viewers.ts';

/** What may wait for the network, in time: beyond it frames are left out before they are encoded. */
const MAX_WAITING_SECONDS = 0.5;
const MIN_ROOM_BYTES = 65_536;
/** A peer that takes nothing for this long is as good as gone. */
const STUCK_MS = 5_000;
const REPORT_MS = 1_000;

export const sink = { run };

async function run(context: SinkContext): Promise<void> {
  const { config, rateHz, signal } = context;
  const settings = settingsOf(config, rateHz);
  const url = typeof config['url'] === 'string' ? config['url'] : '';
  if (url === VIEWERS_URL) return playToViewers(context, settings);
  context.want(null);
  const target = await sinkTarget(url, privateHostsOf(process.env));
  context.describe({ url: target.name, peer: target.listens ? 'waiting' : 'calling' });
  // Before anybody is called: an encoder that is not there is said at once.
  if (settings.encoder !== 'software') encoderNamed(settings.encoder, await h264Encoders());
  const output = await connectOutput(target, {
    rateHz,
    silence: config['silence'] !== false,
    anyCertificate: config['anyCertificate'] === true,
    signal,
  });
  if (output === null || signal.aborted) return output?.close();
  context.describe({ peer: 'connected' });
  const push = new Push(context, target, output, settings);
  try {
    await Promise.race([context.present((presentation) => push.show(presentation)), output.lost, push.stuck]);
  } finally {
    await push.close();
  }
}

/** The config is validated by the descriptor's schema before it gets here. */
function settingsOf(config: JsonObject, rateHz: number): LiveEncoderSettings {
  const { bitrate, keyframeSeconds, encoder, preset } = config;
  return {
    bitrateBps: typeof bitrate === 'number' ? bitrate * 1e6 : null,
    keyframeSeconds: typeof keyframeSeconds === 'number' ? keyframeSeconds : 1,
    rateHz,
    encoder: typeof encoder === 'string' ? encoder : 'auto',
    preset: presets.find((each) => each === preset) ?? null,
  };
}

/** Frames to one peer. What the network has no room for is left out before it is encoded, and counted. */
class Push {
  /** Rejects when the peer takes nothing any more. */
  readonly stuck: Promise<never>;
  readonly #context: SinkContext;
  readonly #name: string;
  readonly #keepsSize: boolean;
  readonly #output: Output;
  readonly #settings: LiveEncoderSettings;
  readonly #encoder: LiveEncoder;
  #stick: (error: Error) => void = () => undefined;
  #showing: Promise<void> = Promise.resolve();
  #fullSinceMs: number | null = null;
  #reportedMs = -Infinity;
  #reported = '';
  #bytesPerSecond = 0;
  #size = { width: 0, height: 0 };
  #skipped = 0;
  #over = false;

  constructor(
    context: SinkContext,
    { name, scheme }: SinkTarget,
    output: Output,
    settings: LiveEncoderSettings,
  ) {
    this.#context = context;
    this.#name = name;
    this.#keepsSize = scheme === 'rtmp' || scheme === 'rtmps';
    this.#output = output;
    this.#settings = settings;
    this.#encoder = new LiveEncoder(settings);
    this.stuck = new Promise<never>((_resolve, reject) => (this.#stick = reject));
    this.stuck.catch(() => undefined);
  }

  show(presentation: Presentation): Promise<void> {
    this.#showing = this.#show(presentation);
    return this.#showing;
  }

  async #show({ frame, repeat }: Presentation): Promise<void> {
    if (this.#over || this.#isFull()) return;
    const picture = await this.#encoder.encode(frame, repeat);
    if (picture === null) return;
    // Services that hand RTMP on take one size a stream: that of the first picture is kept, and later ones are fitted in.
    if (this.#keepsSize && this.#size.width === 0)
      this.#context.want({ width: frame.width, height: frame.height });
    this.#size = picture.size;
    this.#bytesPerSecond = (this.#settings.bitrateBps ?? suitedBitrate(picture.size)) / 8;
    await this.#output.send(picture);
    this.#report();
  }

  #isFull(): boolean {
    const nowMs = performance.now();
    const room = Math.max(MIN_ROOM_BYTES, this.#bytesPerSecond * MAX_WAITING_SECONDS);
    if (this.#output.waiting <= room) {
      this.#fullSinceMs = null;
      return false;
    }
    this.#fullSinceMs ??= nowMs;
    this.#skipped += 1;
    this.#report();
    if (nowMs - this.#fullSinceMs > STUCK_MS)
      this.#stick(
        failure(
          'E_SINK_LOST',
          `${this.#name}: it took nothing for ${STUCK_MS / 1000} s; ${this.#skipped} pictures were left out`,
        ),
      );
    return true;
  }

  /** At most once a second, and only what changed: each word goes to everybody who looks at the status. */
  #report(): void {
    const nowMs = performance.now();
    if (nowMs - this.#reportedMs < REPORT_MS) return;
    const { width, height } = this.#size;
    const info = { codec: 'h264', encoder: this.#encoder.name, width, height, skipped: this.#skipped };
    const text = JSON.stringify(info);
    if (text === this.#reported) return;
    this.#reportedMs = nowMs;
    this.#reported = text;
    this.#context.describe(info);
  }

  async close(): Promise<void> {
    this.#over = true;
    await this.#showing.catch(() => undefined);
    await this.#encoder.close();
    await this.#output.close();
  }
}
