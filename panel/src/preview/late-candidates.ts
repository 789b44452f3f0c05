import { fragmentOf, type FoundCandidate } from './candidate-fragment.ts';

const FRAGMENT = 'application/trickle-ice-sdpfrag';

/**
 * The addresses that a browser finds after its offer went out: a TURN server far away takes longer than anybody wants to wait. Each
 * is told to the session in a PATCH (RFC 9725 §4.3.2).
 */
export class LateCandidates {
  readonly #offer: string;
  #waiting: FoundCandidate[] | null = [];
  #send: ((candidate: FoundCandidate) => void) | null = null;

  /** Listens from now on; `offer` holds what was found until now. */
  constructor(peer: RTCPeerConnection, offer: string) {
    this.#offer = offer;
    peer.addEventListener('icecandidate', ({ candidate }) => {
      // An empty one says that there are no more.
      if (candidate === null || candidate.candidate === '') return;
      if (this.#send === null) this.#waiting?.push(candidate);
      else this.#send(candidate);
    });
  }

  /** The session is there: what was found meanwhile is told, and what comes later as it comes. */
  tell(location: string, etag: string): void {
    const headers = { 'content-type': FRAGMENT, 'if-match': etag };
    this.#send = (candidate) => {
      // A session that has ended meanwhile needs none; a way that is not told is missed when it is tried.
      void fetch(location, { method: 'PATCH', headers, body: fragmentOf(this.#offer, candidate) }).catch(
        () => undefined,
      );
    };
    for (const candidate of this.#waiting ?? []) this.#send(candidate);
    this.#waiting = null;
  }
}
