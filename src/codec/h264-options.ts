/** How much time an encoder may take for a picture, from the quickest on: x264's words. */
export const presets = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium'] as const;
export type Preset = (typeof presets)[number];

/** What codes H.264. */
export interface EncoderChoice {
  /** FFmpeg's name: `libx264`, `h264_nvenc`. */
  readonly name: string;
  /** Null takes the quickest. */
  readonly preset: Preset | null;
}

export const SOFTWARE = 'libx264';

type Options = Readonly<Record<string, string>>;

/** No look-ahead, no reordering, one picture in and one out; key pictures when they are asked for. */
const live: Readonly<Record<string, (preset: Preset) => Options>> = {
  [SOFTWARE]: (preset) => ({
    preset,
    tune: 'zerolatency',
    profile: 'baseline',
    'forced-idr': '1',
    'x264-params': 'scenecut=0:log-level=-1',
  }),
  // p1 is the quickest of seven.
  h264_nvenc: (preset) => ({
    preset: `p${presets.indexOf(preset) + 1}`,
    tune: 'ull',
    profile: 'baseline',
    rc: 'cbr',
    delay: '0',
    zerolatency: '1',
    'no-scenecut': '1',
    'forced-idr': '1',
  }),
  h264_videotoolbox: () => ({ profile: 'baseline', realtime: '1', prio_speed: '1', allow_sw: '0' }),
  h264_amf: (preset) => ({
    usage: 'ultralowlatency',
    profile: 'constrained_baseline',
    quality: presets.indexOf(preset) < 3 ? 'speed' : 'balanced',
    rc: 'cbr',
    latency: '1',
    forced_idr: '1',
  }),
  h264_mf: () => ({ hw_encoding: '1', rate_control: 'cbr', scenario: 'live_streaming' }),
};

/** Those of graphics cards, as they are tried: each takes pictures out of ordinary memory. */
export const hardwareEncoders: readonly string[] = Object.keys(live).filter((name) => name !== SOFTWARE);

/** Null where we do not know how to make it work live. */
export function liveOptions({ name, preset }: EncoderChoice): Options | null {
  return live[name]?.(preset ?? 'ultrafast') ?? null;
}
