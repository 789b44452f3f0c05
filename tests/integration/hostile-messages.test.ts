import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stateReader } from '../../src/server/routes/status.ts';
import { Outbox } from '../../src/server/socket/outbox.ts';
import { Sessions, type NativeVoice } from '../../src/server/socket/sessions.ts';
import { emptyTally, type SocketTally } from '../../src/server/socket/tally.ts';
import { house, type House } from '../src/server/doubles.ts';
import { hostileMessage, seedMessages } from '../support/hostile-messages.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Sessions without a network: what a stranger may send, and what it must not do. */
let deps: House;
let tally: SocketTally;
let sessions: Sessions;
let voice: NativeVoice;
let answers: string[];

beforeEach(() => {
  deps = house(tempFolder('panel'));
  tally = emptyTally();
  sessions = new Sessions({ ...deps, tally, read: stateReader(deps, tally) });
  answers = [];
  voice = sessions.join({
    send: (text) => void answers.push(text),
    waiting: () => 0,
    close: () => undefined,
  });
});

afterEach(() => sessions.close());

it('answers each of 50,000 random and mutated messages, and serves a good one after them', () => {
  let sent = 0;
  fc.assert(
    fc.property(hostileMessage, (text) => {
      sent += 1;
      answers.length = 0;
      voice.receive(text);
      expect(answers.length).toBeGreaterThan(0);
      for (const answer of answers) expect(JSON.parse(answer)).toHaveProperty('type');
    }),
    { numRuns: 50_000 },
  );
  expect(sent).toBeGreaterThanOrEqual(50_000);
  // Some must be refused and some must be taken, or the messages are not what this is about.
  expect(tally.badMessages).toBeGreaterThan(10_000);
  expect(tally.badMessages).toBeLessThan(49_000);
  answers.length = 0;
  voice.receive('{"type":"set","id":"good","values":{"/main/strength":0.5}}');
  expect(JSON.parse(answers[0] ?? '')).toMatchObject({ type: 'ack', id: 'good' });
});

it('says one good message of each kind among them', () => {
  for (const message of seedMessages) {
    answers.length = 0;
    voice.receive(JSON.stringify(message));
    expect(answers.map((answer) => (JSON.parse(answer) as { type: string }).type)).not.toContain('error');
  }
});

it('matches the worst patterns that are taken against a whole show within the time that the event loop may be held', () => {
  for (let number = 0; number < 500; number += 1) {
    const address = `/node-${number % 10}/${'a'.repeat(40)}${number}`;
    const [model] = deps.show.parameters();
    if (model !== undefined) deps.show.add({ ...model, address });
  }
  const pattern = `//${'*a'.repeat(15)}`;
  const message = JSON.stringify({ type: 'snapshot', id: 1, patterns: [pattern, pattern] });
  const started = performance.now();
  voice.receive(message);
  // Its work is bounded by wildcards × characters × addresses; the time is far above it and far below what a flaw would take.
  expect(performance.now() - started).toBeLessThan(2000);
  expect(JSON.parse(answers.at(-1) ?? '')).toMatchObject({ type: 'snapshot' });
});

it('holds no more for a client that never reads than what it is closed for', () => {
  let closed = false;
  const wire = {
    OPEN: 1 as const,
    readyState: 1 as const,
    bufferedAmount: 0,
    send(data: unknown) {
      this.bufferedAmount += String(data).length;
    },
    close: () => (closed = true),
    terminate: () => undefined,
  };
  const outbox = new Outbox(wire, tally);
  for (let count = 0; count < 100_000; count += 1) outbox.send('x'.repeat(100));
  expect(closed).toBe(true);
  expect(wire.bufferedAmount).toBeLessThan(1_048_576 + 200);
  expect(tally.slowClients).toBe(1);
});
