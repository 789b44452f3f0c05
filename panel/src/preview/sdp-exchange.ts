import { LateCandidates } from './late-candidates.ts';

/** A browser gathers its own addresses within this; what comes later (by STUN and TURN) follows the offer. */
const GATHERING_MS = 400;

/** The daemon's answer to a WHIP or WHEP offer; `location` is the session to DELETE. */
export interface Session {
  readonly location: string | null;
}

/** An offer that the daemon refused, in its own words. */
export class OfferRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'OfferRefused';
    this.status = status;
  }
}

/**
 * One POST of an offer with the candidates there are, answered with SDP (RFC 9725; WHEP draft): sets both descriptions of the peer.
 * Candidates that are found later are told as they come.
 */
export async function exchange(peer: RTCPeerConnection, path: string, signal: AbortSignal): Promise<Session> {
  peer.setConfiguration({ iceServers: await iceServers(signal) });
  await peer.setLocalDescription(await peer.createOffer());
  await gathered(peer);
  const offer = peer.localDescription?.sdp ?? '';
  const late = new LateCandidates(peer, offer);
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', accept: 'application/sdp' },
    body: offer,
    signal,
  });
  const text = await response.text();
  if (!response.ok)
    throw new OfferRefused(response.status, messageIn(text) ?? `The answer was ${response.status}`);
  const location = response.headers.get('location');
  // The address of the answer may be relative to what was asked.
  const session = { location: location === null ? null : new URL(location, response.url).href };
  try {
    await peer.setRemoteDescription({ type: 'answer', sdp: text });
  } catch (error) {
    leave(session);
    throw error;
  }
  const etag = response.headers.get('etag');
  if (session.location !== null && etag !== null) late.tell(session.location, etag);
  return session;
}

/** Whoever is refused them is refused the offer too, and hears why there. */
async function iceServers(signal: AbortSignal): Promise<RTCIceServer[]> {
  const answer = await fetch('/api/v1/ice-servers', { signal });
  return answer.ok ? ((await answer.json()) as { iceServers: RTCIceServer[] }).iceServers : [];
}

/** Ends a session, also while the page is being closed. */
export function leave({ location }: Session): void {
  if (location !== null) fetch(location, { method: 'DELETE', keepalive: true }).catch(() => undefined);
}

function gathered(peer: RTCPeerConnection): Promise<void> {
  if (peer.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise((resolve) => {
    setTimeout(resolve, GATHERING_MS);
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState === 'complete') resolve();
    });
  });
}

function messageIn(text: string): string | null {
  try {
    return (JSON.parse(text) as { error?: { message?: string } }).error?.message ?? null;
  } catch {
    return null;
  }
}
