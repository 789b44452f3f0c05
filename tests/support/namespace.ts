import { execFile, spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Fetches what its lines ask for, one after another: fetches inside a namespace without a process each. */
const courier = `
require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  const [url, init] = JSON.parse(line);
  const answer = await fetch(url, init).catch((error) => new Response(String(error), { status: 599 }));
  const body = Buffer.from(await answer.arrayBuffer()).toString('base64');
  console.log(JSON.stringify({ status: answer.status, body }));
});`;

interface Fetched {
  /** 599 where nothing answered. */
  readonly status: number;
  readonly body: Buffer;
}

/** Only root may make one. */
export const canIsolate = process.platform === 'linux' && process.getuid?.() === 0;

/** A network namespace that has only `lo`: what runs in it cannot bind or reach any other address, whatever it tries. */
export class Namespace {
  readonly #holder: ChildProcess;
  #courier: ChildProcessWithoutNullStreams | null = null;
  #lines: AsyncIterator<string> | null = null;
  readonly #folder = mkdtempSync(join(tmpdir(), 'reverie-namespace-'));

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  static async open(): Promise<Namespace> {
    const holder = spawn('unshare', ['-n', 'sh', '-c', 'ip link set lo up && echo up && exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once('data', () => resolve());
      holder.once('exit', (code) => reject(new Error(`unshare ended with ${code}`)));
      holder.once('error', reject);
    });
    return new Namespace(holder);
  }

  /** Put before a command to run it inside. */
  get enter(): readonly string[] {
    return ['nsenter', `--net=/proc/${this.#holder.pid}/ns/net`];
  }

  /** Starts a program inside. */
  start(program: string, args: readonly string[]): ChildProcessWithoutNullStreams {
    const [command = '', ...inside] = this.enter;
    return spawn(command, [...inside, program, ...args]);
  }

  /** Runs a program inside to its end; its output. */
  async run(program: string, args: readonly string[], limitMs = 60_000): Promise<Buffer> {
    const [command = '', ...inside] = this.enter;
    const options = { timeout: limitMs, encoding: 'buffer', maxBuffer: 2 ** 26 } as const;
    return (await run(command, [...inside, program, ...args], options)).stdout;
  }

  /** What a server inside answers, which cannot be reached from here. One at a time. */
  async fetch(url: string, init: object = {}): Promise<Fetched> {
    this.#courier ??= this.start(process.execPath, ['-e', courier]);
    const lines = (this.#lines ??= createInterface({ input: this.#courier.stdout })[Symbol.asyncIterator]());
    this.#courier.stdin.write(`${JSON.stringify([url, init])}\n`);
    const { value } = await lines.next();
    const { status, body } = JSON.parse(String(value)) as { status: number; body: string };
    return { status, body: Buffer.from(body, 'base64') };
  }

  async json<T>(url: string): Promise<T> {
    return JSON.parse(String((await this.fetch(url)).body)) as T;
  }

  /** A program that runs another one inside, for what starts programs by their path. */
  wrapper(program: string): string {
    const path = join(this.#folder, 'inside');
    writeFileSync(path, `#!/bin/sh\nexec ${this.enter.join(' ')} ${program} "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  close(): void {
    this.#courier?.kill('SIGKILL');
    this.#holder.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
