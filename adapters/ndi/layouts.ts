import koffi from 'koffi';

// The structures of the NDI C API (docs.ndi.video, "NDI SDK": frame types, NDI-Find, NDI-Send, NDI-Recv), versions 5 and 6. A test
// lets a C compiler lay them out and compares size and every offset. They have no names of their own in koffi, whose names are global.

export const sourceLayout = koffi.struct({ p_ndi_name: 'const char *', p_url_address: 'const char *' });

export const findCreateLayout = koffi.struct({
  show_local_sources: 'bool',
  p_groups: 'const char *',
  p_extra_ips: 'const char *',
});

export const receiveCreateLayout = koffi.struct({
  source_to_connect_to: sourceLayout,
  color_format: 'int32',
  bandwidth: 'int32',
  allow_video_fields: 'bool',
  p_ndi_recv_name: 'const char *',
});

export const sendCreateLayout = koffi.struct({
  p_ndi_name: 'const char *',
  p_groups: 'const char *',
  clock_video: 'bool',
  clock_audio: 'bool',
});

export const videoLayout = koffi.struct({
  xres: 'int32',
  yres: 'int32',
  FourCC: 'uint32',
  frame_rate_N: 'int32',
  frame_rate_D: 'int32',
  picture_aspect_ratio: 'float',
  frame_format_type: 'int32',
  timecode: 'int64',
  p_data: 'void *',
  line_stride_in_bytes: 'int32',
  p_metadata: 'void *',
  timestamp: 'int64',
});

export const audioLayout = koffi.struct({
  sample_rate: 'int32',
  no_channels: 'int32',
  no_samples: 'int32',
  timecode: 'int64',
  FourCC: 'uint32',
  p_data: 'void *',
  channel_stride_in_bytes: 'int32',
  p_metadata: 'void *',
  timestamp: 'int64',
});

export const metadataLayout = koffi.struct({ length: 'int32', timecode: 'int64', p_data: 'void *' });

export const tallyLayout = koffi.struct({ on_program: 'bool', on_preview: 'bool' });

export const performanceLayout = koffi.struct({
  video_frames: 'int64',
  audio_frames: 'int64',
  metadata_frames: 'int64',
});

/** What a capture brought. */
export const frameType = { none: 0, video: 1, audio: 2, metadata: 3, error: 4 } as const;

/** What the runtime is to hand over: without alpha, with alpha. */
export const colorFormat = {
  /** BGRX, BGRA */
  bgra: 0,
  /** RGBX, RGBA */
  rgba: 2,
  /** UYVY, RGBA */
  uyvy: 3,
  /** UYVY, UYVA */
  fastest: 100,
} as const;

export const bandwidth = { highest: 100, lowest: 0 } as const;

export const PROGRESSIVE = 1;

/** The runtime makes up the timecode. */
export const SYNTHESIZE_TIMECODE = 0x7fffffffffffffffn;

export function fourCC(letters: string): number {
  return Buffer.from(letters, 'latin1').readUInt32LE(0);
}
