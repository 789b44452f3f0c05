import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from '../../src/contract/clock.ts';
import { encodeMidi } from '../../src/protocols/midi/encode.ts';
import { buildForJack, JackDevice, JackServer } from '../../tests/support/jack.ts';

/** What a pitch wheel can say is 14 bits wide. */
const VALUES = 16_384;

/** Ports without a sound card: JACK's dummy driver, and RtMidi built for it, as in the tests. */
export interface MidiRoom {
  /** What the daemon needs to find them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly wheel: MidiSender;
  close(): Promise<void>;
}

/** Null with a word on standard error where this machine cannot: no g++, no jackd. */
export async function openMidi(device: string): Promise<MidiRoom | null> {
  try {
    const build = await buildForJack();
    const server = await JackServer.start();
    const wheel = await JackDevice.open(build, server, device);
    await wheel.plug();
    await wheel.stamp();
    return {
      environment: { NODE_OPTIONS: build.nodeOptions, ...server.environment },
      wheel: new MidiSender(wheel),
      close: async () => {
        await wheel.close();
        await server.stop();
      },
    };
  } catch (error) {
    process.stderr.write(`MIDI is not measured: ${String(error)}\n`);
    return null;
  }
}

/** The pitch wheel of a controller. */
export class MidiSender {
  readonly #device: JackDevice;
  sent = 0;

  constructor(device: JackDevice) {
    this.#device = device;
  }

  /** When each message lay in JACK's buffer, monotonic microseconds, in order. */
  get outUs(): readonly number[] {
    return this.#device.outUs;
  }

  value(value: number): void {
    const bytes = Buffer.from(encodeMidi('pitch', 1, 0, value % VALUES)).toString('hex');
    this.sent++;
    void this.#device.send(bytes);
  }
}

/** `perSecond` moves of the wheel for `seconds`, up and around from `fromValue`; resolves with the last value. */
export async function floodWheel(
  wheel: MidiSender,
  perSecond: number,
  seconds: number,
  fromValue: number,
): Promise<number> {
  const startUs = nowUs();
  const total = perSecond * seconds;
  let moves = 0;
  while (moves < total) {
    const due = Math.min(total, ((nowUs() - startUs) / 1e6) * perSecond);
    for (; moves < due; moves++) wheel.value(fromValue + moves + 1);
    await sleep(1);
  }
  return (fromValue + moves) % VALUES;
}
