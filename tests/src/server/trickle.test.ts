import { expect, test } from 'vitest';
import { readFragment } from '../../../src/server/trickle.ts';

const host = 'candidate:1 1 udp 2113937151 127.0.0.1 5000 typ host';

test('candidates of a fragment belong to the m-line they follow', () => {
  const text = [
    'a=ice-ufrag:abcd',
    'a=ice-pwd:0123456789abcdefghijkl',
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    'a=mid:0',
    `a=${host}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'a=mid:data',
    `a=${host}`,
    'a=end-of-candidates',
    '',
  ].join('\r\n');
  expect(readFragment(text).iceUser).toBe('abcd');
  expect(readFragment(text).candidates).toEqual([
    { candidate: host, sdpMid: '0', sdpMLineIndex: 0 },
    { candidate: host, sdpMid: 'data', sdpMLineIndex: 1 },
    { candidate: '', sdpMid: 'data', sdpMLineIndex: 1 },
  ]);
});

test('what is no fragment, or far too long, is refused', () => {
  const codeOf = (text: string): unknown => {
    try {
      return readFragment(text).candidates.length;
    } catch (error) {
      return Object(error).code;
    }
  };
  expect(codeOf('')).toBe(0);
  expect(codeOf('hello')).toBe('E_SESSION_CANDIDATE');
  expect(codeOf(`a=${host}\r\n`.repeat(2_000))).toBe('E_SESSION_CANDIDATE');
});
