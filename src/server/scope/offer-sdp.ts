import { failure } from '../../contract/error.ts';

const MOST_LINES = 64;

/** What a client offers of video: how many lines want pictures, how many can send some. */
export interface OfferedVideo {
  readonly receiving: number;
  readonly sending: number;
}

/** Reads the directions of an offer's video lines (RFC 8866 §5.14, §6.7). Throws where the text is no SDP. */
export function offeredVideo(sdp: string): OfferedVideo {
  const [session = '', ...media] = sdp.split(/^m=/m);
  if (!session.startsWith('v=0') || media.length === 0)
    throw failure('E_SESSION_OFFER', 'Field "sdp" of the body: not a session description with media in it', {
      in: 'body',
      field: 'sdp',
    });
  const usual = directionIn(session) ?? 'sendrecv';
  const lines = media
    .filter((section) => section.startsWith('video '))
    .slice(0, MOST_LINES)
    .map((section) => directionIn(section) ?? usual);
  return {
    receiving: lines.filter((line) => line === 'sendrecv' || line === 'recvonly').length,
    sending: lines.filter((line) => line === 'sendrecv' || line === 'sendonly').length,
  };
}

function directionIn(section: string): string | null {
  return /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(section)?.[1] ?? null;
}
