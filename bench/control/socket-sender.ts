import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { nowUs } from '../../src/contract/clock.ts';

/**
 * A program that plays `fader` of the stage `main` by the native protocol, each value in a message of its own. The wire itself and
 * not `reverie/client`, which would send fewer: one message at a time, newer values in place of those that wait.
 */
export class SocketSender {
  readonly #socket: WebSocket;
  sent = 0;
  acknowledged = 0;
  refused = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith('{"type":"ack"')) this.acknowledged++;
      if (text.startsWith('{"type":"error"')) this.refused++;
    });
  }

  static async to(url: string): Promise<SocketSender> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws`);
    await once(socket, 'open');
    return new SocketSender(socket);
  }

  value(value: number): void {
    this.#socket.send(`{"type":"set","values":{"/main/fader":${value}}}`);
    this.sent++;
  }

  close(): void {
    this.#socket.close();
  }
}

/** `perSecond` sets for `seconds`, one fader that only goes up from `fromValue`; resolves with the last value. */
export async function floodSets(
  sender: SocketSender,
  perSecond: number,
  seconds: number,
  fromValue: number,
): Promise<number> {
  const startUs = nowUs();
  const total = perSecond * seconds;
  let sets = 0;
  while (sets < total) {
    const due = Math.min(total, ((nowUs() - startUs) / 1e6) * perSecond);
    for (; sets < due; sets++) sender.value(fromValue + sets + 1);
    await sleep(1);
  }
  return fromValue + sets;
}
