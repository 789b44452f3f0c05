import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/contract/json.ts';
import type { EngineStats } from '../../src/contract/engine-api.ts';
import {
  graphOf,
  sourceNode,
  stageNode,
  startReverie,
  sinkNode,
  type Reverie,
} from '../../tests/integration/reverie.ts';

const pipeline = fileURLToPath(new URL('../fixtures/echo-values/index.js', import.meta.url));
const echoes = 'echo.jsonl';

export const RATE_HZ = 60;

const graph = graphOf(
  [
    sourceNode('in', { pattern: 'black', width: 256, height: 256, rateHz: RATE_HZ }),
    stageNode('main', 'echo-values'),
    sinkNode('out', { rateHz: 120 }),
  ],
  [
    ['in', 'main'],
    ['main', 'out'],
  ],
);

/** One call of the stage, as the fixture notes it. */
export interface EchoedCall {
  readonly sequence: number;
  readonly captureUs: number;
  readonly calledUs: number;
  readonly value: number;
  readonly bursts: number;
  readonly fader: number;
  readonly knob: number;
}

export type Stats = EngineStats;

/** A daemon as a user starts it, playing source → echo-values → sink. */
export class Playing {
  readonly oscPort: number;
  readonly #reverie: Reverie;

  private constructor(reverie: Reverie, oscPort: number) {
    this.#reverie = reverie;
    this.oscPort = oscPort;
  }

  /** `midi`: what the runners need to find MIDI on JACK. */
  static async start(midi: Readonly<Record<string, string>>): Promise<Playing> {
    const home = await mkdtemp(join(tmpdir(), 'reverie-bench-'));
    const env = { ...midi, ECHO_VALUES_FILE: join(home, echoes) };
    const reverie = await startReverie({
      home,
      graph,
      env,
      flags: ['--pipeline-import', `${pipeline}#default`],
    });
    for (const id of ['in', 'main', 'out']) await reverie.live(id, 20_000);
    return new Playing(reverie, await reverie.oscPort());
  }

  get url(): string {
    return this.#reverie.url;
  }

  /** Binds the pitch wheel of a device, which must be there, to `knob`. */
  async bindWheel(device: string): Promise<void> {
    const isThere = (info: JsonObject): boolean => JSON.stringify(info['devices'] ?? null).includes(device);
    await this.#reverie.until('midi', ({ info }) => isThere(info), 20_000);
    const source = { protocol: 'midi', device, kind: 'pitch', channel: 1, number: 0 };
    const target = { kind: 'address', address: '/main/knob' };
    const { status } = await this.#reverie.call('POST', '/api/v1/bindings', { source, target });
    if (status !== 201) throw new Error(`the binding was answered with ${status}`);
  }

  stats(): Promise<Stats> {
    return this.#reverie.get<Stats>('stats');
  }

  /** Packets that OSC received, as its status says; it is told once a second. */
  async packetsReceived(): Promise<number> {
    await sleep(2200);
    return Number((await this.#reverie.node('osc')).info['packets'] ?? 0);
  }

  /** All calls so far, oldest first. */
  async calls(): Promise<EchoedCall[]> {
    await sleep(600);
    const text = await readFile(join(this.#reverie.home, echoes), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => {
      const fields = JSON.parse(line) as [number, number, number, number, number, number, number];
      const [sequence, captureUs, calledUs, value, bursts, fader, knob] = fields;
      return { sequence, captureUs, calledUs, value, bursts, fader, knob };
    });
  }

  async close(): Promise<void> {
    await this.#reverie.end('SIGTERM');
    await this.#reverie.dispose();
  }
}
