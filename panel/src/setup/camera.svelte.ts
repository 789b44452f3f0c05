import type { NodeStatus } from '../../../src/contract/engine-api.ts';
import { reasonOf } from '../daemon/rest.ts';
import { exchange, leave, OfferRefused, type Session } from '../preview/sdp-exchange.ts';
import { changeNode } from './pick.ts';

const RETRY_MS = 1000;
/** A cold start of the process behind WebRTC, and a STUN server that does not answer. */
const ANSWER_MS = 15_000;

/** The camera of this device as a source (WHIP). Goes on while the page is open, whatever it shows, and comes back after a loss. */
export class Camera {
  node = $state<string | null>(null);
  stream = $state.raw<MediaStream | null>(null);
  starting = $state(false);
  connected = $state(false);
  refused = $state('');
  #peer: RTCPeerConnection | null = null;
  #session: Session | null = null;
  /** The process that this camera was connected to. */
  #pid: number | null = null;

  get words(): string {
    if (this.stream === null) return 'Stopped.';
    return this.connected ? 'On air.' : 'Connecting…';
  }

  async start(node: string): Promise<void> {
    this.stop();
    this.node = node;
    this.#pid = null;
    this.starting = true;
    this.refused = '';
    try {
      this.stream = await openCamera();
      const reason = await changeNode(node, { adapter: 'webrtc' });
      if (reason !== null) throw new Error(reason);
      await this.#connect();
    } catch (error) {
      this.stop();
      this.node = node;
      this.refused = wordsFor(error);
    }
    this.starting = false;
  }

  readonly stop = (): void => {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.node = null;
    this.#hangUp();
  };

  /** How a node is. Where another process does its work, the browser would take half a minute to notice that the first is gone. */
  hear({ id, module, pid }: NodeStatus): void {
    if (id !== this.node || module !== 'webrtc' || pid === null) return;
    const isAnother = this.#pid !== null && pid !== this.#pid;
    this.#pid = pid;
    if (isAnother && !this.starting && this.#peer !== null) this.#again();
  }

  async #connect(): Promise<void> {
    const { stream, node } = this;
    if (stream === null || node === null) return;
    this.#hangUp();
    const peer = new RTCPeerConnection();
    this.#peer = peer;
    for (const track of stream.getVideoTracks())
      peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
    peer.addEventListener('connectionstatechange', () => {
      if (peer !== this.#peer) return;
      this.connected = peer.connectionState === 'connected';
      if (peer.connectionState === 'failed' || peer.connectionState === 'closed') this.#later(peer);
    });
    window.addEventListener('pagehide', this.stop);
    const path = `/whip/${encodeURIComponent(node)}`;
    const session = await exchange(peer, path, AbortSignal.timeout(ANSWER_MS));
    if (peer !== this.#peer) return leave(session);
    this.#session = session;
    this.refused = '';
  }

  #again(): void {
    const connecting = this.#connect();
    const peer = this.#peer;
    connecting.catch((error: unknown) => {
      if (peer === null || peer !== this.#peer) return;
      this.refused = wordsFor(error);
      this.#later(peer);
    });
  }

  #later(peer: RTCPeerConnection): void {
    setTimeout(() => {
      if (peer === this.#peer) this.#again();
    }, RETRY_MS);
  }

  #hangUp(): void {
    window.removeEventListener('pagehide', this.stop);
    this.connected = false;
    this.#peer?.close();
    this.#peer = null;
    if (this.#session !== null) leave(this.#session);
    this.#session = null;
  }
}

function openCamera(): Promise<MediaStream> {
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
  if (mediaDevices === undefined)
    throw new Error('Browsers give a camera only to pages from this machine or over HTTPS.');
  return mediaDevices.getUserMedia({
    audio: false,
    video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
  });
}

function wordsFor(error: unknown): string {
  if (error instanceof OfferRefused) return error.message;
  if (!(error instanceof DOMException)) return reasonOf(error);
  if (error.name === 'NotAllowedError')
    return 'The browser may not use the camera. Allow it beside the address, and try again.';
  if (error.name === 'NotFoundError') return 'This device has no camera.';
  if (error.name === 'NotReadableError')
    return 'Another program uses the camera. Close it there, and try again.';
  return error.message;
}
