import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from '../../src/contract/clock.ts';
import { encodeOsc } from '../../src/protocols/osc/encode.ts';

/** Its last four bytes are the float. */
const packet = encodeOsc({ address: '/reverie/main/value', args: [{ type: 'f', value: 0 }] });
/** Without arguments it fires each time; a held 1 would fire once. */
const burst = encodeOsc({ address: '/reverie/main/burst', args: [] });

/** A controller: one UDP socket that plays `value` and `burst` of the stage `main`. */
export class OscSender {
  readonly #socket: Socket;
  sent = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async to(port: number): Promise<OscSender> {
    const socket = createSocket('udp4');
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new OscSender(socket);
  }

  value(value: number): void {
    const bytes = Buffer.from(packet);
    bytes.writeFloatBE(value, bytes.length - 4);
    this.#send(bytes);
  }

  burst(): void {
    this.#send(burst);
  }

  close(): void {
    this.#socket.close();
  }

  #send(bytes: Buffer): void {
    this.#socket.send(bytes);
    this.sent++;
  }
}

export interface SentValue {
  readonly value: number;
  readonly sentUs: number;
}

/** Single values at random moments, each in a frame of its own. */
export async function playSlowly(
  sender: { value(value: number): void },
  count: number,
  random: () => number,
): Promise<SentValue[]> {
  const sent: SentValue[] = [];
  for (let value = 1; value <= count; value++) {
    await sleep(35 + random() * 40);
    // A busy wait of up to a millisecond, since timers would send on a grid of whole ones.
    const atUs = nowUs() + random() * 1000;
    while (nowUs() < atUs);
    sent.push({ value, sentUs: nowUs() });
    sender.value(value);
  }
  return sent;
}

export interface Flood {
  readonly messages: number;
  readonly bursts: number;
  readonly lastValue: number;
  readonly seconds: number;
}

/** `perSecond` messages for `seconds`, each a datagram: one trigger in 20, the rest one fader that only goes up from `fromValue`. */
export async function flood(
  sender: OscSender,
  perSecond: number,
  seconds: number,
  fromValue: number,
): Promise<Flood> {
  const startUs = nowUs();
  const total = perSecond * seconds;
  let messages = 0;
  let bursts = 0;
  let lastValue = fromValue;
  while (messages < total) {
    const due = Math.min(total, ((nowUs() - startUs) / 1e6) * perSecond);
    for (; messages < due; messages++) {
      if (messages % 20 === 0 && messages < total - 1) {
        sender.burst();
        bursts++;
      } else {
        sender.value(++lastValue);
      }
    }
    await sleep(1);
  }
  return { messages, bursts, lastValue, seconds: (nowUs() - startUs) / 1e6 };
}
