import type { CodecContext, FormatContext, Frame as AvFrame, Packet, Stream } from 'node-av/lib';
import { failure } from '../contract/error.ts';
import type { Size } from '../contract/frame.ts';
import { loadAv, type Av } from './av.ts';
import { avFailure } from './av-error.ts';
import { containers } from './containers.ts';
import { combined, turnOf, type Turn } from './orientation.ts';
import { shownSize, type View } from './picture-filter.ts';
import { pixelAspect, RgbaConverter } from './rgba-converter.ts';

/** What a file says of itself. */
export interface VideoFacts {
  readonly container: string;
  readonly codec: string;
  /** Of the container's header; the pictures themselves may differ. */
  readonly size: Size;
  /** Null where the file does not say, and for still pictures. */
  readonly rateHz: number | null;
  readonly durationSeconds: number | null;
  readonly audioStreams: number;
}

/** The picture that was decoded last. */
export interface Picture {
  /** On the file's own clock; null where it carries none. */
  readonly seconds: number | null;
  /** How long it is shown; null where the file does not say. */
  readonly durationSeconds: number | null;
  /** With square pixels, turned upright. */
  readonly size: Size;
  /** How it must be turned to stand upright. */
  readonly turn: Turn;
}

const DECODER_THREADS = 4;

/**
 * Demultiplexes and decodes the video of one local file. Pictures come one at a time; the present one can be drawn until the
 * next is asked for. Calls are carried out in their order, one at a time, and `close` waits for the one under way: FFmpeg's
 * memory is never freed while it works on it. Files only: neither protocols nor playlists are followed.
 */
export class VideoReader {
  readonly facts: VideoFacts;
  readonly #native: Native;
  readonly #path: string;
  readonly #streamTurn: Turn;
  #tail: Promise<unknown> = Promise.resolve();
  #picture: Picture | null = null;
  #draining = false;
  #damaged = 0;
  #closed = false;

  private constructor(path: string, native: Native) {
    this.#path = path;
    this.#native = native;
    this.facts = factsOf(native);
    const { codecpar } = native.stream;
    this.#streamTurn = turnOf(codecpar.getCodedSideData(native.av.constants.AV_PKT_DATA_DISPLAYMATRIX));
  }

  /** `path` is absolute. Rejects with `E_SOURCE_UNREADABLE` in FFmpeg's words, or `E_CODEC_MISSING`. */
  static async open(path: string): Promise<VideoReader> {
    const av = await loadAv();
    return new VideoReader(path, await openNative(av, path));
  }

  /** Packets and pictures that could not be decoded so far. */
  get damaged(): number {
    return this.#damaged;
  }

  /** Decodes the next picture; null at the end of the file, and again until `rewind`. */
  next(): Promise<Picture | null> {
    return this.#alone(async () => {
      this.#picture = null;
      this.#native.frame.unref();
      this.#picture = (await this.#decode()) ? this.#describe() : null;
      return this.#picture;
    });
  }

  /** Draws the present picture into `target`, `[height, width, 4]` of the view's size. `view.turn` comes on top of the picture's own. */
  draw(view: View, target: Uint8Array): Promise<void> {
    return this.#alone(async () => {
      if (this.#picture === null) throw failure('E_INTERNAL', 'There is no picture to draw');
      const turn = combined(this.#picture.turn, view.turn);
      await this.#native.converter.convert(this.#native.frame, { ...view, turn }, target);
    });
  }

  /** Goes back to the first picture. False where the file cannot be wound back; then it has to be opened anew. */
  rewind(): Promise<boolean> {
    return this.#alone(async () => {
      const { av, format, stream, decoder, frame } = this.#native;
      this.#picture = null;
      frame.unref();
      const start = stream.startTime === av.constants.AV_NOPTS_VALUE ? 0n : stream.startTime;
      const result = await format.seekFrame(stream.index, start, av.constants.AVSEEK_FLAG_BACKWARD);
      if (result < 0) return false;
      decoder.flushBuffers();
      this.#draining = false;
      return true;
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#native.format.interrupt();
    await this.#tail;
    await freeNative(this.#native);
  }

  /** Runs `work` after all earlier work. A failure is the caller's and does not stop what follows. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(failure('E_INTERNAL', 'The file is closed'));
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => {});
    return done;
  }

  /** Fills `frame` with the next picture; false at the end. Damaged data is counted and passed over. */
  async #decode(): Promise<boolean> {
    const { av, decoder, frame } = this.#native;
    for (;;) {
      const result = await decoder.receiveFrame(frame);
      if (result >= 0) return true;
      if (result === av.constants.AVERROR_EOF) return false;
      if (result === av.again) {
        if (this.#draining) return false;
        await this.#feed();
      } else {
        this.#damaged += 1;
        if (this.#draining) return false;
      }
    }
  }

  /** Hands the decoder the next packet of the video, or at the end of the file the word that no more come. */
  async #feed(): Promise<void> {
    const { av, format, stream, decoder, packet } = this.#native;
    for (;;) {
      const result = this.#closed ? av.constants.AVERROR_EOF : await format.readFrame(packet);
      if (result < 0) {
        if (result !== av.constants.AVERROR_EOF) {
          this.#damaged += 1;
          if (result === av.inputOutput) throw avFailure(av, 'E_SOURCE_LOST', this.#path, 'reading', result);
        }
        this.#draining = true;
        await decoder.sendPacket(null);
        return;
      }
      const ours = packet.streamIndex === stream.index;
      const sent = ours ? await decoder.sendPacket(packet) : 0;
      packet.unref();
      if (sent < 0) this.#damaged += 1;
      if (ours) return;
    }
  }

  #describe(): Picture {
    const { av, frame, stream } = this.#native;
    const { num, den } = stream.timeBase;
    const pts = frame.bestEffortTimestamp;
    const matrix = frame.getSideData(av.constants.AV_FRAME_DATA_DISPLAYMATRIX);
    const turn = matrix === null ? this.#streamTurn : turnOf(matrix);
    return {
      seconds: pts === av.constants.AV_NOPTS_VALUE ? null : (Number(pts) * num) / den,
      durationSeconds: frame.duration > 0n ? (Number(frame.duration) * num) / den : null,
      size: shownSize({ width: frame.width, height: frame.height, pixelAspect: pixelAspect(frame) }, turn),
      turn,
    };
  }
}

interface Native {
  readonly av: Av;
  readonly format: FormatContext;
  readonly stream: Stream;
  readonly decoder: CodecContext;
  /** Name of the decoder. */
  readonly codec: string;
  readonly packet: Packet;
  readonly frame: AvFrame;
  readonly converter: RgbaConverter;
}

async function openNative(av: Av, path: string): Promise<Native> {
  const { constants } = av;
  const format = new av.FormatContext();
  format.allocContext();
  let decoder: CodecContext | null = null;
  try {
    const options = av.Dictionary.fromObject({
      protocol_whitelist: 'file',
      format_whitelist: containers.join(','),
      // A file called img%03d.png is one file, not a series.
      pattern_type: 'none',
    });
    must(av, path, 'opening', await format.openInput(`file:${path}`, null, options));
    must(av, path, 'reading its header', await format.findStreamInfo(null));
    const best = format.findBestStream(constants.AVMEDIA_TYPE_VIDEO, -1, -1);
    const stream = best < 0 ? undefined : format.streams[best];
    if (stream === undefined) throw failure('E_SOURCE_UNREADABLE', `${path}: it has no video`, { path });
    const codec = av.Codec.findDecoder(stream.codecpar.codecId);
    if (codec === null)
      throw failure('E_SOURCE_UNREADABLE', `${path}: FFmpeg has no decoder for its video`, { path });
    for (const other of format.streams) if (other.index !== best) other.discard = constants.AVDISCARD_ALL;
    decoder = new av.CodecContext();
    decoder.allocContext3(codec);
    must(av, path, 'reading its codec parameters', decoder.parametersToContext(stream.codecpar));
    decoder.pktTimebase = stream.timeBase;
    decoder.threadCount = DECODER_THREADS;
    must(av, path, `opening decoder ${codec.name ?? ''}`, await decoder.open2(codec, null));
    const packet = new av.Packet();
    packet.alloc();
    const frame = new av.Frame();
    frame.alloc();
    return {
      av,
      format,
      stream,
      decoder,
      codec: codec.name ?? 'unknown',
      packet,
      frame,
      converter: new RgbaConverter(av),
    };
  } catch (error) {
    decoder?.freeContext();
    await format.closeInput();
    throw error;
  }
}

async function freeNative({ format, decoder, packet, frame, converter }: Native): Promise<void> {
  converter.free();
  frame.free();
  packet.free();
  decoder.freeContext();
  await format.closeInput();
}

function must(av: Av, path: string, doing: string, result: number): void {
  if (result < 0) throw avFailure(av, 'E_SOURCE_UNREADABLE', path, doing, result);
}

function factsOf({ av, format, stream, codec }: Native): VideoFacts {
  const { constants } = av;
  const rate = stream.avgFrameRate;
  const rateHz = rate.num > 0 && rate.den > 0 ? rate.num / rate.den : null;
  return {
    container: format.iformat?.name ?? 'unknown',
    codec,
    size: { width: stream.codecpar.width, height: stream.codecpar.height },
    rateHz,
    durationSeconds: format.duration > 0n ? Number(format.duration) / 1e6 : null,
    audioStreams: format.streams.filter((each) => each.codecpar.codecType === constants.AVMEDIA_TYPE_AUDIO)
      .length,
  };
}
