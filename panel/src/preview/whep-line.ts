import { exchange, leave, type Session } from './sdp-exchange.ts';

export interface WhepListener {
  picture(size: { readonly width: number; readonly height: number }): void;
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

  constructor(node: string, video: HTMLVideoElement, listener: WhepListener) {
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
    this.#open(node).catch(() => this.#fail());
  }

  readonly close = (): void => {
    if (this.#closed) return;
    this.#closed = true;
    window.removeEventListener('pagehide', this.close);
    this.#abort.abort();
    this.#peer.close();
    this.#video.srcObject = null;
    if (this.#session !== null) leave(this.#session);
  };

  async #open(node: string): Promise<void> {
    const session = await exchange(this.#peer, `/whep/${encodeURIComponent(node)}`, this.#abort.signal);
    if (this.#closed) leave(session);
    else this.#session = session;
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
