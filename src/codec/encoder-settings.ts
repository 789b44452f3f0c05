import type { Codec, CodecContext, Frame as AvFrame } from 'node-av/lib';
import { failure } from '../contract/error.ts';
import type { Size } from '../contract/frame.ts';
import type { VideoCodec } from '../protocols/rtp/payload.ts';
import type { Av } from './av.ts';
import { wordsOf } from './av-error.ts';
import { liveOptions, SOFTWARE, type EncoderChoice } from './h264-options.ts';

export interface EncoderSettings extends Size {
  readonly codec: VideoCodec;
  readonly rateHz: number;
  readonly bitrateBps: number;
  /** H.264 that is kept instead of sent: the bitrate is an average then, or with a quality of no account. */
  readonly keep?: KeepSettings;
  /** Of H.264; x264 unless given. */
  readonly encoder?: EncoderChoice;
}

/** How much is kept of a picture, and how much time that may take. Still one picture in and one out. */
export interface KeepSettings {
  /** libx264's constant rate factor, 0..51, less is better; null keeps to the bitrate. */
  readonly crf: number | null;
  readonly preset: 'ultrafast' | 'veryfast' | 'faster';
  readonly threads: number;
}

/** Key pictures come when they are asked for; an encoder makes none of itself. */
const NEVER = 1_000_000;

/** No look-ahead, no reordering, one picture in and one out. */
const vp8Options: Readonly<Record<string, string>> = {
  deadline: 'realtime',
  'cpu-used': '8',
  'lag-in-frames': '0',
  'auto-alt-ref': '0',
  'error-resilient': 'default',
  // A key picture may take this many percent of a picture's share: else one delays those behind it.
  'max-intra-rate': '600',
};

function optionsOf({ codec, keep }: EncoderSettings, choice: EncoderChoice): Record<string, string> {
  if (codec === 'vp8') return { ...vp8Options };
  const options = liveOptions(choice);
  if (options === null)
    throw failure('E_CODEC_ENCODER', `Encoder "${choice.name}" is none that can be used live`);
  if (keep === undefined) return { ...options };
  const { preset, crf } = keep;
  return { ...options, preset, profile: 'high', ...(crf === null ? {} : { crf: String(crf) }) };
}

/** An opened encoder. Rejects with `E_CODEC_FAILED`. */
export async function openEncoder(av: Av, settings: EncoderSettings): Promise<CodecContext> {
  const { codec, width, height, rateHz } = settings;
  const choice = settings.encoder ?? { name: SOFTWARE, preset: null };
  const options = optionsOf(settings, choice);
  const name = codec === 'h264' ? choice.name : av.constants.FF_ENCODER_LIBVPX_VP8;
  const encoder = findEncoder(av, name);
  if (encoder === null) throw failure('E_CODEC_FAILED', `FFmpeg was built without ${name}`);
  const context = new av.CodecContext();
  context.allocContext3(encoder);
  try {
    context.width = width;
    context.height = height;
    context.pixelFormat = av.constants.AV_PIX_FMT_YUV420P;
    context.timeBase = new av.Rational(1, 1_000_000);
    context.framerate = new av.Rational(Math.round(rateHz * 1000), 1000);
    context.gopSize = NEVER;
    context.maxBFrames = 0;
    context.threadCount = settings.keep?.threads ?? 1;
    setColors(av, context);
    if (settings.keep === undefined) setBitrate(context, settings.bitrateBps);
    else if (settings.keep.crf === null) context.bitRate = BigInt(settings.bitrateBps);
    const result = await context.open2(encoder, av.Dictionary.fromObject(options));
    if (result < 0)
      throw failure(
        'E_CODEC_FAILED',
        `${name} cannot make ${width}×${height} at ${rateHz} Hz: ${wordsOf(av, result)}`,
      );
    return context;
  } catch (error) {
    context.freeContext();
    throw error;
  }
}

/** node-av's type of a name is a brand of its own constants; a name that FFmpeg does not know is answered null all the same. */
export function findEncoder(av: Av, name: string): Codec | null {
  return av.Codec.findEncoderByName(name as Parameters<typeof av.Codec.findEncoderByName>[0]);
}

/** Half a second of buffer: long enough for a key picture, short enough to keep its delay low. */
export function setBitrate(context: CodecContext, bitrateBps: number): void {
  context.bitRate = BigInt(bitrateBps);
  context.rcMaxRate = BigInt(bitrateBps);
  context.rcBufferSize = Math.ceil(bitrateBps / 2);
}

/** Memory for what the encoder takes in. */
export function allocI420(av: Av, frame: AvFrame, { width, height }: Size): void {
  frame.unref();
  frame.format = av.constants.AV_PIX_FMT_YUV420P;
  frame.width = width;
  frame.height = height;
  setColors(av, frame);
  const result = frame.getBuffer(0);
  if (result < 0) throw failure('E_CODEC_FAILED', `No memory for a picture: ${wordsOf(av, result)}`);
}

/**
 * BT.601 with limited range: what VP8 means (RFC 6386 §9.2), having no way to say anything else, and what every peer takes
 * H.264 for that does not read its colour description. Those that do find it there.
 */
function setColors(av: Av, target: CodecContext | AvFrame): void {
  const { constants } = av;
  target.colorSpace = constants.AVCOL_SPC_SMPTE170M;
  target.colorRange = constants.AVCOL_RANGE_MPEG;
  target.colorPrimaries = constants.AVCOL_PRI_BT709;
  target.colorTrc = constants.AVCOL_TRC_BT709;
}
