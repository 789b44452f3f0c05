import { expect, test } from 'vitest';
import type { ControlMessage } from '../../../src/contract/adapter.ts';
import { Agenda } from '../../../adapters/osc/agenda.ts';
import { OscInput } from '../../../adapters/osc/input.ts';
import { addressCheck, senderCheck } from '../../../src/protocols/udp/senders.ts';
import { encodeOsc } from '../../../src/protocols/osc/encode.ts';
import { timetagAt } from '../../../src/protocols/osc/timetag.ts';

const now = Date.UTC(2026, 10, 21, 20);
const packet = encodeOsc({ address: '/reverie/main/burst', args: [] });

interface Bench {
  readonly input: OscInput;
  readonly sent: ControlMessage[];
  readonly refused: string[][];
  /** How far ahead each bundle waits, milliseconds. */
  readonly waits: number[];
}

function input({
  allow = [],
  immediate = [],
}: { allow?: readonly string[]; immediate?: readonly string[] } = {}): Bench {
  const sent: ControlMessage[] = [];
  const refused: string[][] = [];
  const waits: number[] = [];
  const agenda = new Agenda<ControlMessage>({
    now: () => 0,
    setTimer: (_callback, delayMs) => {
      waits.push(delayMs);
      return () => undefined;
    },
    play: () => undefined,
  });
  const subject = new OscInput({
    context: {
      send: (messages) => void sent.push(...messages),
      reject: (...reason) => void refused.push(reason),
    },
    maySend: senderCheck(allow, '--osc-allow'),
    isImmediate: addressCheck(immediate, '--osc-untimed'),
    agenda,
    followers: { hear: () => null },
    unixMs: () => now,
  });
  return { input: subject, sent, refused, waits };
}

const bundle = (aheadMs: number, messages = 2): Buffer =>
  encodeOsc({
    timetag: timetagAt(now + aheadMs),
    elements: Array.from({ length: messages }, () => ({ address: '/reverie/main/burst', args: [] })),
  });
const here = { address: '127.0.0.1', port: 5000 };

test('a sender on the network is refused until it is allowed, and told which flag lets it in', () => {
  const closed = input();
  closed.input.packet(packet, { address: '192.168.1.20', port: 5000 });
  expect(closed.sent).toEqual([]);
  expect(closed.refused).toEqual([
    ['osc:192.168.1.20:5000', 'E_CONTROL_SENDER', expect.stringContaining('--osc-allow 192.168.1.20')],
  ]);

  const open = input({ allow: ['192.168.1.0/24'] });
  open.input.packet(packet, { address: '192.168.1.20', port: 5000 });
  expect(open.sent).toEqual([{ address: '/main/burst', args: [], sender: 'osc:192.168.1.20:5000' }]);
});

test('an IPv4 sender on a socket for both families is known by its IPv4 address', () => {
  const { input: subject, sent } = input({ allow: ['192.168.1.20'] });
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

test('a bundle waits for its time up to ten seconds ahead; past and stranger times play at once', () => {
  const { input: subject, sent, waits } = input();
  for (const aheadMs of [-1, 0, 10_001, 1000]) subject.packet(bundle(aheadMs), here);
  expect(sent).toHaveLength(6);
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeCloseTo(1000, 2);
  expect(subject.counts()).toEqual({
    packets: 4,
    messages: 8,
    malformed: 0,
    refused: 0,
    scheduled: 2,
    waiting: 2,
    tooFarAhead: 2,
  });
});

test('a bundle in a bundle keeps its own time', () => {
  const { input: subject, sent } = input();
  const at = (aheadMs: number): ReturnType<typeof timetagAt> => timetagAt(now + aheadMs);
  const message = { address: '/reverie/main/burst', args: [] };
  const inner = { timetag: at(200), elements: [message] };
  subject.packet(encodeOsc({ timetag: at(-5), elements: [message, inner, message] }), here);
  expect(sent).toHaveLength(2);
  expect(subject.counts()).toMatchObject({ messages: 3, scheduled: 1 });
});

test('a sender whose times count for nothing plays at once', () => {
  const { input: subject, sent } = input({ immediate: ['127.0.0.0/8'] });
  subject.packet(bundle(1000), here);
  expect(sent).toHaveLength(2);
  expect(subject.counts()).toMatchObject({ scheduled: 0 });
});

test('more than may wait is refused, and counted', () => {
  const { input: subject, refused } = input();
  for (let n = 0; n < 3; n += 1) subject.packet(bundle(1000, 1500), here);
  expect(refused.map(([, code]) => code)).toEqual(['E_CONTROL_FLOOD']);
  expect(subject.counts()).toMatchObject({ scheduled: 3000, refused: 1500 });
});
