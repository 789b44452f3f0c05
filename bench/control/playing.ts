import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
const pipeline = fileURLToPath(new URL('../fixtures/echo-values/index.js', import.meta.url));

export const RATE_HZ = 60;
const START_MS = 20_000;

const graph = {
  nodes: [
    {
      id: 'in',
      type: 'source',
      adapter: 'test-pattern',
      config: { pattern: 'black', width: 256, height: 256, rateHz: RATE_HZ },
    },
    { id: 'main', type: 'stage', pipeline: 'echo-values' },
    { id: 'out', type: 'sink', adapter: 'stills', rateHz: 120 },
  ],
  links: [
    { from: 'in', to: 'main' },
    { from: 'main', to: 'out' },
  ],
};

/** One call of the stage, as the fixture notes it. */
export interface EchoedCall {
  readonly sequence: number;
  readonly captureUs: number;
  readonly calledUs: number;
  readonly value: number;
  readonly bursts: number;
}

interface Status {
  readonly nodes: readonly {
    id: string;
    status: { state: string; message: string };
    info: Record<string, unknown>;
  }[];
}

export interface Stats {
  readonly links: readonly { id: string; drops: number; published: number }[];
  readonly eventLoopDelay: { readonly p99: number; readonly max: number };
  readonly cpuSeconds: number;
}

/** A daemon as a user starts it, playing source → echo-values → sink. */
export class Playing {
  readonly oscPort: number;
  readonly #daemon: ChildProcess;
  readonly #url: string;
  readonly #home: string;

  private constructor(daemon: ChildProcess, url: string, home: string, oscPort: number) {
    this.#daemon = daemon;
    this.#url = url;
    this.#home = home;
    this.oscPort = oscPort;
  }

  static async start(): Promise<Playing> {
    const home = await mkdtemp(join(tmpdir(), 'reverie-bench-'));
    const show = join(home, 'bench-show.json');
    await writeFile(show, JSON.stringify({ version: 1, graph }));
    const reference = `${pipeline}#default`;
    const options = ['--show', show, '--home', home, '--pipeline-import', reference, '--color', 'never'];
    const ports = ['--port', '0', '--osc-port', '0'];
    const daemon = spawn(process.execPath, [cli, ...options, ...ports], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ECHO_VALUES_FILE: join(home, 'echo.jsonl') },
    });
    const url = await pageAddress(daemon);
    const oscPort = await playingOn(url);
    return new Playing(daemon, url, home, oscPort);
  }

  async stats(): Promise<Stats> {
    return (await answered(await fetch(`${this.#url}/api/v1/stats`))) as Stats;
  }

  /** Packets that OSC received, as its status says; it is told once a second. */
  async packetsReceived(): Promise<number> {
    await sleep(2200);
    const status = await statusOf(this.#url);
    return Number(status.nodes.find(({ id }) => id === 'osc')?.info['packets'] ?? 0);
  }

  /** All calls so far, oldest first. */
  async calls(): Promise<EchoedCall[]> {
    await sleep(600);
    const lines = (await readFile(join(this.#home, 'echo.jsonl'), 'utf8'))
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => {
      const [sequence, captureUs, calledUs, value, bursts] = JSON.parse(line) as [
        number,
        number,
        number,
        number,
        number,
      ];
      return { sequence, captureUs, calledUs, value, bursts };
    });
  }

  async close(): Promise<void> {
    this.#daemon.kill('SIGTERM');
    if (this.#daemon.exitCode === null && this.#daemon.signalCode === null) await once(this.#daemon, 'exit');
    await rm(this.#home, { recursive: true, force: true });
  }
}

async function pageAddress(daemon: ChildProcess): Promise<string> {
  if (daemon.stdout === null) throw new Error('the daemon has no output');
  const lines = createInterface({ input: daemon.stdout });
  for await (const line of lines) {
    const url = /^page\s+(\S+?)\/?$/.exec(line)?.[1];
    if (url === undefined) continue;
    daemon.stdout.resume();
    return url;
  }
  throw new Error('the daemon ended before it printed its address');
}

async function playingOn(url: string): Promise<number> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const { nodes } = await statusOf(url);
    const port = /:(\d+)$/.exec(
      String([nodes.find(({ id }) => id === 'osc')?.info['listening']].flat()[0]),
    )?.[1];
    if (
      port !== undefined &&
      ['in', 'main', 'out'].every((id) => nodes.find((node) => node.id === id)?.status.state === 'live')
    )
      return Number(port);
    if (Date.now() > deadline)
      throw new Error(
        `not live in time: ${nodes.map(({ id, status }) => `${id} ${status.state} ${status.message}`).join('; ')}`,
      );
    await sleep(100);
  }
}

async function statusOf(url: string): Promise<Status> {
  return (await answered(await fetch(`${url}/api/v1/status`))) as Status;
}

async function answered(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
