import { failure } from '../contract/error.ts';
import type { IceCandidate } from '../contract/session.ts';

const MAX_LENGTH = 32_768;

export interface Fragment {
  readonly candidates: readonly IceCandidate[];
  /** Its `a=ice-ufrag`: of which ICE session they are. */
  readonly iceUser: string | null;
}

/** Reads an `application/trickle-ice-sdpfrag` (RFC 8840 §9); throws `E_SESSION_CANDIDATE` where it is none. */
export function readFragment(text: string): Fragment {
  if (text.length > MAX_LENGTH)
    throw failure(
      'E_SESSION_CANDIDATE',
      `The fragment is ${text.length} characters long; ${MAX_LENGTH} are taken`,
    );
  const candidates: IceCandidate[] = [];
  let mid: string | null = null;
  let line = -1;
  let iceUser: string | null = null;
  for (const entry of text.split(/\r?\n/)) {
    if (entry === '') continue;
    if (!/^[a-z]=/.test(entry))
      throw failure('E_SESSION_CANDIDATE', `"${entry.slice(0, 40)}" does not belong in an SDP fragment`);
    if (entry.startsWith('m=')) line += 1;
    if (entry.startsWith('a=ice-ufrag:')) iceUser ??= entry.slice('a=ice-ufrag:'.length).trim();
    if (entry.startsWith('a=mid:')) mid = entry.slice('a=mid:'.length);
    const candidate = entry.startsWith('a=candidate:') ? entry.slice(2) : null;
    if (candidate === null && entry !== 'a=end-of-candidates') continue;
    candidates.push({ candidate: candidate ?? '', sdpMid: mid, sdpMLineIndex: line < 0 ? null : line });
  }
  return { candidates, iceUser };
}
