import type { CodecContext, FormatContext, Frame as AvFrame, Packet, Stream } from 'node-av/lib';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure, type ErrorCode } from '../contract/error.ts';
import type { Size } from '../contract/frame.ts';
import { loadAv, type Av } from './av.ts';
import { avFailure, wordsOf } from './av-error.ts';
import type { MediaPlace } from './media-place.ts';
import { turnOf, type Turn } from './orientation.ts';
import { shownSize } from './picture-filter.ts';
import { pixelAspect } from './rgba-converter.ts';
import { withinLimit } from './stuck-call.ts';

/** What a file or stream says of itself. */
export interface VideoFacts {
  readonly container: string;
  readonly codec: string;
  /** `High`, `Main 10`; null where the codec has none or does not say. */
  readonly profile: string | null;
  /** `yuv420p`; null until the first picture where the header does not say. */
  readonly pixelFormat: string | null;
  /** Of the container's header; the pictures themselves may differ. */
  readonly size: Size;
  /** Null where it does not say, and for still pictures. */
  readonly rateHz: number | null;
  readonly durationSeconds: number | null;
  readonly audioStreams: number;
}

/** The picture that was decoded last. */
export interface Picture {
  /** On the clock of the file or stream; null where it carries none. */
  readonly seconds: number | null;
  /** How long it is shown; null where nothing says. */
  readonly durationSeconds: number | null;
  /** With square pixels, turned upright. */
  readonly size: Size;
  /** How it must be turned to stand upright. */
  readonly turn: Turn;
}

const DECODER_THREADS = 4;
/** Errors in a row after which a stream counts as lost; a demuxer may return one without having read anything. */
const MOST_ERRORS = 50;
/** The playlist of a live stream is read again only when its segments have been played. */
const PLAYLIST_SILENCE_MS = 10_000;
/** How long a device without a blocking read is left alone before it is asked again. */
const DEVICE_PAUSE_MS = 4;
/** What a sender that came to us says in its first seconds. */
const HEADER_MS = 5_000;
/** A damaged header may claim any size. */
const MOST_PIXELS = 8192 * 8192;

/**
 * The video of one file, stream or device, demultiplexed and decoded. One call at a time. What is live comes out as early as
 * can be: no frame waits in a decoder thread, and a native call that gives nothing in its time is interrupted.
 */
export class VideoInput {
  readonly av: Av;
  readonly place: MediaPlace;
  readonly #native: Native;
  readonly #streamTurn: Turn;
  #draining = false;
  #damaged = 0;
  #errors = 0;
  #bytes = 0;
  #interrupted = false;

  private constructor(av: Av, place: MediaPlace, native: Native) {
    this.av = av;
    this.place = place;
    this.#native = native;
    const { codecpar } = native.stream;
    this.#streamTurn = turnOf(codecpar.getCodedSideData(av.constants.AV_PKT_DATA_DISPLAYMATRIX));
  }

  /**
   * Rejects with `E_SOURCE_UNREADABLE` in FFmpeg's words, or `E_CODEC_MISSING`; of what is live with `E_SOURCE_ABSENT` where nothing
   * answers. An abort ends it at once.
   */
  static async open(place: MediaPlace, signal: AbortSignal | null = null): Promise<VideoInput> {
    const av = await loadAv();
    return new VideoInput(av, place, await openNative(av, place, signal));
  }

  /** As far as is known by now: some of it shows with the first picture only. */
  get facts(): VideoFacts {
    return factsOf(this.av, this.#native);
  }

  /** After so many milliseconds without a word it is lost; null where it waits for its reader. */
  get silenceMs(): number | null {
    if (this.place.live === null) return null;
    return this.#native.format.iformat?.name === 'hls' ? PLAYLIST_SILENCE_MS : this.place.live.silenceMs;
  }

  /** Packets and pictures that could not be decoded so far. */
  get damaged(): number {
    return this.#damaged;
  }

  /** Of the video, so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Fills `frame` with the next picture; false at the end. Damaged data is counted and passed over. */
  async decode(frame: AvFrame): Promise<boolean> {
    const { av } = this;
    const { decoder } = this.#native;
    for (;;) {
      const result = await decoder.receiveFrame(frame);
      if (result >= 0) {
        const corrupt = (frame.flags & av.constants.AV_FRAME_FLAG_CORRUPT) !== 0;
        if (corrupt || frame.decodeErrorFlags !== 0) this.#damaged += 1;
        return true;
      }
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

  describe(frame: AvFrame): Picture {
    const { av } = this;
    const { num, den } = this.#native.stream.timeBase;
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

  /** Goes back to the first picture. False where it cannot be wound back; then it has to be opened anew. */
  async rewind(): Promise<boolean> {
    const { constants } = this.av;
    const { format, stream, decoder } = this.#native;
    const start = stream.startTime === constants.AV_NOPTS_VALUE ? 0n : stream.startTime;
    const result = await format.seekFrame(stream.index, start, constants.AVSEEK_FLAG_BACKWARD);
    if (result < 0) return false;
    decoder.flushBuffers();
    this.#draining = false;
    return true;
  }

  /** A read that is under way or comes later ends at once. */
  interrupt(): void {
    this.#interrupted = true;
    this.#native.format.interrupt();
  }

  /** Not while a call is under way. */
  async free(): Promise<void> {
    const { format, decoder, packet } = this.#native;
    packet.free();
    decoder.freeContext();
    await format.closeInput();
  }

  /** Hands the decoder the next packet of the video, or at the end the word that no more come. */
  async #feed(): Promise<void> {
    const { format, stream, decoder, packet } = this.#native;
    for (;;) {
      const result = await this.#read(format, packet);
      if (result < 0) {
        if (this.#goesOn(result)) continue;
        this.#draining = true;
        await decoder.sendPacket(null);
        return;
      }
      this.#errors = 0;
      const ours = packet.streamIndex === stream.index;
      if (ours) this.#count(packet);
      const sent = ours ? await decoder.sendPacket(packet) : 0;
      packet.unref();
      if (sent < 0) this.#damaged += 1;
      if (ours) return;
    }
  }

  #count(packet: Packet): void {
    this.#bytes += packet.size;
    if (packet.hasFlags(this.av.constants.AV_PKT_FLAG_CORRUPT)) this.#damaged += 1;
  }

  async #read(format: FormatContext, packet: Packet): Promise<number> {
    const { av, place } = this;
    if (this.#interrupted) return av.constants.AVERROR_EOF;
    if (place.live === null) return format.readFrame(packet);
    const result = await withinLimit(format, this.silenceMs, null, () => format.readFrame(packet));
    if (result !== 'silent') return result === av.again ? this.#later(result) : result;
    const seconds = ((this.silenceMs ?? 0) / 1000).toFixed(1);
    throw failure('E_SOURCE_LOST', `${place.name}: nothing came for ${seconds} s`, { source: place.name });
  }

  async #later(result: number): Promise<number> {
    await sleep(DEVICE_PAUSE_MS);
    return result;
  }

  /** Whether another read is worth it after this one failed. */
  #goesOn(result: number): boolean {
    const { av, place } = this;
    if (result === av.constants.AVERROR_EOF) return false;
    if (place.live !== null && result === av.again) return true;
    this.#damaged += 1;
    if (place.live === null) {
      if (result === av.inputOutput) throw avFailure(av, 'E_SOURCE_LOST', place.name, 'reading', result);
      return false;
    }
    this.#errors += 1;
    if (result === av.constants.AVERROR_INVALIDDATA && this.#errors < MOST_ERRORS) return true;
    throw avFailure(av, 'E_SOURCE_LOST', place.name, 'reading', result);
  }
}

interface Native {
  readonly format: FormatContext;
  readonly stream: Stream;
  readonly decoder: CodecContext;
  /** Name of the decoder. */
  readonly codec: string;
  readonly profiles: ReadonlyMap<number, string>;
  readonly packet: Packet;
}

async function openNative(av: Av, place: MediaPlace, signal: AbortSignal | null): Promise<Native> {
  const format = new av.FormatContext();
  format.allocContext();
  let decoder: CodecContext | null = null;
  try {
    await openFormat(av, format, place, signal);
    const best = format.findBestStream(av.constants.AVMEDIA_TYPE_VIDEO, -1, -1);
    const stream = best < 0 ? undefined : format.streams[best];
    if (stream === undefined) throw unreadable(place, 'it has no video');
    const codec = av.Codec.findDecoder(stream.codecpar.codecId);
    if (codec === null) throw unreadable(place, 'FFmpeg has no decoder for its video');
    for (const other of format.streams) if (other.index !== best) other.discard = av.constants.AVDISCARD_ALL;
    decoder = new av.CodecContext();
    decoder.allocContext3(codec);
    must(av, place, 'reading its codec parameters', decoder.parametersToContext(stream.codecpar));
    decoder.pktTimebase = stream.timeBase;
    decoder.threadCount = DECODER_THREADS;
    // Threads that each hold a picture would hold it back.
    if (place.live !== null) decoder.threadType = av.constants.FF_THREAD_SLICE;
    decoder.setOption('max_pixels', MOST_PIXELS);
    must(av, place, `opening decoder ${codec.name ?? ''}`, await decoder.open2(codec, null));
    const packet = new av.Packet();
    packet.alloc();
    const profiles = new Map(
      (codec.profiles ?? []).map(({ profile, name }) => [Number(profile), name ?? '']),
    );
    return { format, stream, decoder, codec: codec.name ?? 'unknown', profiles, packet };
  } catch (error) {
    decoder?.freeContext();
    await format.closeInput();
    throw error;
  }
}

/** Opens it and reads so much of it that its streams are known. */
async function openFormat(
  av: Av,
  format: FormatContext,
  place: MediaPlace,
  signal: AbortSignal | null,
): Promise<void> {
  const demuxer = place.format === null ? null : av.InputFormat.findInputFormat(place.format);
  if (place.format !== null && demuxer === null)
    throw unreadable(place, `FFmpeg was built without ${place.format}`);
  const options = av.Dictionary.fromObject(place.options);
  const limitMs = place.live === null ? null : place.live.openMs;
  const opened = await withinLimit(format, limitMs, signal, () =>
    format.openInput(place.url, demuxer, options),
  );
  if (opened === 'silent') throw absent(place, 'it does not answer');
  if (opened < 0) throw openFailure(av, place, opened);
  const headerMs = place.live === null ? null : (limitMs ?? HEADER_MS);
  const found = await withinLimit(format, headerMs, signal, () => format.findStreamInfo(null));
  if (found === 'silent') throw absent(place, 'it is there, but no picture comes');
  must(av, place, 'reading its header', found);
}

/** What nobody answers is absent and may come; what answers in a language that FFmpeg does not know is unreadable. */
function openFailure(av: Av, place: MediaPlace, result: number): Error {
  const { constants } = av;
  const strange = [
    constants.AVERROR_INVALIDDATA,
    constants.AVERROR_DEMUXER_NOT_FOUND,
    constants.AVERROR_PROTOCOL_NOT_FOUND,
    constants.AVERROR_OPTION_NOT_FOUND,
  ];
  const code: ErrorCode =
    place.live === null || strange.some((each) => each === result)
      ? 'E_SOURCE_UNREADABLE'
      : 'E_SOURCE_ABSENT';
  return avFailure(av, code, place.name, 'opening', result);
}

const absent = ({ name }: MediaPlace, why: string): Error =>
  failure('E_SOURCE_ABSENT', `${name}: ${why}`, { source: name });

const unreadable = ({ name }: MediaPlace, why: string): Error =>
  failure('E_SOURCE_UNREADABLE', `${name}: ${why}`, { path: name });

function must(av: Av, { name }: MediaPlace, doing: string, result: number): void {
  if (result < 0)
    throw failure('E_SOURCE_UNREADABLE', `${name}: ${doing} failed: ${wordsOf(av, result)}`, {
      path: name,
      ffmpeg: result,
    });
}

function factsOf(av: Av, { format, stream, decoder, codec, profiles }: Native): VideoFacts {
  const { constants } = av;
  const rate = stream.avgFrameRate;
  const rateHz = rate.num > 0 && rate.den > 0 ? rate.num / rate.den : null;
  const audio = constants.AVMEDIA_TYPE_AUDIO;
  return {
    container: format.iformat?.name ?? 'unknown',
    codec,
    profile: profiles.get(Number(decoder.profile)) ?? null,
    pixelFormat: av.avGetPixFmtName(decoder.pixelFormat),
    size: { width: stream.codecpar.width, height: stream.codecpar.height },
    rateHz,
    durationSeconds: format.duration > 0n ? Number(format.duration) / 1e6 : null,
    audioStreams: format.streams.filter((each) => each.codecpar.codecType === audio).length,
  };
}
