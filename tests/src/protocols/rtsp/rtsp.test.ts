import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { announcement } from '../../../../src/protocols/rtsp/announcement.ts';
import { authorize, loginOf } from '../../../../src/protocols/rtsp/authorization.ts';
import {
  RtspReader,
  writeAnswer,
  writeInterleaved,
  writeRequest,
  type RtspItem,
} from '../../../../src/protocols/rtsp/messages.ts';

const value = fc.stringMatching(/^[\x21-\x7e][\x20-\x7e]{0,20}[\x21-\x7e]$/);
const name = fc.stringMatching(/^x-[a-z]{1,10}$/);
const response = fc
  .record({
    status: fc.integer({ min: 100, max: 599 }),
    headers: fc.dictionary(name, value, { maxKeys: 4 }),
    body: fc.uint8Array({ maxLength: 200 }),
  })
  .map(({ status, headers, body }) => {
    const lines = Object.entries({ ...headers, 'Content-Length': `${body.length}` });
    const head = `RTSP/1.0 ${status} Said\r\n${lines.map(([key, text]) => `${key}: ${text}\r\n`).join('')}\r\n`;
    const read = { kind: 'response', status, reason: 'Said', body: [...body] };
    return { bytes: Buffer.concat([Buffer.from(head), body]), read };
  });
const packet = fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 400 })).map(([channel, bytes]) => ({
  bytes: writeInterleaved(channel, bytes),
  read: { kind: 'interleaved', channel, bytes: [...bytes] },
}));

function plainOf(item: RtspItem): object {
  if (item.kind === 'interleaved') return { ...item, bytes: [...item.bytes] };
  if (item.kind === 'request') return { kind: item.kind, method: item.method };
  const { kind, status, reason, body } = item;
  return { kind, status, reason, body: [...body] };
}

describe('messages of RTSP', () => {
  test('and the packets between them come back, however the network cuts them', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.oneof(response, packet), { maxLength: 6 }), cuts, (said, sizes) => {
        const bytes = Buffer.concat(said.map((each) => each.bytes));
        const reader = new RtspReader();
        const heard: RtspItem[] = [];
        for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
          const size = sizes[cut % sizes.length] ?? 1;
          heard.push(...reader.feed(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(heard.map(plainOf)).toEqual(said.map(({ read }) => read));
      }),
    );
  });

  test('of a server that asks are told from its answers', () => {
    const asked = writeRequest('GET_PARAMETER', 'rtsp://a/b', { CSeq: 7 }, 'ping\r\n');
    const [item] = new RtspReader().feed(asked);
    expect(item).toMatchObject({ kind: 'request', method: 'GET_PARAMETER' });
    expect(item?.kind === 'request' && item.headers.get('cseq')).toEqual(['7']);
    const [answer] = new RtspReader().feed(writeAnswer(200, 'OK', '7'));
    expect(answer).toMatchObject({ kind: 'response', status: 200 });
  });

  test('keep several values of one header', () => {
    const text =
      'RTSP/1.0 401 No\r\nWWW-Authenticate: Digest a="1"\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n';
    const [item] = new RtspReader().feed(Buffer.from(text));
    expect(item?.kind === 'response' && item.headers.get('www-authenticate')).toEqual([
      'Digest a="1"',
      'Basic realm="x"',
    ]);
  });

  test('that are none are refused, whatever the bytes, and nothing is kept for ever', () => {
    const like = fc.constantFrom(
      'RTSP/1.0 200 OK\r\n',
      '$',
      '\r\n\r\n',
      'Content-Length: ',
      '99999999',
      'a: b\r\n',
    );
    const piece = fc.oneof(
      like.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const reader = new RtspReader();
        try {
          for (const each of pieces) reader.feed(each);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
    expect(() => new RtspReader().feed(Buffer.alloc(20_000, 'a'))).toThrow(RangeError);
    const long = 'RTSP/1.0 200 OK\r\nContent-Length: 100000\r\n\r\n';
    expect(() => new RtspReader().feed(Buffer.from(long))).toThrow(RangeError);
  });
});

describe('who publishes', () => {
  // RFC 7616 §3.9.1.
  const asked = {
    method: 'GET',
    url: '/dir/index.html',
    nonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  };
  const login = { user: 'Mufasa', password: 'Circle of Life' };
  const challenge = (algorithm: string): string =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;

  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers with the digest of the standard by %s', (algorithm, digest) => {
    const answer = authorize([challenge(algorithm)], login, asked);
    expect(answer).toContain(`response="${digest}"`);
    expect(answer).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
    expect(answer).not.toContain('Circle of Life');
  });

  // The digest is of `md5sum`.
  test('answers an old server, which wants no nonce of ours', () => {
    const answer = authorize(
      ['Digest realm="r", nonce="n"'],
      { user: 'u', password: 'p' },
      { ...asked, url: '/' },
    );
    expect(answer).toBe(
      'Digest username="u", realm="r", nonce="n", uri="/", response="f23121ca97143c6b358da620220c83b4"',
    );
  });

  test('takes the digest where both are offered, the plain password where nothing else is, and neither where it is asked for a third', () => {
    expect(authorize(['Basic realm="x"', challenge('MD5')], login, asked)).toMatch(/^Digest /);
    expect(authorize(['Basic realm="x"'], { user: 'a', password: 'b' }, asked)).toBe('Basic YTpi');
    expect(authorize(['Negotiate'], login, asked)).toBeNull();
    expect(authorize([challenge('SHA-512-256')], login, asked)).toBeNull();
  });

  test('is read from an address, where % stands before what an address cannot hold', () => {
    expect(loginOf('')).toBeNull();
    expect(loginOf('me')).toEqual({ user: 'me', password: '' });
    expect(loginOf('me%40home:a%3Ab:c')).toEqual({ user: 'me@home', password: 'a:b:c' });
    expect(loginOf('me:50%')).toEqual({ user: 'me', password: '50%' });
  });

  test('writes nothing into a header that would begin another one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (user) => {
        expect(authorize([challenge('MD5')], { user, password: 'p' }, asked)).not.toMatch(/[\r\n]/);
      }),
    );
  });
});

test('a stream is announced as one line of H.264 whose packets go both over IPv4 and IPv6', () => {
  expect(announcement('127.0.0.1')).toContain('c=IN IP4 127.0.0.1\r\n');
  const lines = announcement('::1').split('\r\n');
  expect(lines).toContain('c=IN IP6 ::1');
  expect(lines.filter((line) => line.startsWith('m='))).toEqual(['m=video 0 RTP/AVP 96']);
  expect(lines).toContain('a=rtpmap:96 H264/90000');
});
