import { JpegLine } from './jpeg-line.ts';
import { LineChoice } from './line-choice.ts';
import type { Watched } from './watched.ts';
import { WhepLine } from './whep-line.ts';

const LOOK_MS = 200;

interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export interface LinesListener {
  /** A JPEG picture, to be drawn within this call. */
  jpeg(picture: ImageBitmap): void;
  /** The video shows another picture. */
  video(size: PictureSize): void;
  /** The video has its last picture for this call, and then nothing. */
  videoEnds(): void;
  /** Several times a second. */
  looked(nowMs: number): void;
}

/** The live picture of one node: keeps the better line open until it is closed. */
export class PictureLines {
  readonly #watched: Watched;
  readonly #video: HTMLVideoElement;
  readonly #listener: LinesListener;
  readonly #choice: LineChoice;
  readonly #timer: number;
  #webrtc: WhepLine | null = null;
  #jpeg: JpegLine | null = null;

  constructor(watched: Watched, video: HTMLVideoElement, listener: LinesListener) {
    this.#watched = watched;
    this.#video = video;
    this.#listener = listener;
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
      this.#jpeg = new JpegLine(this.#watched, (picture) => this.#draw(picture));
    if (!wanted.jpeg && this.#jpeg !== null) {
      this.#jpeg.close();
      this.#jpeg = null;
    }
    this.#listener.looked(now);
  }

  #openWebrtc(): WhepLine {
    const line: WhepLine = new WhepLine(this.#watched, this.#video, {
      answered: () => this.#choice.answered(performance.now()),
      picture: (size) => {
        this.#choice.picture(performance.now());
        this.#listener.video(size);
      },
      ending: () => this.#listener.videoEnds(),
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
    // WebRTC is back meanwhile: what is still on its way by JPEG would step back in time.
    if (this.#choice.look(performance.now()).shown === 'jpeg') this.#listener.jpeg(picture);
  }
}
