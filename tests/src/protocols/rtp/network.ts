import type { RtpPacket } from '../../../../src/protocols/rtp/packet.ts';
import { payloadFormats } from '../../../../src/protocols/rtp/payload.ts';
import { ReorderBuffer, type ReceivedPicture } from '../../../../src/protocols/rtp/reorder-buffer.ts';
import { SendHistory } from '../../../../src/protocols/rtp/send-history.ts';
import { SendStream } from '../../../../src/protocols/rtp/send-stream.ts';
import { vp8Frame } from './pictures.ts';

/** What a network does to the nth packet that is sent: when it arrives, each time it does. Nothing: it is lost. */
export type Network = (packet: number) => readonly number[];

export interface Course {
  /** Numbers of the pictures that came out. */
  readonly out: readonly number[];
  /** When each did. */
  readonly atUs: readonly number[];
  readonly keysAsked: number;
  readonly keysSent: readonly number[];
  readonly nacked: number;
  readonly buffer: ReorderBuffer;
}

export interface Play {
  readonly pictures: number;
  /** First sequence number. */
  readonly sequence: number;
  /** Delays in µs of each packet on its way, by the order of sending. */
  readonly network: Network;
  /** How many packets each picture has. */
  readonly size: (picture: number) => number;
  /** What is asked for comes, over the same network. */
  readonly answers: { readonly nacks: boolean; readonly keys: boolean };
}

const PERIOD_US = 33_333;
const BACK_US = 5_000;

/** A clock that runs through what is due: a stand-in for a sender and a network. It cannot show what real ones mistime. */
class Agenda {
  nowUs = 0;
  readonly #due: { readonly atUs: number; readonly work: () => void }[] = [];

  at(atUs: number, work: () => void): void {
    const due = { atUs: Math.max(atUs, this.nowUs), work };
    const behind = this.#due.findLastIndex((other) => other.atUs <= due.atUs);
    this.#due.splice(behind + 1, 0, due);
  }

  run(): void {
    for (let steps = 0; this.#due.length > 0; steps += 1) {
      if (steps > 200_000) throw new Error('this does not come to an end');
      const next = this.#due.shift();
      if (next === undefined) return;
      this.nowUs = next.atUs;
      next.work();
    }
  }
}

/** Sends pictures at 30 a second through the network into a `ReorderBuffer` and follows what it asks for. */
export function play({ pictures, sequence, network, size, answers }: Play): Course {
  const agenda = new Agenda();
  const buffer = new ReorderBuffer(payloadFormats.vp8);
  const stream = new SendStream({ ssrc: 1, payloadType: 96, sequence });
  const history = new SendHistory(1024, 1_000);
  const course = {
    out: [] as number[],
    atUs: [] as number[],
    keysAsked: 0,
    keysSent: [] as number[],
    nacked: 0,
  };
  let packetsSent = 0;
  let wantsKey = true;
  const endUs = (pictures + 30) * PERIOD_US;

  const transmit = (packet: RtpPacket): void => {
    for (const delay of network(packetsSent++))
      agenda.at(agenda.nowUs + delay, () => {
        buffer.push(packet, agenda.nowUs);
        take();
      });
  };
  const take = (): void => {
    const step = buffer.take(agenda.nowUs);
    for (const picture of step.pictures) {
      course.out.push(numberOf(picture));
      course.atUs.push(agenda.nowUs);
    }
    course.nacked += step.nacks.length;
    if (answers.nacks)
      agenda.at(agenda.nowUs + BACK_US, () => {
        for (const lost of step.nacks) {
          const packet = history.recall(lost, agenda.nowUs);
          if (packet !== null) transmit(packet);
        }
      });
    if (step.keyDue) {
      course.keysAsked += 1;
      agenda.at(agenda.nowUs + BACK_US, () => (wantsKey ||= answers.keys));
    }
    if (step.nextUs === null) return;
    if (step.nextUs <= agenda.nowUs) throw new Error('it asks to be called again at once');
    if (step.nextUs < endUs) agenda.at(step.nextUs, take);
  };

  for (let n = 0; n < pictures; n += 1)
    agenda.at(n * PERIOD_US, () => {
      if (wantsKey) course.keysSent.push(n);
      const payloads = payloadFormats.vp8.packetize(numbered(n, wantsKey, size(n)), 20);
      wantsKey = false;
      for (const packet of stream.packets(payloads, n * 3000)) {
        history.remember(packet);
        transmit(packet);
      }
    });
  agenda.run();
  return { ...course, buffer };
}

/** A picture of `packets` packets of 20 bytes that carries its number. */
function numbered(n: number, key: boolean, packets: number): Uint8Array {
  const body = new Uint8Array(Math.max(4, packets * 19 - 10)).fill(n & 0xff);
  new DataView(body.buffer).setUint32(0, n);
  return vp8Frame(key, body);
}

/** Throws where anything of the picture is not as it was sent. */
function numberOf({ data, key, timestamp }: ReceivedPicture): number {
  const body = data.subarray(key ? 10 : 3);
  const n = new DataView(body.buffer, body.byteOffset).getUint32(0);
  if (timestamp !== n * 3000 || !body.subarray(4).every((byte) => byte === (n & 0xff)))
    throw new Error(`picture ${n} came out damaged`);
  return n;
}
