import { createSocket } from 'node:dgram';
import { Agent, get } from 'node:http';
import { encodeOsc } from '../../src/protocols/osc/encode.ts';
import { pause, type Reverie } from '../../tests/integration/reverie.ts';
import type { RunningLoad } from './load.ts';

/** JSON that the daemon makes anew every 50 ms, and datagrams that it gets a second. */
export const JSON_KB = 200;
export const UDP_PER_SECOND = 5_000;

const TICK_MS = 50;
const UDP_TICK_MS = 5;
/** The OSC adapter tells its counts once a second. */
const COUNTS_TOLD_MS = 1_500;

export interface LoadFigures {
  readonly jsonKbAskedPer50Ms: number;
  readonly jsonKbPer50Ms: number;
  readonly udpSentPerSecond: number;
  /** Of all datagrams, those that the OSC adapter read. */
  readonly udpReceivedShare: number;
}

export async function jsonAndUdp(reverie: Reverie): Promise<RunningLoad> {
  await reverie.until('many', ({ status }) => status.state === 'ready');
  const json = await Asker.start(`${reverie.url}/api/v1/parameters`);
  const faders = new Faders(await reverie.oscPort());
  return {
    measure() {
      json.measure();
      faders.measure();
    },
    stop() {
      json.stop();
      faders.stop();
    },
    async reached() {
      const figures = { ...json.reached(), ...faders.reached() };
      json.stop();
      faders.stop();
      await pause(COUNTS_TOLD_MS);
      const { packets } = (await reverie.node('osc')).info;
      return { ...figures, udpReceivedShare: Number(packets ?? 0) / faders.sent };
    },
  };
}

/** Asks for a document that is written for each answer, on time whether the last ones have come or not. */
class Asker {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #timer: NodeJS.Timeout;
  readonly #url: string;
  readonly #documentKb: number;
  #asked = 0;
  #kbAnswered = 0;
  #from = { atMs: 0, asked: 0, kbAnswered: 0 };

  private constructor(url: string, documentKb: number) {
    [this.#url, this.#documentKb] = [url, documentKb];
    this.#timer = onTime((1000 * JSON_KB) / TICK_MS / documentKb, TICK_MS, () => this.#ask());
  }

  static async start(url: string): Promise<Asker> {
    const document = await (await fetch(url)).arrayBuffer();
    return new Asker(url, document.byteLength / 1000);
  }

  measure(): void {
    this.#from = { atMs: performance.now(), asked: this.#asked, kbAnswered: this.#kbAnswered };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#agent.destroy();
  }

  reached() {
    const ticks = (performance.now() - this.#from.atMs) / TICK_MS;
    return {
      jsonKbAskedPer50Ms: ((this.#asked - this.#from.asked) * this.#documentKb) / ticks,
      jsonKbPer50Ms: (this.#kbAnswered - this.#from.kbAnswered) / ticks,
    };
  }

  #ask(): void {
    this.#asked++;
    // What does not come is missing in the sum. It is not parsed: that would be work of this process.
    get(this.#url, { agent: this.#agent }, (answer) => {
      answer.on('error', () => undefined);
      answer.on('data', (bytes: Buffer) => {
        if (answer.statusCode === 200) this.#kbAnswered += bytes.length / 1000;
      });
    }).on('error', () => undefined);
  }
}

/** A controller that moves one fader without end. */
class Faders {
  readonly #socket = createSocket('udp4');
  readonly #timer: NodeJS.Timeout;
  readonly #packet = encodeOsc({ address: '/reverie/many/channel0', args: [{ type: 'f', value: 0 }] });
  sent = 0;
  #from = { atMs: 0, sent: 0 };

  constructor(port: number) {
    this.#timer = onTime(UDP_PER_SECOND, UDP_TICK_MS, () => this.#send(port));
  }

  measure(): void {
    this.#from = { atMs: performance.now(), sent: this.sent };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#socket.unref();
  }

  reached() {
    const seconds = (performance.now() - this.#from.atMs) / 1000;
    return { udpSentPerSecond: (this.sent - this.#from.sent) / seconds };
  }

  #send(port: number): void {
    const bytes = Buffer.from(this.#packet);
    bytes.writeFloatBE((this.sent++ % 1000) / 1000, bytes.length - 4);
    this.#socket.send(bytes, port, '127.0.0.1');
  }
}

/** As often as `perSecond` by the clock: what a late timer left out, the next makes up for. */
function onTime(perSecond: number, everyMs: number, act: () => void): NodeJS.Timeout {
  const startMs = performance.now();
  let done = 0;
  return setInterval(() => {
    for (const due = ((performance.now() - startMs) / 1000) * perSecond; done < due; done++) act();
  }, everyMs);
}
