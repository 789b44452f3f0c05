import { JpegLine } from './jpeg-line.ts';
import { LineChoice, type LineKind } from './line-choice.ts';
import { WhepLine } from './whep-line.ts';

const LOOK_MS = 200;
const RATE_WINDOW_MS = 2000;

export interface Surfaces {
  readonly canvas: HTMLCanvasElement;
  readonly video: HTMLVideoElement;
}

/** The live picture of one node: keeps the better line open, and knows which one it is. */
export class Preview {
  /** What is on screen; null before the first picture. */
  shown = $state<LineKind | null>(null);
  size = $state.raw<{ readonly width: number; readonly height: number } | null>(null);
  rateHz = $state(0);
  /** No picture came for a while: what is seen is old. */
  stale = $state(true);

  readonly #surfaces: Surfaces;
  readonly #node: string;
  readonly #choice: LineChoice;
  readonly #timer: number;
  #webrtc: WhepLine | null = null;
  #jpeg: JpegLine | null = null;
  #times: number[] = [];

  constructor(node: string, surfaces: Surfaces) {
    this.#node = node;
    this.#surfaces = surfaces;
    this.#choice = new LineChoice(performance.now(), typeof RTCPeerConnection === 'function');
    this.#look();
    this.#timer = window.setInterval(() => this.#look(), LOOK_MS);
    document.addEventListener('visibilitychange', this.#seen);
  }

  close(): void {
    clearInterval(this.#timer);
    document.removeEventListener('visibilitychange', this.#seen);
    this.#webrtc?.close();
    this.#jpeg?.close();
  }

  readonly #seen = (): void => {
    if (document.hidden) {
      this.#jpeg?.close();
      this.#jpeg = null;
    } else {
      this.#choice.forgive(performance.now());
      this.#look();
    }
  };

  #look(): void {
    // A hidden page is drawn nothing, so its silence says nothing, and pictures for it would be wasted.
    if (document.hidden) return;
    const now = performance.now();
    const wanted = this.#choice.look(now);
    if (wanted.webrtc && this.#webrtc === null) this.#webrtc = this.#openWebrtc();
    if (!wanted.webrtc && this.#webrtc !== null) {
      this.#webrtc.close();
      this.#webrtc = null;
    }
    if (wanted.jpeg && this.#jpeg === null)
      this.#jpeg = new JpegLine(this.#node, (picture) => this.#draw(picture));
    if (!wanted.jpeg && this.#jpeg !== null) {
      this.#jpeg.close();
      this.#jpeg = null;
    }
    this.#times = this.#times.filter((time) => time > now - RATE_WINDOW_MS);
    this.rateHz = Math.round((this.#times.length * 1000) / RATE_WINDOW_MS);
    this.stale = this.#times.length === 0;
  }

  #openWebrtc(): WhepLine {
    const line: WhepLine = new WhepLine(this.#node, this.#surfaces.video, {
      picture: (size) => {
        this.#choice.picture(performance.now());
        this.#showed('webrtc', size);
      },
      failed: () => {
        if (this.#webrtc !== line) return;
        this.#webrtc = null;
        this.#choice.failed(performance.now());
        this.#look();
      },
    });
    return line;
  }

  #draw(picture: ImageBitmap): void {
    const { canvas } = this.#surfaces;
    // WebRTC is back meanwhile: what is still on its way by JPEG would step back in time.
    if (this.#choice.look(performance.now()).shown === 'webrtc') return;
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
    }
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    this.#showed('jpeg', picture);
  }

  #showed(kind: LineKind, { width, height }: { readonly width: number; readonly height: number }): void {
    this.#times.push(performance.now());
    this.stale = false;
    this.shown = kind;
    if (this.size?.width !== width || this.size.height !== height) this.size = { width, height };
  }
}
