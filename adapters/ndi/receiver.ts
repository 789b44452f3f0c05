import koffi from 'koffi';
import { failure } from '../../src/contract/error.ts';
import {
  audioLayout,
  bandwidth,
  colorFormat,
  frameType,
  metadataLayout,
  performanceLayout,
  videoLayout,
} from './layouts.ts';
import type { Ndi, Pointer } from './library.ts';
import type { Sender } from './names.ts';
import { readPicture, type LentPicture } from './picture.ts';
import { makeOpaque, toRgba } from './pixels.ts';
import type { Settings } from './settings.ts';

export type Captured =
  /** A picture is lent: `draw` it, then `giveBack`. */
  | { readonly kind: 'picture'; readonly picture: LentPicture }
  | { readonly kind: 'audio' | 'metadata' | 'nothing' | 'lost' };

/**
 * A connection to one sender. It takes in all that comes, sound and metadata too, and gives it back at once: what is not taken
 * waits in the runtime. Calls run on the thread of this process, which plays this one source: with a short time-out no other
 * thread has to be woken for a picture, and where a call never returns the runner falls silent and is ended by the supervisor.
 */
export class Receiver {
  readonly #ndi: Ndi;
  readonly #handle: Pointer;
  readonly #video: Pointer = allocate(videoLayout);
  readonly #audio: Pointer = allocate(audioLayout);
  readonly #metadata: Pointer = allocate(metadataLayout);
  readonly #total: Pointer = allocate(performanceLayout);
  readonly #dropped: Pointer = allocate(performanceLayout);
  #lent = false;
  /** Where what cannot be converted in place is copied to first. */
  #staging = new Uint8Array(0);

  constructor(ndi: Ndi, sender: Sender, settings: Pick<Settings, 'bandwidth' | 'receiveAs'>) {
    const handle = ndi.receiveCreate({
      source_to_connect_to: { p_ndi_name: sender.name, p_url_address: sender.address },
      color_format: colorFormat[settings.receiveAs],
      bandwidth: bandwidth[settings.bandwidth],
      // Interlaced pictures are woven by the runtime, so that each is whole.
      allow_video_fields: false,
      p_ndi_recv_name: 'Reverie',
    });
    if (handle === null)
      throw failure('E_SOURCE_LOST', `The NDI runtime does not connect to "${sender.name}"`);
    this.#ndi = ndi;
    this.#handle = handle;
  }

  /** The next that comes within `timeoutMs`. Throws `E_NDI_FRAME` for a picture that cannot be one; it is given back at the end. */
  capture(timeoutMs: number): Captured {
    switch (this.#ndi.capture(this.#handle, this.#video, this.#audio, this.#metadata, timeoutMs)) {
      case frameType.video:
        this.#lent = true;
        return { kind: 'picture', picture: readPicture(koffi.decode(this.#video, videoLayout)) };
      case frameType.audio:
        this.#ndi.freeAudio(this.#handle, this.#audio);
        return { kind: 'audio' };
      case frameType.metadata:
        this.#ndi.freeMetadata(this.#handle, this.#metadata);
        return { kind: 'metadata' };
      case frameType.error:
        return { kind: 'lost' };
      default:
        // Nothing came, or only news of the sender, which lend no memory.
        return { kind: 'nothing' };
    }
  }

  /** Writes the lent picture as rgba8 over all of `into`. */
  draw(picture: LentPicture, into: Uint8Array): void {
    const { format, stride, width, bytes, data } = picture;
    const close = stride === width * 4 && format !== 'UYVY' && format !== 'UYVA';
    if (close) {
      this.#ndi.copy(into, data, bytes);
      if (format === 'RGBX') makeOpaque(into);
      else if (format !== 'RGBA') toRgba(into, picture, into);
      return;
    }
    if (this.#staging.length < bytes) this.#staging = new Uint8Array(bytes);
    this.#ndi.copy(this.#staging, data, bytes);
    toRgba(this.#staging, picture, into);
  }

  giveBack(): void {
    if (!this.#lent) return;
    this.#lent = false;
    this.#ndi.freeVideo(this.#handle, this.#video);
  }

  get connected(): boolean {
    return this.#ndi.receiverConnections(this.#handle) > 0;
  }

  /** Pictures that the runtime left out because they were not taken in time. */
  get dropped(): number {
    this.#ndi.performance(this.#handle, this.#total, this.#dropped);
    const counts: unknown = koffi.decode(this.#dropped, performanceLayout);
    const frames =
      typeof counts === 'object' && counts !== null && 'video_frames' in counts ? counts.video_frames : 0;
    return Math.max(0, Number(frames));
  }

  /** Lights the red lamp of a camera. */
  tell(onProgram: boolean): void {
    this.#ndi.setTally(this.#handle, { on_program: onProgram, on_preview: false });
  }

  close(): void {
    this.giveBack();
    this.#ndi.receiveDestroy(this.#handle);
    for (const memory of [this.#video, this.#audio, this.#metadata, this.#total, this.#dropped])
      koffi.free(memory);
  }
}

/** Where the same structure is filled again and again, the copy into an object is only made when it is looked at. */
function allocate(layout: Parameters<typeof koffi.alloc>[0]): Pointer {
  return koffi.alloc(layout, 1);
}
