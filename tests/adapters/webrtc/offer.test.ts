import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCandidate, isReachable, MAX_CANDIDATES, readOffer } from '../../../adapters/webrtc/offer.ts';
import { planAnswer } from '../../../adapters/webrtc/plan.ts';
import { offerOf, type Line } from './offers.ts';

const video = (more: Partial<Line> = {}): Line => ({
  kind: 'video',
  direction: 'recvonly',
  codecs: ['VP8', 'H264'],
  ...more,
});
const codeOf = (sdp: string): string => {
  try {
    readOffer(sdp);
    return 'taken';
  } catch (error) {
    return String(Object(error).code);
  }
};

describe('an offer', () => {
  test('is read line by line: kind, direction, and the codecs that are spoken in their order', () => {
    const { lines } = readOffer(
      offerOf([
        video({ codecs: ['AV1', 'H264', 'VP8'] }),
        { kind: 'audio', direction: 'recvonly', codecs: ['opus'] },
      ]),
    );
    expect(lines.map(({ kind, mid, direction }) => [kind, mid, direction])).toEqual([
      ['video', '0', 'recvonly'],
      ['audio', '1', 'recvonly'],
    ]);
    expect(lines[0]?.formats.map(({ codec }) => codec)).toEqual(['h264', 'vp8']);
    expect(lines[1]?.formats).toEqual([]);
    expect(lines[1]?.first).toEqual({ payloadType: 96, encoding: 'opus/90000' });
  });

  test('is sent H.264 only where its packets and profile are ours; what comes in may be of any', () => {
    const formats = (parameters: string): number =>
      readOffer(offerOf([video({ codecs: ['H264'], parameters })])).lines[0]?.formats.filter(
        ({ sendable }) => sendable,
      ).length ?? -1;
    expect(formats('packetization-mode=1;profile-level-id=42e01f')).toBe(1);
    expect(formats('level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f')).toBe(1);
    expect(formats('packetization-mode=0;profile-level-id=42e01f')).toBe(0);
    expect(formats('packetization-mode=1;profile-level-id=640c1f')).toBe(0);
    const high = { codecs: ['H264'], parameters: 'packetization-mode=1;profile-level-id=640c1f' };
    const sender = readOffer(offerOf([video({ ...high, direction: 'sendonly' })]));
    expect(planAnswer(sender, 0, 1)).toMatchObject([{ does: 'video', format: { codec: 'h264' }, feed: 0 }]);
    expect(() => planAnswer(readOffer(offerOf([video(high)])), 1, 0)).toThrow(/baseline/);
  });

  test('keeps a rejected line silent, and one that is bundled alive', () => {
    const stopped = offerOf([video()]).replace('m=video 9', 'm=video 0');
    expect(readOffer(stopped).lines[0]?.direction).toBe('inactive');
    const bundled = stopped.replace('a=recvonly', 'a=bundle-only\r\na=recvonly');
    expect(readOffer(bundled).lines[0]?.direction).toBe('recvonly');
  });

  test('is handed on without what nobody reads, and its candidates apart, those without names', () => {
    const { sdp, candidates } = readOffer(
      offerOf([video()]) +
        'a=simulcast:send h;l\r\na=candidate:1 1 udp 2113937151 127.0.0.1 5000 typ host\r\n' +
        'a=candidate:2 1 udp 2113937151 secret.local 5000 typ host\r\na=end-of-candidates\r\n',
    );
    expect(sdp).not.toMatch(/simulcast|candidate/);
    expect(candidates).toEqual([
      { candidate: 'candidate:1 1 udp 2113937151 127.0.0.1 5000 typ host', mid: '0' },
    ]);
  });

  test('may bring so many candidates and no more', () => {
    const flood = 'a=candidate:1 1 udp 2113937151 127.0.0.1 5000 typ host\r\n'.repeat(1000);
    expect(readOffer(offerOf([video()]) + flood).candidates).toHaveLength(MAX_CANDIDATES);
  });

  test('that is none is refused with a code', () => {
    const good = offerOf([video(), video()]);
    expect(codeOf(good)).toBe('taken');
    const bad = {
      empty: '',
      words: 'hello',
      'no media': good.slice(0, good.indexOf('m=')),
      'no mid': good.replace('a=mid:0\r\n', ''),
      'two of one mid': good.replace('a=mid:1', 'a=mid:0'),
      'no ICE': good.replaceAll(/a=ice-pwd.*\r\n/g, ''),
      'no fingerprint': good.replaceAll(/a=fingerprint.*\r\n/g, ''),
      'a zero byte': good.replace('a=mid:0', 'a=mid:0\u0000'),
      'a line that is no line': good + 'what is this\r\n',
      'a port that is none': good.replace('m=video 9 ', 'm=video x '),
      'too many lines': good + 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:x\r\n'.repeat(40),
    };
    for (const [what, sdp] of Object.entries(bad)) expect(codeOf(sdp), what).toBe('E_SESSION_OFFER');
  });

  test('cut anywhere or with any byte changed is read or refused, and nothing else', () => {
    const good = offerOf([video(), video()]);
    const change = fc.tuple(fc.nat(good.length - 1), fc.string({ minLength: 0, maxLength: 3 }));
    fc.assert(
      fc.property(change, fc.boolean(), ([at, text], cut) => {
        const sdp = good.slice(0, at) + text + (cut ? '' : good.slice(at + 1));
        expect(['taken', 'E_SESSION_OFFER']).toContain(codeOf(sdp));
      }),
    );
  });
});

test('a candidate is told from what is none, and an address from a name', () => {
  const host = 'candidate:1 1 udp 2113937151 192.168.1.7 5000 typ host generation 0';
  const named = 'candidate:1 1 udp 2113937151 3f0f2a8e.local 5000 typ host';
  const tcp = 'candidate:1 1 tcp 2113937151 192.168.1.7 9 typ host tcptype active';
  expect([host, named, tcp, 'candidate', 'x\r\na=y'].map(isCandidate)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect([host, named, tcp].map(isReachable)).toEqual([true, false, false]);
  expect(isReachable('candidate:1 1 UDP 1 fe80::1 5000 typ srflx raddr ::1 rport 9')).toBe(true);
});

describe('the answer', () => {
  const plan = (lines: readonly Line[], views: number, feeds: number) =>
    planAnswer(readOffer(offerOf(lines)), views, feeds).map((each) =>
      each.does === 'video' ? [each.format.codec, each.view, each.feed] : each.does,
    );

  test('prefers the codec that the offer names first', () => {
    expect(plan([video({ codecs: ['H264', 'VP8'] })], 1, 0)).toEqual([['h264', 0, null]]);
    expect(plan([video({ codecs: ['AV1', 'VP8', 'H264'] })], 1, 0)).toEqual([['vp8', 0, null]]);
  });

  test('gives views to lines that receive and feeds to lines that send, in order; one that does both takes both', () => {
    const both = video({ direction: 'sendrecv' });
    const sends = video({ direction: 'sendonly' });
    expect(plan([both, video(), sends], 2, 2)).toEqual([
      ['vp8', 0, 0],
      ['vp8', 1, null],
      ['vp8', null, 1],
    ]);
    expect(plan([both], 1, 0)).toEqual([['vp8', 0, null]]);
  });

  test('leaves sound, what nobody asked for and what is not spoken silent', () => {
    const audio: Line = { kind: 'audio', direction: 'sendrecv', codecs: ['opus'] };
    expect(plan([video(), audio, video(), video({ codecs: ['AV1'] })], 1, 0)).toEqual([
      ['vp8', 0, null],
      'nothing',
      'nothing',
      'nothing',
    ]);
  });

  test('is refused where it feeds a source with several streams of one picture, and taken with one', () => {
    const sender = offerOf([video({ direction: 'sendonly' })]);
    const feed = (more: string): unknown => planAnswer(readOffer(`${sender}${more}`), 0, 1);
    const simulcast = { code: 'E_SESSION_SIMULCAST' };
    const layers = 'a=rid:h send\r\na=rid:l send\r\na=simulcast:send h;l\r\n';
    expect(() => feed(layers)).toThrow(expect.objectContaining(simulcast));
    expect(() => feed('a=simulcast:send 1;2;3\r\n')).toThrow(expect.objectContaining(simulcast));
    expect(() => feed('a=ssrc-group:SIM 1 2 3\r\n')).toThrow(expect.objectContaining(simulcast));
    expect(feed('a=rid:1 send\r\na=simulcast:send 1\r\n')).toHaveLength(1);
    expect(feed('a=ssrc-group:FID 1 2\r\n')).toHaveLength(1);
    expect(planAnswer(readOffer(`${offerOf([video()])}${layers}`), 1, 0)).toHaveLength(1);
  });

  test('is refused where nothing can carry what was asked for, in words', () => {
    expect(() => plan([video({ codecs: ['AV1'] })], 1, 0)).toThrow(/neither VP8 nor H.264/);
    expect(() => plan([video()], 0, 1)).toThrow(/wants to send/);
    expect(() => plan([{ kind: 'audio', direction: 'recvonly', codecs: ['opus'] }], 1, 0)).toThrow(
      /no video/,
    );
  });
});
