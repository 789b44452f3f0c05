import { describe, expect, it } from 'vitest';
import { fragmentOf } from '../../panel/src/preview/candidate-fragment.ts';
import { readFragment } from '../../src/server/trickle.ts';

const candidate = 'candidate:7 1 udp 41885439 203.0.113.5 50000 typ relay raddr 0.0.0.0 rport 0';
const section = (kind: string, mid: string, user: string): string =>
  [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 96`,
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${user}`,
    'a=ice-pwd:secretsecretsecretsecret',
    `a=mid:${mid}`,
    '',
  ].join('\r\n');
const offer = `v=0\r\ns=-\r\n${section('audio', '0', 'sound')}${section('video', '1', 'sight')}`;

describe('a candidate that is found after the offer', () => {
  it('is told with its media line and the ICE session it is for, as the daemon reads it', () => {
    expect(readFragment(fragmentOf(offer, { candidate, sdpMid: '1' }))).toEqual({
      candidates: [{ candidate, sdpMid: '1', sdpMLineIndex: 0 }],
      iceUser: 'sight',
    });
  });

  it('is of the first media line where the browser names none', () => {
    expect(readFragment(fragmentOf(offer, { candidate, sdpMid: null }))).toMatchObject({
      candidates: [{ candidate, sdpMid: '0' }],
      iceUser: 'sound',
    });
  });
});
