import { expect, test } from 'vitest';
import { readIceServer } from '../../../src/contract/ice-server.ts';

test('STUN and TURN servers are read as browsers want them', () => {
  expect(readIceServer('stun:stun.example.org')).toEqual({ urls: 'stun:stun.example.org' });
  expect(readIceServer('stun:[::1]:3478')).toEqual({ urls: 'stun:[::1]:3478' });
  expect(readIceServer('turns:me:p%40ss%3Aword@turn.example.org:5349?transport=tcp')).toEqual({
    urls: 'turns:turn.example.org:5349?transport=tcp',
    username: 'me',
    credential: 'p@ss:word',
  });
});

test('what is none is refused, and a password in it is not repeated', () => {
  const bad = [
    '',
    'stun:',
    'http://x',
    'turn:host:3478',
    'stun:me:secret@host',
    'turn:me:secret@host:x',
    'turn:me:secret@ho st',
  ];
  for (const text of bad) {
    expect(() => readIceServer(text), text).toThrow(/ICE server is stun:/);
    expect(() => readIceServer(text), text).not.toThrow(/secret/);
  }
});
