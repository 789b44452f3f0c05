// NDI without NDI: our double of its C API as the runtime, and a program on the other side of it. See tests/fixtures/peers/ndi-double.c
// for what the double cannot show. The real runtime is never loaded here.
import { execFile, spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const peers = join(root, 'tests/fixtures/peers');

export const hasCompiler = (): boolean => spawnSync('gcc', ['--version']).status === 0;

export interface NdiBuild {
  /** The double, to be given as `REVERIE_NDI_LIB`. */
  readonly library: string;
  readonly peer: string;
}

/** Builds double and peer, once for each version of their sources, into the cache of node_modules. */
export async function buildNdi(): Promise<NdiBuild> {
  const [header, double, peer] = ['ndi.h', 'ndi-double.c', 'ndi-peer.c'].map((name) => join(peers, name));
  const hash = createHash('sha256');
  for (const path of [header, double, peer]) hash.update(readFileSync(path ?? ''));
  const folder = join(root, 'node_modules/.cache/reverie-ndi', hash.digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    const making = `${folder}.${process.pid}`;
    mkdirSync(making, { recursive: true });
    await run('gcc', ['-O2', '-shared', '-fPIC', double ?? '', '-o', join(making, 'libndi-double.so')]);
    await run('gcc', ['-O2', double ?? '', peer ?? '', '-o', join(making, 'ndi-peer')]);
    try {
      renameSync(making, folder);
    } catch {
      // Another worker was faster.
      rmSync(making, { recursive: true, force: true });
    }
  }
  return { library: join(folder, 'libndi-double.so'), peer: join(folder, 'ndi-peer') };
}

/** A network of its own: senders and receivers of one room see each other. */
export class NdiRoom {
  readonly folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'reverie-ndi-'));
  readonly #build: NdiBuild;
  readonly #peers: NdiPeer[] = [];

  constructor(build: NdiBuild) {
    this.#build = build;
  }

  /** What a process needs to take the double for the runtime, in this room. */
  get environment(): Readonly<Record<string, string>> {
    return { REVERIE_NDI_LIB: this.#build.library, NDI_DOUBLE_ROOM: this.folder };
  }

  /** From now on this process does; the returned function takes it back. */
  enter(): () => void {
    const before = new Map(Object.keys(this.environment).map((key) => [key, process.env[key]]));
    Object.assign(process.env, this.environment);
    return () => {
      for (const [key, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, key);
        else process.env[key] = value;
      }
    };
  }

  /**
   * Starts a sender: `send('CAM', '1280x720', 'UYVY', '30000/1001', 'audio')`. With an address it is seen only by who asks there.
   */
  async send(
    name: string,
    size: string,
    format: string,
    rate: string,
    ...more: readonly string[]
  ): Promise<NdiPeer> {
    const [width = '', height = ''] = size.split('x');
    return this.#start(['send', name, width, height, format, rate, ...more], 'sending');
  }

  receive(name: string, ...more: readonly string[]): Promise<NdiPeer> {
    return this.#start(['receive', name, ...more], 'receiving');
  }

  relay(from: string, to: string): Promise<NdiPeer> {
    return this.#start(['relay', from, to], 'relaying');
  }

  async close(): Promise<void> {
    await Promise.all(this.#peers.map((peer) => peer.kill()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #start(words: readonly string[], ready: string): Promise<NdiPeer> {
    const address = words.find((word) => word.startsWith('address='))?.slice('address='.length) ?? '';
    const environment = { ...process.env, NDI_DOUBLE_ROOM: this.folder, NDI_DOUBLE_ADDRESS: address };
    const peer = new NdiPeer(spawn(this.#build.peer, words, { env: environment }));
    this.#peers.push(peer);
    await peer.line((line) => line === ready);
    return peer;
  }
}

export interface SeenFrame {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly rate: string;
  /** Of all its bytes, weighted by their places. */
  readonly sum: string;
  readonly first: readonly number[];
}

export class NdiPeer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  #wake: () => void = () => undefined;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    child.once('exit', () => this.#wake());
    child.stdin.on('error', () => undefined);
  }

  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The next line that is wanted; those before it are forgotten. */
  async line(wanted: (line: string) => boolean, limitMs = 10_000): Promise<string> {
    const timer = setTimeout(() => this.#wake(), limitMs);
    const deadline = performance.now() + limitMs;
    for (;;) {
      const line = this.#lines.shift();
      if (line === undefined) {
        if (this.#child.exitCode !== null || performance.now() >= deadline - 5)
          throw new Error(`The NDI peer does not say what it should (it ended with ${this.#child.exitCode})`);
        await new Promise<void>((resolve) => (this.#wake = resolve));
      } else if (wanted(line)) {
        clearTimeout(timer);
        return line;
      }
    }
  }

  async frame(wanted: (frame: SeenFrame) => boolean = () => true, limitMs = 10_000): Promise<SeenFrame> {
    let seen: SeenFrame | null = null;
    await this.line((line) => {
      seen = readFrame(line);
      return seen !== null && wanted(seen);
    }, limitMs);
    if (seen === null) throw new Error('no frame');
    return seen;
  }

  /** Of a sender: who watches, and whether they say that it is on air. */
  async state(): Promise<{ readonly connections: number; readonly onProgram: boolean }> {
    this.say('state');
    const [, connections, program] = (await this.line((line) => line.startsWith('state '))).split(' ');
    return { connections: Number(connections), onProgram: program === '1' };
  }

  /** Of a receiver: frames a second since it was last asked. */
  async rate(): Promise<number> {
    this.say('rate');
    return Number((await this.line((line) => line.startsWith('rate '))).split(' ')[1]);
  }

  /** As a machine that loses its power. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((done) => this.#child.once('exit', done));
    this.#child.kill('SIGKILL');
    await gone;
  }
}

function readFrame(line: string): SeenFrame | null {
  const [word, width, height, format = '', rate = '', sum = '', first = ''] = line.split(' ');
  if (word !== 'frame') return null;
  return {
    width: Number(width),
    height: Number(height),
    format,
    rate,
    sum,
    first: first.split(',').map(Number),
  };
}

/** The pixels that a sender paints into frame `n`, in bytes as they are sent. */
export function painted(bytes: number, n: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => i * 31 + n * 7 + (i >> 8));
}

/** What a receiver says of pixels. */
export function sumOf(pixels: Uint8Array): string {
  let sum = 0n;
  for (let i = 0; i < pixels.length; i += 1) sum += BigInt((pixels[i] ?? 0) * ((i % 251) + 1));
  return String(sum);
}
