import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { graphSchema, type Graph } from '../../src/contract/graph.ts';
import type { EngineStats, EngineStatus, NodeStats, NodeStatus } from '../../src/contract/engine-api.ts';

const cli = resolve('dist/src/cli.js');
export const fixture = (name: string): string => resolve('tests/fixtures', name);

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A real daemon from `dist`, started by its command line in a home of its own. */
export class Reverie {
  readonly home: string;
  readonly child: ChildProcess;
  url = '';
  output = '';

  constructor(home: string, child: ChildProcess) {
    this.home = home;
    this.child = child;
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const init =
      body === undefined
        ? { method }
        : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }

  async get<T>(path: string): Promise<T> {
    return (await this.call('GET', `/api/v1/${path}`)).body as T;
  }

  async node(id: string): Promise<NodeStatus> {
    const found = (await this.get<EngineStatus>('status')).nodes.find((node) => node.id === id);
    if (found === undefined) throw new Error(`No node ${id} in status`);
    return found;
  }

  async stats(id: string): Promise<NodeStats> {
    const found = (await this.get<EngineStats>('stats')).nodes.find((node) => node.id === id);
    if (found === undefined) throw new Error(`No node ${id} in stats`);
    return found;
  }

  /** The UDP port that OSC listens on. */
  async oscPort(): Promise<number> {
    const { info } = await this.live('osc');
    return Number(String([info['listening']].flat()[0]).split(':').at(-1));
  }

  /** Waits until a node is as wanted; the message names what it was instead. */
  async until(id: string, wanted: (node: NodeStatus) => boolean, limitMs = 20_000): Promise<NodeStatus> {
    let seen: NodeStatus | null = null;
    await within(
      limitMs,
      `node ${id}`,
      () => JSON.stringify(seen),
      async () => wanted((seen = await this.node(id))),
    );
    return this.node(id);
  }

  live(id: string, limitMs = 20_000): Promise<NodeStatus> {
    return this.until(id, (node) => node.status.state === 'live', limitMs);
  }

  /** Kills a node's runner and waits until another one is live in its place; milliseconds that took. */
  async killAndWait(id: string, signal: NodeJS.Signals, limitMs: number): Promise<number> {
    const { pid } = await this.node(id);
    const killedAt = performance.now();
    if (pid !== null) process.kill(pid, signal);
    await this.until(
      id,
      (node) => node.pid !== null && node.pid !== pid && node.status.state === 'live',
      limitMs,
    );
    return performance.now() - killedAt;
  }

  async frame(query = ''): Promise<Buffer> {
    const response = await fetch(`${this.url}/api/v1/frame?format=png${query}`);
    if (response.status !== 200) throw new Error(`frame: ${response.status} ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Pids of all children of the daemon. */
  children(): number[] {
    const pid = this.child.pid ?? 0;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .map(Number)
      .filter((child) => child > 0);
  }

  /** Ends it by a signal; milliseconds until it was gone. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    const started = performance.now();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((done) => this.child.once('exit', done));
      this.child.kill(signal);
      await gone;
    }
    return performance.now() - started;
  }

  /** Ends it kindly, so that it removes its frame memory; one that does not listen is killed, and its memory removed here. */
  async dispose(): Promise<void> {
    const hard = setTimeout(() => this.child.kill('SIGKILL'), 4000);
    await this.end('SIGTERM');
    clearTimeout(hard);
    for (const name of sharedMemoryOf(this.child.pid)) rmSync(join('/dev/shm', name), { force: true });
    rmSync(this.home, { recursive: true, force: true });
  }
}

export interface Setup {
  readonly graph?: Graph;
  readonly flags?: readonly string[];
  readonly home?: string;
  /** Command put before node, such as `unshare`. */
  readonly wrap?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a daemon and waits until its page answers. */
export async function startReverie(setup: Setup = {}): Promise<Reverie> {
  const home = setup.home ?? mkdtempSync(join(tmpdir(), 'reverie-home-'));
  if (setup.graph !== undefined)
    writeFileSync(join(home, 'show.json'), JSON.stringify({ version: 1, graph: setup.graph }));
  const before = [...(setup.wrap ?? []), process.execPath];
  const command = before.shift() ?? process.execPath;
  const flags = setup.flags ?? [];
  // Ports of its own, so that daemons of several tests live side by side.
  const ports = ['--port', '--osc-port', '--osc-query-port'].filter((flag) => !flags.includes(flag));
  const args = [...before, cli, ...ports.flatMap((flag) => [flag, '0']), '--home', home, ...flags];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...setup.env },
  });
  const reverie = new Reverie(home, child);
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (reverie.output += text));
  try {
    await within(
      30_000,
      'the start',
      () => reverie.output,
      () => {
        reverie.url = /http:\/\/\S+/.exec(reverie.output)?.[0] ?? '';
        if (child.exitCode !== null)
          throw new Error(`The daemon ended with ${child.exitCode}: ${reverie.output}`);
        return reverie.url !== '';
      },
    );
  } catch (error) {
    // The caller has nothing to dispose of: neither process nor folder may stay.
    await reverie.dispose();
    throw error;
  }
  return reverie;
}

/** Flags that bring in pipelines of fixtures/pipelines/trouble.js by their names. */
export const trouble = (...names: readonly string[]): string[] =>
  names.flatMap((name) => ['--pipeline-import', `${fixture('pipelines/trouble.js')}#${name}`]);

/** Waits for a condition with a bound, looking every 20 ms; fails with what was seen. */
export async function within(
  limitMs: number,
  what: string,
  seen: () => string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited ${limitMs} ms for ${what}; seen: ${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const isAlive = (pid: number): boolean => {
  try {
    const state = /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
};

/** Frame memory of a daemon by its pid, as the system shows it. */
export const sharedMemoryOf = (pid: number | undefined): string[] =>
  existsSync('/dev/shm') ? readdirSync('/dev/shm').filter((name) => name.startsWith(`reverie-${pid}-`)) : [];

/** A graph from short notes: `chain('test-pattern', ['copy'], 'stills')`. */
export function graphOf(nodes: readonly object[], links: readonly (readonly [string, string])[]): Graph {
  return graphSchema.parse({ nodes, links: links.map(([from, to]) => ({ from, to })) });
}

export const sourceNode = (id: string, config: object = {}) => ({
  id,
  type: 'source',
  adapter: 'test-pattern',
  config,
});
export const stageNode = (id: string, pipeline: string, more: object = {}) => ({
  id,
  type: 'stage',
  pipeline,
  ...more,
});
export const sinkNode = (id: string, more: object = {}) => ({ id, type: 'sink', adapter: 'stills', ...more });

/** `in` → `main` → `out`. */
export const chain = (pipeline: string, stage: object = {}, source: object = {}): Graph =>
  graphOf(
    [sourceNode('in', source), stageNode('main', pipeline, stage), sinkNode('out')],
    [
      ['in', 'main'],
      ['main', 'out'],
    ],
  );
