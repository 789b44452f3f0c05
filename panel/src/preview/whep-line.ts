import { exchange, leave, type Session } from './sdp-exchange.ts';
import type { Watched } from './watched.ts';

export interface WhepListener {
  /** The daemon answered: from now on pictures may come. */
  answered(): void;
  picture(size: { readonly width: number; readonly height: number }): void;
  /** The video holds its last picture for this call, and then nothing. */
  ending(): void;
  failed(): void;
}

/** One WHEP session that plays into a video element. It fails once and is then thrown away. */
export class WhepLine {
  readonly #peer = new RTCPeerConnection();
  readonly #video: HTMLVideoElement;
  readonly #listener: WhepListener;
  readonly #abort = new AbortController();
  #session: Session | null = null;
  #closed = false;

  constructor(watched: Watched, video: HTMLVideoElement, listener: WhepListener) {
    this.#video = video;
    this.#listener = listener;
    this.#peer.addTransceiver('video', { direction: 'recvonly' });
    this.#peer.addEventListener('track', ({ track, receiver }) => {
      // Freshest first: nothing is kept for smoothness.
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
      video.srcObject = new MediaStream([track]);
      video.play().catch(() => undefined);
      this.#watch();
    });
    this.#peer.addEventListener('connectionstatechange', () => {
      if (this.#peer.connectionState === 'failed' || this.#peer.connectionState === 'closed') this.#fail();
    });
    window.addEventListener('pagehide', this.close);
    this.#open(watched).catch(() => this.#fail());
  }

  readonly close = (): void => {
    if (this.#closed) return;
    this.#closed = true;
    window.removeEventListener('pagehide', this.close);
    this.#abort.abort();
    this.#listener.ending();
    this.#peer.close();
    this.#video.srcObject = null;
    if (this.#session !== null) leave(this.#session);
  };

  async #open({ node, matte }: Watched): Promise<void> {
    const path = `/whep/${encodeURIComponent(node)}?matte=${matte}`;
    const session = await exchange(this.#peer, path, this.#abort.signal);
    if (this.#closed) return leave(session);
    this.#session = session;
    this.#listener.answered();
  }

  /** Every picture that is put on screen. A browser that cannot tell is shown JPEG pictures. */
  #watch(): void {
    if (!('requestVideoFrameCallback' in this.#video)) return;
    const seen = (): void => {
      if (this.#closed) return;
      this.#listener.picture({ width: this.#video.videoWidth, height: this.#video.videoHeight });
      this.#video.requestVideoFrameCallback(seen);
    };
    this.#video.requestVideoFrameCallback(seen);
  }

  #fail(): void {
    if (this.#closed) return;
    this.close();
    this.#listener.failed();
  }
}
