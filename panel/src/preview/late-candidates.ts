const FRAGMENT = 'application/trickle-ice-sdpfrag';

interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
}

/**
 * The addresses that a browser finds after its offer went out: a TURN server far away takes longer than anybody wants to wait. Each
 * is told to the session in a PATCH (RFC 9725 §4.3.2).
 */
export class LateCandidates {
  readonly #offer: string;
  #waiting: Candidate[] | null = [];
  #send: ((candidate: Candidate) => void) | null = null;

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

/** One candidate as RFC 8840 §9 writes it. */
export function fragmentOf(offer: string, { candidate, sdpMid }: Candidate): string {
  const [session = '', ...sections] = offer.split(/^(?=m=)/m);
  const section = sections.find((each) => lineOf(each, 'a=mid:') === `a=mid:${sdpMid}`) ?? sections[0] ?? '';
  const either = (start: string): string => lineOf(section, start) ?? lineOf(session, start) ?? '';
  const lines = [
    either('a=ice-ufrag:'),
    either('a=ice-pwd:'),
    either('m='),
    either('a=mid:'),
    `a=${candidate}`,
  ];
  return [...lines.filter((line) => line !== ''), ''].join('\r\n');
}

function lineOf(section: string, start: string): string | null {
  return section.split(/\r?\n/).find((line) => line.startsWith(start)) ?? null;
}
