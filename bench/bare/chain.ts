/**
 * The least that source → stage → sink can cost on this machine: three children, a broker of thirty lines, JSON over fork's
 * channel, one copy each. It runs beside the real thing, so that bounds can be told as ratios: a bound in milliseconds says
 * something about one machine only.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SegmentStore } from '../../src/engine/memory/segment-store.ts';
import type { ChildFigures, Down, Role, Task, Up } from './words.ts';

const SLOTS = 4;
const WARM_MS = 1500;
const roles: readonly Role[] = ['source', 'stage', 'sink'];

export interface BareFigures {
  readonly hops: readonly { readonly p50: number; readonly p99: number }[];
  readonly framesPerSecond: number;
  /** Of the slower copy. */
  readonly copyMs: number;
  /** Of the broker, in percent of a core. */
  readonly cpuPercent: number;
  readonly late: number;
}

/** Which slot of one link is whose, with one consumer. */
class Broker {
  readonly #free = Array.from({ length: SLOTS }, (_, slot) => slot);
  readonly #producer: (message: Down) => void;
  readonly #consumer: (message: Down) => void;
  readonly #lockstep: boolean;
  #newest: { readonly slot: number; readonly atUs: number; taken: boolean } | null = null;
  #waiting = false;
  #granted = false;

  constructor(producer: (message: Down) => void, consumer: (message: Down) => void, lockstep: boolean) {
    this.#producer = producer;
    this.#consumer = consumer;
    this.#lockstep = lockstep;
  }

  grant(): void {
    if (this.#granted || (this.#lockstep && this.#newest?.taken === false)) return;
    const slot = this.#free.pop();
    if (slot === undefined) return;
    this.#granted = true;
    this.#producer({ t: 'grant', slot });
  }

  publish(slot: number, atUs: number): void {
    this.#granted = false;
    if (this.#newest?.taken === false) this.#free.push(this.#newest.slot);
    this.#newest = { slot, atUs, taken: false };
    if (this.#waiting) this.#hand();
    this.grant();
  }

  take(release: number | null): void {
    if (release !== null) this.#free.push(release);
    this.#waiting = true;
    if (this.#newest?.taken === false) this.#hand();
    this.grant();
  }

  #hand(): void {
    const newest = this.#newest;
    if (newest === null) return;
    this.#waiting = false;
    newest.taken = true;
    this.#consumer({ t: 'frame', slot: newest.slot, atUs: newest.atUs });
  }
}

/** Plays the bare chain for `seconds`; `rateHz` null means lock-step. */
export async function bareChain(
  { width, height }: { readonly width: number; readonly height: number },
  rateHz: number | null,
  seconds: number,
): Promise<BareFigures> {
  const home = await mkdtemp(join(tmpdir(), 'reverie-bare-'));
  const store = new SegmentStore(home, 'auto', () => undefined);
  const bytes = width * height * 4;
  const segments = [await store.create(SLOTS * bytes), await store.create(SLOTS * bytes)];
  const children = roles.map((role, index) =>
    child({
      role,
      bytes,
      input: segments[index - 1]?.ref ?? null,
      output: index < segments.length ? (segments[index]?.ref ?? null) : null,
      rateHz,
    }),
  );
  const send = (index: number) => (message: Down) => void children[index]?.send(message);
  const links = segments.map((_, index) => new Broker(send(index), send(index + 1), rateHz === null));
  const reports: Promise<ChildFigures>[] = children.map((one, index) => attach(one, index, links));
  try {
    await Promise.all(children.map(hello));
    for (const link of links) link.grant();
    await sleep(WARM_MS);
    for (const one of children) one.send({ t: 'reset' });
    const [cpu, startedMs] = [process.cpuUsage(), performance.now()];
    await sleep(seconds * 1000);
    const spent = process.cpuUsage(cpu);
    const elapsedMs = performance.now() - startedMs;
    for (const one of children) one.send({ t: 'report' });
    const [source, stage, sink] = await Promise.all(reports);
    return {
      hops: [stage, sink].map((end) => ({ p50: end?.hopP50 ?? NaN, p99: end?.hopP99 ?? NaN })),
      framesPerSecond: (1000 * (sink?.frames ?? 0)) / elapsedMs,
      copyMs: Math.max(source?.copyP50 ?? NaN, stage?.copyP50 ?? NaN),
      cpuPercent: (spent.user + spent.system) / 10 / elapsedMs,
      late: source?.late ?? 0,
    };
  } finally {
    for (const one of children) one.kill();
    for (const segment of segments) segment.remove();
    store.close();
    await rm(home, { recursive: true, force: true });
  }
}

function child(task: Task): ChildProcess {
  return fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [JSON.stringify(task)], {
    serialization: 'json',
  });
}

const hello = (one: ChildProcess): Promise<void> =>
  new Promise((resolve) => one.once('message', () => resolve()));

/** Carries a child's words to its links; resolves with its figures when it gives them. */
function attach(one: ChildProcess, index: number, links: readonly Broker[]): Promise<ChildFigures> {
  return new Promise((resolve) => {
    one.on('error', () => undefined);
    one.on('message', (message: Up) => {
      if (message.t === 'publish') links[index]?.publish(message.slot, message.atUs);
      else if (message.t === 'take') links[index - 1]?.take(message.release);
      else if (message.t === 'report') resolve(message);
    });
  });
}
