import { expect, test } from 'vitest';
import { Agenda } from '../../../adapters/osc/agenda.ts';
import { Feedback } from '../../../adapters/osc/feedback.ts';
import { OscInput } from '../../../adapters/osc/input.ts';
import type { ControlMessage } from '../../../src/contract/adapter.ts';
import { encodeOsc } from '../../../src/protocols/osc/encode.ts';
import { timetagAt } from '../../../src/protocols/osc/timetag.ts';
import { hostilePackets } from '../../src/protocols/osc/hostile-packets.ts';

const nowMs = Date.UTC(2026, 10, 21, 20);
const from = { address: '127.0.0.1', port: 5000 };

/** The whole way in, behind the socket and before the runner. */
function listening(): { input: OscInput; feedback: Feedback; heard: ControlMessage[]; refused: string[] } {
  const heard: ControlMessage[] = [];
  const refused: string[] = [];
  const setTimer = (): (() => void) => () => undefined;
  const agenda = new Agenda<ControlMessage>({ now: () => 0, setTimer, play: () => undefined });
  const feedback = new Feedback(
    { now: () => 0, setTimer, send: () => undefined, wish: () => undefined, isSelf: () => false },
    [],
  );
  const input = new OscInput({
    context: {
      send: (messages) => void heard.push(...messages),
      reject: (_sender, code) => void refused.push(code),
    },
    maySend: () => true,
    isImmediate: () => false,
    agenda,
    followers: feedback,
    unixMs: () => nowMs,
  });
  return { input, feedback, heard, refused };
}

test('fifty thousand random and mutated packets are each counted as read or refused, and nothing grows', () => {
  const seed = process.env['CI'] === 'true' ? 20_261_121 : Date.now();
  const next = hostilePackets(seed);
  const { input, feedback, refused } = listening();
  for (let port = 0; port < 50_000; port += 1)
    input.packet(next(), { ...from, port: 1024 + (port % 60_000) });
  const counts = input.counts();
  const what = `with the seed ${seed}`;
  expect(counts, what).toMatchObject({ packets: 50_000 });
  expect(Number(counts['malformed']), what).toBeGreaterThan(10_000);
  expect(refused.length, what).toBe(Number(counts['refused']) + Number(counts['malformed']));
  expect(Number(counts['waiting']), what).toBeLessThanOrEqual(16_384);
  expect(feedback.report()['subscribers'], what).toSatisfy((list: unknown[]) => list.length <= 32);
});

test('the largest packet of bundles, each timed apart and backwards, is one sort and no more', () => {
  const { input } = listening();
  const element = { address: '/reverie/main/burst', args: [] };
  const elements = Array.from({ length: 1200 }, (_, index) => ({
    timetag: timetagAt(nowMs + 9000 - index),
    elements: [element],
  }));
  const packet = encodeOsc({ timetag: timetagAt(nowMs), elements });
  expect(packet.length).toBeLessThan(65_507);
  for (let port = 0; port < 20; port += 1) input.packet(packet, { ...from, port: 5000 + port });
  expect(input.counts()).toMatchObject({ packets: 20, malformed: 0 });
  expect(Number(input.counts()['waiting'])).toBeLessThanOrEqual(16_384);
});
