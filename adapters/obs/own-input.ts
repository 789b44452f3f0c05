import type { JsonObject } from '../../src/contract/json.ts';
import type { ObsSetupPlan, ObsWay } from '../../src/contract/obs-ways.ts';

/** The setting by which an input is known to be ours, whatever it is called now. OBS keeps what it does not know. */
export const MARK = 'reverie';

export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rateHz: number;
}

export interface InputForm {
  readonly way: ObsWay;
  /** As OBS calls its sort of source. */
  readonly kind: string;
  readonly settings: JsonObject;
}

/** OBS gives a page no more pictures a second than this. */
const MOST_PAGE_HZ = 60;

/** The input for the way that is wished for; of `auto`, the first that there is. Null where this OBS or the show has none such. */
export function inputForm(plan: ObsSetupPlan, kinds: ReadonlySet<string>, canvas: Canvas): InputForm | null {
  const forms = [pageForm(plan, canvas), ndiForm(plan), spoutForm(plan), streamForm(plan)];
  const there = forms.filter((form) => form !== null && kinds.has(form.kind));
  return there.find((form) => form !== null && (plan.way === 'auto' || form.way === plan.way)) ?? null;
}

function pageForm({ page }: ObsSetupPlan, { width, height, rateHz }: Canvas): InputForm {
  return {
    way: 'browser',
    kind: 'browser_source',
    settings: {
      is_local_file: false,
      url: page,
      width,
      height,
      fps_custom: true,
      fps: Math.min(MOST_PAGE_HZ, Math.max(1, Math.round(rateHz))),
      css: '',
      // It goes on while another scene is shown, so that a cut to it shows the picture at once.
      shutdown: false,
      restart_when_active: false,
    },
  };
}

/** DistroAV. */
function ndiForm({ ndi }: ObsSetupPlan): InputForm | null {
  return ndi === null ? null : { way: 'ndi', kind: 'ndi_source', settings: { ndi_source_name: ndi } };
}

/** The Spout2 plugin, on Windows. */
function spoutForm({ spout }: ObsSetupPlan): InputForm | null {
  return spout === null ? null : { way: 'spout', kind: 'spout_capture', settings: { spoutsenders: spout } };
}

/** Every OBS has it. Little is held back, and a stream that ends is asked for again while its last picture stays. */
function streamForm({ transportStream }: ObsSetupPlan): InputForm {
  return {
    way: 'media',
    kind: 'ffmpeg_source',
    settings: {
      is_local_file: false,
      input: transportStream,
      input_format: 'mpegts',
      ffmpeg_options: 'fflags=nobuffer flags=low_delay probesize=500000 analyzeduration=300000',
      buffering_mb: 0,
      reconnect_delay_sec: 1,
      restart_on_activate: false,
      close_when_inactive: false,
      clear_on_media_end: false,
      hw_decode: false,
    },
  };
}
