import { failure } from '../../src/contract/error.ts';
import {
  parameterSets,
  silence,
  silenceConfiguration,
  SILENCE_FRAME,
  SILENCE_HZ,
  videoConfiguration,
  videoPicture,
} from '../../src/protocols/rtmp/media.ts';
import type { Output } from './line.ts';
import type { LivePicture } from './live-encoder.ts';
import { RtmpSession, type RtmpPlace } from './rtmp-session.ts';
import { callServer } from './server-call.ts';
import { inUrl, type SinkTarget } from './sink-target.ts';

/** Publishes to an RTMP server. Rejects with `E_SINK_LOST`, `E_STREAM_CERTIFICATE`. */
export async function openRtmp(
  target: SinkTarget,
  anyCertificate: boolean,
  withSound: boolean,
): Promise<Output> {
  const place = placeOf(target);
  const session = await callServer(target, anyCertificate, (socket) => new RtmpSession(socket, place));
  return new RtmpOutput(session, withSound, target.name);
}

/** `rtmp://host/app/key`: what stands behind the application is the stream's name, with its query. */
function placeOf({ scheme, host, port, path, query, name }: SinkTarget): RtmpPlace {
  const [, app = '', key = ''] = /^\/([^/]+)\/(.+)$/.exec(path) ?? [];
  const rest = query.size === 0 ? '' : `?${new URLSearchParams([...query]).toString()}`;
  return { app, key: `${key}${rest}`, url: `${scheme}://${inUrl(host)}:${port}/${app}`, name };
}

/** Pictures as RTMP's messages; beside them, where services want it, a sound track of silence. */
class RtmpOutput implements Output {
  readonly lost: Promise<never>;
  readonly #session: RtmpSession;
  readonly #withSound: boolean;
  readonly #name: string;
  #configuration: Buffer | null = null;
  #silences = 0;

  constructor(session: RtmpSession, withSound: boolean, name: string) {
    this.#session = session;
    this.#withSound = withSound;
    this.#name = name;
    this.lost = session.lost;
  }

  get waiting(): number {
    return this.#session.waiting;
  }

  async send(picture: LivePicture): Promise<void> {
    const timestampMs = Math.round(picture.timestampUs / 1000);
    if (picture.key) this.#configure(picture, timestampMs);
    if (this.#withSound) this.#fillSilence(timestampMs);
    this.#session.video(timestampMs, videoPicture(picture.data, picture.key));
  }

  async close(): Promise<void> {
    this.#session.close();
  }

  /** Before the first picture, and before one that was made otherwise. */
  #configure({ data, size }: LivePicture, timestampMs: number): void {
    const sets = parameterSets(data);
    if (sets === null) throw failure('E_SINK_LOST', `${this.#name}: the encoder gives no parameter sets`);
    const configuration = videoConfiguration(sets);
    if (this.#configuration?.equals(configuration) === true) return;
    const first = this.#configuration === null;
    this.#configuration = configuration;
    const sound = this.#withSound ? { audiocodecid: 10, audiosamplerate: SILENCE_HZ, stereo: true } : {};
    this.#session.data([
      '@setDataFrame',
      'onMetaData',
      { width: size.width, height: size.height, videocodecid: 7, encoder: 'Reverie', ...sound },
    ]);
    this.#session.video(timestampMs, configuration);
    if (first && this.#withSound) this.#session.audio(timestampMs, silenceConfiguration);
  }

  #fillSilence(untilMs: number): void {
    for (;;) {
      const atMs = Math.round((this.#silences * SILENCE_FRAME * 1000) / SILENCE_HZ);
      if (atMs > untilMs) return;
      this.#silences += 1;
      this.#session.audio(atMs, silence);
    }
  }
}
