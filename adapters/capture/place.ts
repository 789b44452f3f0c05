import type { MediaPlace } from '../../src/codec/media-place.ts';

/** What a camera is asked for; null leaves it to the camera. */
export interface CaptureWish {
  readonly device: string;
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly rateHz: number | null;
}

/** Cameras that are being opened by somebody else, or that start up, take their time. */
const OPEN_MS = 4_000;
const SILENCE_MS = 1_900;

/** Of FFmpeg's device inputs, the one for cameras on each system. */
export function inputOf(platform: NodeJS.Platform): string | null {
  switch (platform) {
    case 'linux':
      return 'video4linux2';
    case 'darwin':
      return 'avfoundation';
    case 'win32':
      return 'dshow';
    default:
      return null;
  }
}

/** From this size on, cameras give their full rate only where they compress. */
const COMPRESSED_FROM = 1280 * 720;

/**
 * How FFmpeg opens a camera: by its path on Linux, its number or name on macOS, its name on Windows. The first that the camera
 * agrees to counts.
 */
export function placesOf(wish: CaptureWish, input: string): readonly [MediaPlace, ...MediaPlace[]] {
  const plain = placeOf(wish, input);
  const { size } = wish;
  if (input !== 'video4linux2' || size === null || size.width * size.height < COMPRESSED_FROM) return [plain];
  return [{ ...plain, options: { ...plain.options, input_format: 'mjpeg' } }, plain];
}

function placeOf({ device, size, rateHz }: CaptureWish, input: string): MediaPlace {
  // Cameras refuse rates they do not have; where nothing is asked, FFmpeg asks macOS for one that few cameras have.
  const rate = rateHz ?? (input === 'avfoundation' ? 30 : null);
  return {
    name: `capture:${device}`,
    url: input === 'dshow' ? `video=${device}` : device,
    format: input,
    options: {
      ...(size === null ? {} : { video_size: `${size.width}x${size.height}` }),
      ...(rate === null ? {} : { framerate: String(rate) }),
      ...(input === 'dshow' ? { rtbufsize: '64000000' } : {}),
      fpsprobesize: '0',
      analyzeduration: '0',
    },
    live: { openMs: OPEN_MS, silenceMs: SILENCE_MS },
  };
}
