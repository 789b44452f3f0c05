import { expect, test } from 'vitest';
import { redact } from '../../../src/log/redact.ts';

const secret = 'q7XoPmVt2aZ-s3_KkW';

test.each([
  ['a link', `open http://192.168.1.5:8000/#token=${secret}`],
  ['a query', `GET /api/v1/ws?token=${secret}&x=1`],
  ['a header', `authorization: Bearer ${secret}`],
  ['a cookie', `reverie_session=x; token=${secret}; Path=/`],
  ['JSON', JSON.stringify({ token: secret, kept: 1 })],
  ['JSON of an ICE server', JSON.stringify({ urls: 'turn:relay', username: 'u', credential: secret })],
  ['JSON inside a JSON string', JSON.stringify({ msg: JSON.stringify({ credential: secret }) })],
  ['a TURN address', `turn:user:${secret}@relay.example:3478`],
  ['the address of a stream', `rtsp://camera:${secret}@10.0.0.7/live`],
  ['an address with an odd password', `rtsp://camera:p@${secret}@10.0.0.7/live`],
  ['the address of an SRT stream', `srt://10.0.0.7:9000?mode=caller&passphrase=${secret}&latency=20`],
])('a secret in %s is taken out', (_where, text) => {
  expect(redact(text, [])).not.toContain(secret);
  expect(redact(text, [])).toContain('[removed]');
});

test('a known secret is taken out wherever it stands', () => {
  expect(redact(`peer said ${secret}!`, [secret])).toBe('peer said [removed]!');
});

test('what is no secret stays, and JSON stays JSON', () => {
  const line = JSON.stringify({
    id: 3,
    msg: 'token for link in.video granted to main at 127.0.0.1:8000',
    node: 'in',
  });
  expect(redact(line, [])).toBe(line);
  const with_ = JSON.stringify({ a: { credential: secret, token: secret }, msg: `#token=${secret}` });
  expect(JSON.parse(redact(with_, []))).toMatchObject({ a: { credential: '[removed]', token: '[removed]' } });
});
