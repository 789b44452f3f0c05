import { failure } from '../../src/contract/error.ts';
import type { Frame } from '../../src/contract/frame.ts';
import type { FrameRate } from './frame-rate.ts';
import { fourCC, PROGRESSIVE, SYNTHESIZE_TIMECODE } from './layouts.ts';
import type { Ndi, Pointer, TallyFields } from './library.ts';
import { exchangeRedBlue } from './pixels.ts';
import type { Settings } from './settings.ts';

export type Tally = 'program' | 'preview' | 'none';

/**
 * A sender of the network. The runtime compresses on a thread of its own and reads the pixels until the next call, hence two
 * buffers in turn. It does not clock: it would hold each call back to a rate of its own, while frames come here at the pace of
 * the show already, capped and repeated; two clocks would beat against each other and lose a frame each time.
 */
export class Transmitter {
  readonly #ndi: Ndi;
  readonly #handle: Pointer;
  readonly #settings: Settings;
  readonly #code: number;
  #free: Uint8Array = new Uint8Array(0);
  /** What the runtime may be reading. */
  #lent: Uint8Array = new Uint8Array(0);

  constructor(ndi: Ndi, settings: Settings) {
    const name = settings.name === '' ? 'Reverie' : settings.name;
    const handle = ndi.sendCreate({
      p_ndi_name: name,
      p_groups: settings.groups === '' ? null : settings.groups,
      clock_video: false,
      clock_audio: false,
    });
    if (handle === null)
      throw failure(
        'E_SINK_LOST',
        `The NDI runtime does not send as "${name}"; another program may have that name`,
      );
    this.#ndi = ndi;
    this.#handle = handle;
    this.#settings = settings;
    this.#code = fourCC(this.format);
  }

  get format(): 'RGBA' | 'RGBX' | 'BGRA' | 'BGRX' {
    const { sendAs, alpha } = this.#settings;
    if (sendAs === 'bgra') return alpha ? 'BGRA' : 'BGRX';
    return alpha ? 'RGBA' : 'RGBX';
  }

  send({ data, width, height }: Frame, { numerator, denominator }: FrameRate): void {
    const pixels = this.#copy(data);
    this.#ndi.sendVideoAsync(this.#handle, {
      xres: width,
      yres: height,
      FourCC: this.#code,
      frame_rate_N: numerator,
      frame_rate_D: denominator,
      picture_aspect_ratio: width / height,
      frame_format_type: PROGRESSIVE,
      timecode: SYNTHESIZE_TIMECODE,
      p_data: pixels,
      line_stride_in_bytes: width * 4,
      p_metadata: null,
      timestamp: 0,
    });
    // Only now is the one before free.
    this.#free = this.#lent;
    this.#lent = pixels;
  }

  get receivers(): number {
    return Math.max(0, this.#ndi.senderConnections(this.#handle, 0));
  }

  get tally(): Tally {
    const tally: Partial<TallyFields> = {};
    this.#ndi.getTally(this.#handle, tally, 0);
    if (tally.on_program === true) return 'program';
    return tally.on_preview === true ? 'preview' : 'none';
  }

  close(): void {
    // Waits until the last picture is no longer read.
    this.#ndi.sendVideoAsync(this.#handle, null);
    this.#ndi.sendDestroy(this.#handle);
  }

  #copy(data: Uint8Array): Uint8Array {
    // Not from the pool: its memory must not be shared while the runtime reads it.
    const pixels = this.#free.length === data.length ? this.#free : Buffer.allocUnsafeSlow(data.length);
    if (this.#settings.sendAs === 'bgra') exchangeRedBlue(data, pixels);
    else pixels.set(data);
    return pixels;
  }
}
