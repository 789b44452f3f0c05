// MIDI without a sound card: JACK's dummy driver, RtMidi built for JACK, and devices on it. It shows the binding and real ports;
// not the ALSA, CoreMIDI or WinMM sides of RtMidi, which the shipped package uses.
import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const packageFolder = join(root, 'node_modules/@julusian/midi');
const deviceSource = join(root, 'tests/fixtures/peers/jack-device.cpp');

export interface JackBuild {
  /** From now on this process loads RtMidi for JACK where it asks for @julusian/midi. */
  readonly use: () => void;
  /** As NODE_OPTIONS, it makes a daemon and its runners do the same. */
  readonly nodeOptions: string;
  readonly devicePath: string;
}

/**
 * Builds what the tests need, once for each version of the sources: into the cache of node_modules, never into what is shipped.
 * The compiler is called by hand: node-gyp would fetch headers, and koffi brings those of Node-API along.
 */
export async function buildForJack(): Promise<JackBuild> {
  const sources = ['RtMidi.cpp', 'RtMidi.h'].map((name) => join(packageFolder, 'vendor/rtmidi', name));
  const hash = createHash('sha256');
  for (const path of [...sources, deviceSource, import.meta.filename]) hash.update(readFileSync(path));
  const folder = join(root, 'node_modules/.cache/reverie-jack', hash.digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    const making = `${folder}.${process.pid}`;
    await build(making);
    renameSync(making, folder);
  }
  const hook = join(folder, 'hook.cjs');
  return {
    use: () => void createRequire(import.meta.url)(hook),
    nodeOptions: `--require ${hook}`,
    devicePath: join(folder, 'jack-device'),
  };
}

async function build(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const include = [
    join(root, 'node_modules/koffi/vendor/node-api-headers/include'),
    join(root, 'node_modules/node-addon-api'),
    join(packageFolder, 'vendor/rtmidi'),
  ].map((path) => `-I${path}`);
  const defines = ['-D__UNIX_JACK__', '-DNAPI_VERSION=7', '-DNODE_GYP_MODULE_NAME=midi'];
  const sources = ['vendor/rtmidi/RtMidi.cpp', 'src-cpp/input.cpp', 'src-cpp/output.cpp', 'src-cpp/midi.cpp'];
  const common = ['-std=c++17', '-O0', '-w'];
  await Promise.all([
    run('g++', [
      ...common,
      '-fPIC',
      '-shared',
      ...defines,
      ...include,
      ...sources.map((source) => join(packageFolder, source)),
      '-ljack',
      '-lpthread',
      '-o',
      join(folder, 'midi.node'),
    ]),
    run('g++', [...common, deviceSource, '-ljack', '-lpthread', '-o', join(folder, 'jack-device')]),
  ]);
  writeFileSync(join(folder, 'hook.cjs'), hook);
}

/** Loaded before all other code. The package's JavaScript stays as it is; only its binary is another one. */
const hook = `
const { _extensions: loaders } = require('node:module');
const load = loaders['.node'];
const binary = require('node:path').join(__dirname, 'midi.node');
loaders['.node'] = (module, path) => load(module, /@julusian.midi/.test(path) ? binary : path);
`;

const mostServers = 4;

/** A JACK server of this test alone. */
export class JackServer {
  readonly name: string;
  readonly #child: ChildProcessWithoutNullStreams;

  private constructor(name: string, child: ChildProcessWithoutNullStreams) {
    this.name = name;
    this.#child = child;
  }

  /**
   * JACK remembers eight servers at most, those that were killed included, and forgets one only when another of its name
   * starts: so the names are few, and the first that nobody has is taken. A cycle waits `patienceMs` for a client, and for each cycle
   * of one that was killed.
   */
  static async start(patienceMs = 5000): Promise<JackServer> {
    let problem = new Error('no JACK server was tried');
    for (let number = 1; number <= mostServers; number++) {
      try {
        return await JackServer.#start(`reverie-test-${number}`, patienceMs);
      } catch (error) {
        problem = error instanceof Error ? error : new Error(String(error));
      }
    }
    throw problem;
  }

  static async #start(name: string, patienceMs: number): Promise<JackServer> {
    // No realtime scheduling, no memory locking. Synchronous: a cycle waits for slow clients, so that a busy machine loses nothing.
    const args = [
      '-n',
      name,
      '-r',
      '-m',
      '-S',
      '-t',
      String(patienceMs),
      '-d',
      'dummy',
      '-r',
      '48000',
      '-p',
      '256',
    ];
    const child = spawn('jackd', args, { env: { ...process.env, JACK_NO_AUDIO_RESERVATION: '1' } });
    // It reports each late cycle, thousands on a busy machine.
    child.stdout.resume();
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-500)));
    const server = new JackServer(name, child);
    const deadline = performance.now() + 15_000;
    // Another server of this name may answer while this one finds that it is taken, and ends.
    while (!(await server.#answers()) || child.exitCode !== null) {
      if (performance.now() < deadline && child.exitCode === null) continue;
      await server.stop();
      throw new Error(`jackd "${name}" does not answer (it ended with ${child.exitCode}): ${said}`);
    }
    return server;
  }

  async #answers(): Promise<boolean> {
    const env = { ...process.env, ...this.environment };
    return run('jack_lsp', ['-s', this.name], { env, timeout: 5000 }).then(
      () => true,
      () => false,
    );
  }

  /** What a program needs to find it. */
  get environment(): Readonly<Record<string, string>> {
    return { JACK_DEFAULT_SERVER: this.name, JACK_NO_START_SERVER: '1' };
  }

  stop(): Promise<void> {
    return ended(this.#child);
  }
}

interface Asked {
  readonly wanted: string;
  readonly done: () => void;
  readonly fail: (why: Error) => void;
  readonly limit: NodeJS.Timeout;
}

/** A controller on that server. Its ports come with `plug`. */
export class JackDevice {
  /** Hex of every message that it was told. */
  readonly got: string[] = [];
  /** When each message since `stamp` went out, monotonic microseconds. */
  readonly outUs: number[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  /** Who waits for an answer, in the order they asked. */
  readonly #asked: Asked[] = [];
  #complaint = '';

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('got ')) this.got.push(line.slice(4));
      else if (line.startsWith('out ')) this.outUs.push(Number(line.slice(4)));
      else this.#answered(line);
    });
    child.once('exit', (code, signal) => {
      this.#ended(
        new Error(`The JACK device ended (${code ?? signal}) before it answered: ${this.#complaint}`),
      );
    });
    // Who writes to a device that ended is told by its exit.
    child.stdin.on('error', () => {});
    child.stderr.on(
      'data',
      (chunk: Buffer) => (this.#complaint = `${this.#complaint}${chunk.toString()}`.slice(-500)),
    );
  }

  static async open(build: JackBuild, server: JackServer, name: string): Promise<JackDevice> {
    const child = spawn(build.devicePath, [name], { env: { ...process.env, ...server.environment } });
    const device = new JackDevice(child);
    await device.#answer('ready');
    return device;
  }

  plug(): Promise<void> {
    return this.#ask('plug', 'plugged');
  }

  unplug(): Promise<void> {
    return this.#ask('unplug', 'unplugged');
  }

  stamp(): Promise<void> {
    return this.#ask('stamp', 'stamping');
  }

  /** Messages in hex, in order. */
  send(...messages: readonly string[]): Promise<void> {
    return this.#ask(`send ${messages.join(' ')}`, 'sent');
  }

  close(): Promise<void> {
    return ended(this.#child);
  }

  #ask(line: string, answer: string): Promise<void> {
    this.#child.stdin.write(`${line}\n`);
    return this.#answer(answer);
  }

  #answer(wanted: string): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return Promise.reject(new Error(`The JACK device ended: ${this.#complaint}`));
    return new Promise((done, fail) => {
      const limit = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
      this.#asked.push({ wanted, done, fail, limit });
    });
  }

  #answered(line: string): void {
    const first = this.#asked.shift();
    if (first === undefined) return;
    clearTimeout(first.limit);
    if (line === first.wanted) first.done();
    else first.fail(new Error(`The JACK device said "${line}" instead of "${first.wanted}".`));
  }

  #ended(why: Error): void {
    for (const { fail, limit } of this.#asked.splice(0)) {
      clearTimeout(limit);
      fail(why);
    }
  }
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  // A device takes its leave: for one that is killed the server waits.
  child.stdin.end();
  if (child.spawnfile === 'jackd') child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(hard);
}
