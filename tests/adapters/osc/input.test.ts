import { expect, test } from 'vitest';
import type { ControlMessage } from '../../../src/contract/adapter.ts';
import { OscInput } from '../../../adapters/osc/input.ts';
import { senderCheck } from '../../../adapters/osc/senders.ts';
import { encodeOsc } from '../../../src/protocols/osc/encode.ts';
import { timetagAt } from '../../../src/protocols/osc/timetag.ts';

const now = Date.UTC(2026, 10, 21, 20);
const packet = encodeOsc({ address: '/reverie/main/burst', args: [] });

function input(...allow: readonly string[]): {
  input: OscInput;
  sent: ControlMessage[];
  refused: string[][];
} {
  const sent: ControlMessage[] = [];
  const refused: string[][] = [];
  const context = {
    send: (messages: readonly ControlMessage[]) => void sent.push(...messages),
    reject: (...reason: string[]) => void refused.push(reason),
  };
  return { input: new OscInput(context, senderCheck(allow), () => now), sent, refused };
}

test('a sender on the network is refused until it is allowed, and told which flag lets it in', () => {
  const closed = input();
  closed.input.packet(packet, { address: '192.168.1.20', port: 5000 });
  expect(closed.sent).toEqual([]);
  expect(closed.refused).toEqual([
    ['osc:192.168.1.20:5000', 'E_CONTROL_SENDER', expect.stringContaining('--osc-allow 192.168.1.20')],
  ]);

  const open = input('192.168.1.0/24');
  open.input.packet(packet, { address: '192.168.1.20', port: 5000 });
  expect(open.sent).toEqual([{ address: '/main/burst', args: [], sender: 'osc:192.168.1.20:5000' }]);
});

test('an IPv4 sender on a socket for both families is known by its IPv4 address', () => {
  const { input: subject, sent } = input('192.168.1.20');
  subject.packet(packet, { address: '::ffff:192.168.1.20', port: 5000 });
  expect(sent[0]?.sender).toBe('osc:192.168.1.20:5000');
});

test.each([
  ['/rev*/main/strength', '/main/strength'],
  ['/{reverie,other}/main/strength', '/main/strength'],
  ['/*/noise_scale', '/noise_scale'],
  ['/reverie/*/strength', '/*/strength'],
  ['/reverie//weight', '//weight'],
  ['//weight', '//weight'],
])('the pattern %s is played as %s', (address, played) => {
  const { input: subject, sent } = input();
  subject.packet(encodeOsc({ address, args: [] }), { address: '127.0.0.1', port: 5000 });
  expect(sent.map((message) => message.address)).toEqual([played]);
});

test.each(['/other*/main/strength', '/reverie', '/reverie/', '/[reverie/main'])(
  'the address %s is not for Reverie, and says what is',
  (address) => {
    const { input: subject, sent, refused } = input();
    subject.packet(encodeOsc({ address, args: [] }), { address: '127.0.0.1', port: 5000 });
    expect(sent).toEqual([]);
    expect(refused[0]?.[1]).toBe('E_ADDRESS_UNKNOWN');
  },
);

test('bundles count as future up to ten seconds ahead', () => {
  const { input: subject } = input();
  for (const aheadMs of [-1, 0, 1, 9999, 10_001]) {
    const elements = [1, 2].map(() => ({ address: '/reverie/main/burst', args: [] }));
    subject.packet(encodeOsc({ timetag: timetagAt(now + aheadMs), elements }), {
      address: '127.0.0.1',
      port: 5000,
    });
  }
  expect(subject.counts()).toEqual({ packets: 5, messages: 10, malformed: 0, refused: 0, futureBundles: 2 });
});
