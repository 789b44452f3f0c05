import type { Socket } from 'node:dgram';
import type { ControlContext, ControlMessage, Probe } from '../../src/contract/adapter.ts';
import { Agenda } from './agenda.ts';
import { Feedback } from './feedback.ts';
import { OscInput } from './input.ts';
import { listen } from './listen.ts';
import { selfCheck, senderFrom } from './post.ts';
import { addressCheck, senderCheck } from '../../src/protocols/udp/senders.ts';
import { endpointFrom, settingsOf } from './settings.ts';
import type { Endpoint } from './subscriber.ts';
import { readRuns, readValues } from './told-values.ts';

const DESCRIBE_MS = 1000;

export function probe(): Promise<Probe> {
  return Promise.resolve({ available: true, version: null });
}

export const control = { run };

/** Listens until aborted. Messages of a bundle are handed on together and in order, when the bundle's time has come. */
async function run(context: ControlContext): Promise<void> {
  const { host, port, allow, untimed, feedback } = settingsOf(context.config);
  const controllers = await Promise.all(feedback.map(endpointFrom));
  const agenda = new Agenda<ControlMessage>({
    now: () => performance.now(),
    setTimer,
    play: (messages) => context.send(messages),
  });
  const maySend = senderCheck(allow, '--osc-allow');
  const isImmediate = addressCheck(untimed, '--osc-untimed');
  const { sockets, endpoints } = await listen(host, port);
  const followers = followersOf(context, sockets, controllers);
  const input = new OscInput({ context, maySend, isImmediate, agenda, followers, unixMs: Date.now });
  const describe = (): void =>
    context.describe({ listening: [...endpoints], ...input.counts(), feedback: followers.report() });
  try {
    if (context.signal.aborted) return;
    describe();
    context.log(`OSC listens on UDP ${endpoints.join(' and ')}`);
    context.live();
    followers.start();
    const activity = (): number => input.packets + followers.activity;
    await received(sockets, input, activity, describe, context.signal);
  } finally {
    agenda.close();
    followers.close();
    for (const socket of sockets) socket.close();
  }
}

/** Who follows the show, and how the daemon tells them. */
function followersOf(
  context: ControlContext,
  sockets: readonly Socket[],
  controllers: readonly Endpoint[],
): Feedback {
  const feedback = new Feedback(
    {
      now: () => performance.now(),
      setTimer,
      send: senderFrom(sockets),
      isSelf: selfCheck(sockets),
      wish: (wish) => context.event('feedback', wish),
    },
    controllers,
  );
  context.onRequest('values', (params) => {
    feedback.told(readValues(params));
    return Promise.resolve(null);
  });
  context.onRequest('numbers', (params) => {
    feedback.moved(readRuns(params));
    return Promise.resolve(null);
  });
  return feedback;
}

function setTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

/** Resolves when aborted, rejects when a socket fails. */
function received(
  sockets: readonly Socket[],
  input: OscInput,
  activity: () => number,
  describe: () => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let described = activity();
    const timer = setInterval(() => {
      if (activity() === described) return;
      described = activity();
      describe();
    }, DESCRIBE_MS);
    const end = (settle: () => void): void => {
      clearInterval(timer);
      for (const socket of sockets) socket.removeAllListeners('message');
      settle();
    };
    for (const socket of sockets) {
      socket.on('message', (bytes, from) => input.packet(bytes, from));
      socket.on('error', (error) => end(() => reject(error)));
    }
    signal.addEventListener('abort', () => end(resolve), { once: true });
  });
}
