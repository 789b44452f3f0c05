import koffi, { type LibraryHandle } from 'koffi';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { failure } from '../../src/contract/error.ts';
import {
  findCreateLayout,
  receiveCreateLayout,
  sendCreateLayout,
  tallyLayout,
  videoLayout,
} from './layouts.ts';
import { runtimePlaces, type Surroundings } from './places.ts';

/** An address in the runtime's memory. */
export type Pointer = bigint;

type Waiting = {
  (finder: Pointer, timeoutMs: number): boolean;
  async(finder: Pointer, timeoutMs: number, done: (error: unknown, changed: boolean) => void): void;
};

interface SourceFields {
  readonly p_ndi_name: string | null;
  readonly p_url_address: string | null;
}

/** Fields of the video structure, as C has them. */
export interface VideoFields {
  readonly xres: number;
  readonly yres: number;
  readonly FourCC: number;
  readonly frame_rate_N: number;
  readonly frame_rate_D: number;
  readonly picture_aspect_ratio: number;
  readonly frame_format_type: number;
  readonly timecode: number | bigint;
  readonly p_data: Pointer | Uint8Array | null;
  readonly line_stride_in_bytes: number;
  readonly p_metadata: Pointer | null;
  readonly timestamp: number | bigint;
}

export interface TallyFields {
  on_program: boolean;
  on_preview: boolean;
}

/** The part of the NDI C API that is used, by its own names without the prefix. */
export interface Ndi {
  readonly path: string;
  readonly version: string;
  readonly findCreate: (settings: {
    readonly show_local_sources: boolean;
    readonly p_groups: string | null;
    readonly p_extra_ips: string | null;
  }) => Pointer | null;
  readonly findDestroy: (finder: Pointer) => void;
  readonly findWait: Waiting;
  readonly findSources: (finder: Pointer, count: [number]) => Pointer | null;
  readonly receiveCreate: (settings: {
    readonly source_to_connect_to: SourceFields;
    readonly color_format: number;
    readonly bandwidth: number;
    readonly allow_video_fields: boolean;
    readonly p_ndi_recv_name: string | null;
  }) => Pointer | null;
  readonly receiveDestroy: (receiver: Pointer) => void;
  readonly capture: (
    receiver: Pointer,
    video: Pointer,
    audio: Pointer,
    metadata: Pointer,
    timeoutMs: number,
  ) => number;
  readonly freeVideo: (receiver: Pointer, video: Pointer) => void;
  readonly freeAudio: (receiver: Pointer, audio: Pointer) => void;
  readonly freeMetadata: (receiver: Pointer, metadata: Pointer) => void;
  readonly receiverConnections: (receiver: Pointer) => number;
  readonly setTally: (receiver: Pointer, tally: TallyFields) => boolean;
  readonly performance: (receiver: Pointer, total: Pointer, dropped: Pointer) => void;
  readonly sendCreate: (settings: {
    readonly p_ndi_name: string;
    readonly p_groups: string | null;
    readonly clock_video: boolean;
    readonly clock_audio: boolean;
  }) => Pointer | null;
  readonly sendDestroy: (sender: Pointer) => void;
  readonly sendVideoAsync: (sender: Pointer, video: VideoFields | null) => void;
  readonly senderConnections: (sender: Pointer, timeoutMs: number) => number;
  readonly getTally: (sender: Pointer, tally: Partial<TallyFields>, timeoutMs: number) => boolean;
  /** Of the C library: `to` may be any of our arrays. */
  readonly copy: (to: Uint8Array, from: Pointer, bytes: number) => void;
}

let opened: Ndi | null = null;

/**
 * The NDI runtime of this machine, loaded once for the process. Rejects nothing quietly: `E_NDI_MISSING` names every place that was
 * looked at. A failure is not remembered, so that a runtime that is installed meanwhile is found.
 */
export function openNdi(surroundings: Surroundings = surroundingsOf()): Ndi {
  if (opened !== null) return opened;
  const tried: string[] = [];
  for (const place of runtimePlaces(surroundings)) {
    if (isAbsolute(place) && !existsSync(place)) {
      tried.push(`${place} (not there)`);
      continue;
    }
    let library: LibraryHandle;
    try {
      library = koffi.load(place);
    } catch (error) {
      tried.push(`${place} (${wordsOf(error)})`);
      continue;
    }
    opened = bind(library, place, surroundings.platform);
    return opened;
  }
  throw failure('E_NDI_MISSING', `The NDI runtime was not found; looked at ${tried.join(', ')}`);
}

function surroundingsOf(): Surroundings {
  return { platform: process.platform, arch: process.arch, environment: process.env };
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  if (/No such file|could not be found|image not found/.test(words)) return 'not there';
  return words.replace(/^Failed to load shared library: /, '').split('\n')[0] ?? '';
}

type TypeSpec = Parameters<typeof koffi.sizeof>[0];
type NativeFunction = ReturnType<LibraryHandle['func']>;

function bind(library: LibraryHandle, path: string, platform: NodeJS.Platform): Ndi {
  const call = (name: string, result: string, ...parameters: TypeSpec[]): NativeFunction =>
    library.func(`NDIlib_${name}`, result, parameters);
  const handle = 'void *';
  try {
    const initialize: () => boolean = call('initialize', 'bool');
    const version: () => string | null = call('version', 'const char *');
    if (!initialize())
      throw failure('E_NDI_MISSING', `${path}: the NDI runtime does not support this processor`);
    return {
      path,
      version: version() ?? 'unknown',
      findCreate: call('find_create_v2', handle, koffi.pointer(findCreateLayout)),
      findDestroy: call('find_destroy', 'void', handle),
      findWait: call('find_wait_for_sources', 'bool', handle, 'uint32'),
      findSources: call('find_get_current_sources', handle, handle, koffi.out(koffi.pointer('uint32'))),
      receiveCreate: call('recv_create_v3', handle, koffi.pointer(receiveCreateLayout)),
      receiveDestroy: call('recv_destroy', 'void', handle),
      capture: call('recv_capture_v3', 'int32', handle, handle, handle, handle, 'uint32'),
      freeVideo: call('recv_free_video_v2', 'void', handle, handle),
      freeAudio: call('recv_free_audio_v3', 'void', handle, handle),
      freeMetadata: call('recv_free_metadata', 'void', handle, handle),
      receiverConnections: call('recv_get_no_connections', 'int32', handle),
      setTally: call('recv_set_tally', 'bool', handle, koffi.pointer(tallyLayout)),
      performance: call('recv_get_performance', 'void', handle, handle, handle),
      sendCreate: call('send_create', handle, koffi.pointer(sendCreateLayout)),
      sendDestroy: call('send_destroy', 'void', handle),
      sendVideoAsync: call('send_send_video_async_v2', 'void', handle, koffi.pointer(videoLayout)),
      senderConnections: call('send_get_no_connections', 'int32', handle, 'uint32'),
      getTally: call('send_get_tally', 'bool', handle, koffi.out(koffi.pointer(tallyLayout)), 'uint32'),
      copy: koffi.load(cLibrary(platform)).func('memcpy', handle, [handle, handle, 'size_t']),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw error;
    throw failure(
      'E_NDI_MISSING',
      `${path} is no NDI runtime of version 5 or 6: ${wordsOf(error)}`,
      null,
      error,
    );
  }
}

function cLibrary(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'msvcrt.dll';
  return platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6';
}
