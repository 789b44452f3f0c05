import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../src/contract/json.ts';
import { rig, sdpOf, type Rig } from './scope/rig.ts';

const CHANNEL = 'native';
const STRENGTH = '/main/strength';
const sender = { id: 'test', strictness: 'reject' } as const;

let house: Rig;
let id: string;

beforeEach(async () => {
  house = await rig();
  const { body } = await house.ask('POST', 'webrtc/offer', { sdp: sdpOf('sendrecv'), type: 'offer' });
  id = body.sessionId;
  house.sessions.openChannel(id, CHANNEL);
  say({ type: 'hello' });
  say({ type: 'subscribe', subscription: 'all', patterns: ['/main/*'], rateHz: 60 });
});
afterEach(() => house.close());

const say = (message: object): void => house.sessions.say(id, message, CHANNEL);
const move = (value: number): void => void house.show.set({ [STRENGTH]: value }, sender);

/** The values of the fader that the client heard, in order. */
const heard = (): unknown[] =>
  house.sessions
    .heard(id)
    .filter(({ type }) => type === 'values')
    .flatMap(({ changes }) => changes as JsonObject[])
    .filter(({ address }) => address === STRENGTH)
    .map(({ value }) => value);

it('values wait while a data channel is behind, and the last one goes out when it has caught up', async () => {
  await vi.waitFor(() => expect(heard().length).toBe(1));
  house.sessions.unread = 100_000;
  for (let n = 1; n <= 50; n += 1) {
    move(n / 100);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  expect(heard().length).toBe(1);
  house.sessions.unread = 0;
  await vi.waitFor(() => expect(heard().at(-1)).toBe(0.5));
  expect(heard().length).toBeLessThan(5);
});

it('a data channel that leaves more than a megabyte unread is closed, and its client counted as slow', async () => {
  house.sessions.unread = 1_100_000;
  say({ type: 'ping' });
  const sent = house.sessions.sent.length;
  const { sockets } = (await house.ask('GET', 'stats')).body;
  expect(sockets).toMatchObject({ slowClients: 1, clients: 0 });
  move(0.25);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(house.sessions.sent.length).toBe(sent);
});
