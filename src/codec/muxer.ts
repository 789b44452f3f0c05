import type { FormatContext, IOContext, Packet, Stream } from 'node-av/lib';
import { failure, type ErrorCode, type ReverieError } from '../contract/error.ts';
import type { Size } from '../contract/frame.ts';
import { nalUnits } from '../protocols/rtp/h264.ts';
import { loadAv, type Av } from './av.ts';
import { wordsOf } from './av-error.ts';

/** `mpjpeg`: JPEG pictures one behind the other, each with HTTP headers (multipart/x-mixed-replace, boundary `ffmpeg`). */
export type Container = 'mp4' | 'mpegts' | 'flv' | 'mpjpeg';

/** Where the bytes go. A file is overwritten; `write` is handed a copy that it may keep, in order. */
export type MuxTarget =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'bytes'; readonly write: (bytes: Uint8Array) => void };

export interface MuxerOptions extends Size {
  readonly container: Container;
  readonly codec: 'h264' | 'mjpeg';
  readonly target: MuxTarget;
  /** Pictures a second that are to be expected, for headers that tell one. */
  readonly rateHz: number;
  /** FFmpeg's options of the container and of the protocol, over those that are set here. */
  readonly options?: Readonly<Record<string, string>>;
  /** What a failure is to be called: `E_SINK_LOST` for a peer, `E_RECORDING_FAILED` for a file. */
  readonly failure: ErrorCode;
}

/** One coded picture. H.264 as Annex B, with its parameter sets before every key picture, as `VideoEncoder` makes it. */
export interface MuxedPicture {
  readonly data: Uint8Array;
  readonly key: boolean;
  /** When it is to be seen, microseconds; grows from picture to picture. The first one of a stream begins at its own time. */
  readonly timestampUs: number;
  /** How long it is to be seen, as far as that is known when it is written. */
  readonly durationUs: number;
}

/** Pictures into a container, in order, one call at a time; `close` waits for the one under way. */
export interface Muxer {
  /** Rejects with the failure's code in FFmpeg's words; `details.ffmpeg` has its number, `details.full` is true on a full disk. */
  write(picture: MuxedPicture): Promise<void>;
  /** MP4: all pictures so far form a fragment in the file, which is playable up to here whatever happens now. */
  flush(): Promise<void>;
  /** Bytes that left so far. */
  readonly bytes: number;
  /** Ends a call that waits for a peer: it rejects. */
  interrupt(): void;
  /** Finishes what can be finished, and lets go. Never rejects: answers what went wrong, or null. */
  close(): Promise<ReverieError | null>;
  /** Lets go as it is: an MP4 stays in fragments. Never rejects. */
  leave(): Promise<void>;
}

/**
 * MP4 is written in fragments of half a second and made a plain one at the end: killed in between, it plays up to the last
 * fragment; finished, everything can read it.
 */
const FRAGMENT_US = 500_000;
const containerOptions: { readonly [name in Container]: Readonly<Record<string, string>> } = {
  mp4: {
    movflags: 'hybrid_fragmented+empty_moov+default_base_moof',
    frag_duration: String(FRAGMENT_US),
    use_editlist: '0',
  },
  // Tables every tenth of a second: who joins waits no longer for them than for a key picture.
  // The length of each picture is told: who reads it need not wait for the next one to know that it is whole.
  mpegts: {
    mpegts_flags: 'resend_headers',
    pat_period: '0.1',
    muxdelay: '0',
    muxpreload: '0',
    omit_video_pes_length: '0',
  },
  flv: { flvflags: 'no_duration_filesize' },
  mpjpeg: {},
};

/** `first` is the picture that will be written first: headers are made of what it carries. A stream begins with a key picture. */
export async function openMuxer(options: MuxerOptions, first: MuxedPicture): Promise<Muxer> {
  if (!first.key) throw failure('E_INTERNAL', 'A stream begins with a key picture');
  const muxer = new AvMuxer(await loadAv(), options);
  try {
    await muxer.open(first);
  } catch (error) {
    await muxer.close();
    throw error;
  }
  return muxer;
}

/** Of the buffer between FFmpeg and `write`. */
const BUFFER_BYTES = 65_536;

class AvMuxer implements Muxer {
  readonly #av: Av;
  readonly #options: MuxerOptions;
  readonly #format: FormatContext;
  readonly #packet: Packet;
  #stream: Stream | null = null;
  #io: IOContext | null = null;
  #handed = 0;
  #counted = 0;
  #begun = false;
  #opened = false;
  #failed = false;
  #closed = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(av: Av, options: MuxerOptions) {
    this.#av = av;
    this.#options = options;
    this.#format = new av.FormatContext();
    this.#packet = new av.Packet();
    this.#packet.alloc();
  }

  get bytes(): number {
    return this.#options.target.kind === 'bytes' ? this.#handed : this.#counted;
  }

  async open(first: MuxedPicture): Promise<void> {
    const { container, target, options = {} } = this.#options;
    const place = target.kind === 'url' ? target.url : target.kind === 'file' ? `file:${target.path}` : null;
    this.#must(this.#format.allocOutputContext2(null, container, place), 'preparing');
    this.#stream = this.#describe(first.data);
    // Live and on disk alike: what is written is out at once.
    this.#format.setFlags(this.#av.constants.AVFMT_FLAG_FLUSH_PACKETS);
    if (target.kind === 'bytes') this.#handTo(target.write);
    else this.#must(await this.#format.openOutput(), 'opening');
    this.#opened = true;
    const settings = this.#av.Dictionary.fromObject({ ...containerOptions[container], ...options });
    this.#must(await this.#format.writeHeader(settings), 'writing its header');
    this.#begun = true;
    this.#count();
  }

  write(picture: MuxedPicture): Promise<void> {
    return this.#alone(async () => {
      const packet = this.#packet;
      packet.data = Buffer.from(picture.data.buffer, picture.data.byteOffset, picture.data.byteLength);
      packet.streamIndex = 0;
      packet.pts = this.#inBase(picture.timestampUs);
      packet.dts = packet.pts;
      packet.duration = this.#inBase(picture.durationUs);
      packet.isKeyframe = picture.key;
      const result = await this.#format.writeFrame(packet);
      packet.unref();
      this.#count();
      this.#must(result, 'writing');
    });
  }

  flush(): Promise<void> {
    return this.#alone(async () => {
      const result = await this.#format.writeFrame(null);
      this.#count();
      this.#must(result, 'writing');
    });
  }

  interrupt(): void {
    this.#format.interrupt();
  }

  async close(): Promise<ReverieError | null> {
    if (this.#closed) return null;
    let problem: ReverieError | null = null;
    if (this.#begun && !this.#failed) {
      problem = await this.#alone(async () => {
        const result = await this.#format.writeTrailer();
        this.#count();
        return result < 0 ? this.#failure(result, 'finishing') : null;
      });
    }
    await this.leave();
    return problem;
  }

  async leave(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#tail;
    if (this.#io !== null) {
      // Both would free it otherwise.
      this.#format.pb = null;
      this.#io.freeContext();
    }
    if (this.#opened && this.#options.target.kind !== 'bytes') await this.#format.closeOutput();
    this.#packet.free();
    this.#format.freeContext();
  }

  #describe(first: Uint8Array): Stream {
    const { constants } = this.#av;
    const { codec, width, height, rateHz } = this.#options;
    const stream = this.#format.newStream(null);
    stream.timeBase = new this.#av.Rational(1, 90_000);
    const rate = new this.#av.Rational(Math.round(rateHz * 1000), 1000);
    stream.avgFrameRate = rate;
    const { codecpar } = stream;
    codecpar.codecType = constants.AVMEDIA_TYPE_VIDEO;
    codecpar.codecId = codec === 'h264' ? constants.AV_CODEC_ID_H264 : constants.AV_CODEC_ID_MJPEG;
    codecpar.width = width;
    codecpar.height = height;
    codecpar.format = constants.AV_PIX_FMT_YUV420P;
    if (codec === 'h264') codecpar.extradata = Buffer.from(parameterSets(first));
    return stream;
  }

  #handTo(write: (bytes: Uint8Array) => void): void {
    const io = new this.#av.IOContext();
    io.allocContextWithCallbacks(BUFFER_BYTES, 1, null, (bytes) => {
      // A copy: FFmpeg writes over its buffer when this returns.
      write(Uint8Array.from(bytes));
      this.#handed += bytes.length;
      return bytes.length;
    });
    this.#io = io;
    this.#format.pb = io;
    this.#format.setFlags(this.#av.constants.AVFMT_FLAG_CUSTOM_IO);
  }

  /** After the header, which may choose another time base than was asked for. */
  #inBase(us: number): bigint {
    const { num, den } = this.#stream?.timeBase ?? { num: 1, den: 90_000 };
    return BigInt(Math.round((us * den) / (num * 1e6)));
  }

  #count(): void {
    if (this.#options.target.kind !== 'bytes') this.#counted = Number(this.#format.pbBytes);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(failure('E_INTERNAL', 'The muxer is closed'));
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => {});
    return done;
  }

  #must(result: number, doing: string): void {
    if (result >= 0) return;
    this.#failed = true;
    throw this.#failure(result, doing);
  }

  #failure(result: number, doing: string): ReverieError {
    const { target, failure: code } = this.#options;
    const place =
      target.kind === 'file'
        ? target.path
        : target.kind === 'url'
          ? withoutSecrets(target.url)
          : 'The stream';
    const full = result === this.#av.noSpace;
    return failure(code, `${place}: ${doing} failed: ${wordsOf(this.#av, result)}`, { ffmpeg: result, full });
  }
}

const START_CODE = Uint8Array.of(0, 0, 0, 1);
const SPS = 7;
const PPS = 8;

/** The parameter sets before the first slice of an Annex B picture, with start codes: what headers are made of. */
function parameterSets(picture: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const unit of nalUnits(picture)) {
    const type = (unit[0] ?? 0) & 0x1f;
    if (type !== SPS && type !== PPS) {
      if (parts.length > 0) break;
      continue;
    }
    parts.push(START_CODE, unit);
  }
  return Buffer.concat(parts);
}

/** URLs of streams carry keys: nothing behind the host is told. */
function withoutSecrets(url: string): string {
  const [, place = 'The stream'] = /^([a-z0-9+.-]+:\/\/(?:[^/@]*@)?[^/?#]*)/i.exec(url) ?? [];
  return place.replace(/\/\/[^/@]*@/, '//');
}
