import { once } from 'node:events';
import type { ControlContext, Probe } from '../../src/contract/adapter.ts';
import { Desk } from './desk.ts';
import { openRtMidi } from './rtmidi.ts';
import { NoMidi } from './system.ts';

/** DESIGN §4: an absent endpoint is tried at least every second. */
const LOOK_MS = 1000;

export async function probe(): Promise<Probe> {
  try {
    (await openRtMidi()).close();
    return { available: true, version: null };
  } catch (error) {
    if (error instanceof NoMidi) return { available: false, reason: error.message, remedy: error.remedy };
    throw error;
  }
}

export const control = { run };

/** Plays every MIDI device of the machine until aborted, those that come later, too. */
async function run(context: ControlContext): Promise<void> {
  const desk = new Desk(context, {
    open: openRtMidi,
    wallClock: Date.now,
    setTimer: (callback, delayMs) => void setTimeout(callback, delayMs),
  });
  try {
    await desk.look();
    context.live();
    await lookAgainAndAgain(desk, context.signal);
  } finally {
    desk.close();
  }
}

/** Resolves when aborted, rejects when a look fails. */
async function lookAgainAndAgain(desk: Desk, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const looking = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => void desk.look().catch(reject), LOOK_MS);
  });
  const ended = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  await Promise.race([ended, looking]).finally(() => clearInterval(timer));
}
