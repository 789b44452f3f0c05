import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { ErrorCode, ErrorReport } from '../contract/error.ts';
import { failure, isErrorCode, reportOf } from '../contract/error.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { PROTOCOL_VERSION, type FromRunner, type ToRunner } from '../contract/protocol.ts';
import { readBulk, type BulkItem } from './bulk-reader.ts';
import { forkHeard } from './forked.ts';
import { LogIntake } from './log-intake.ts';
import { LogRing } from './log-ring.ts';
import { checkMessage } from './runner-message.ts';
import { isStopped } from './stopped.ts';

/** How a runner ended. */
export interface RunnerExit {
  readonly code: ErrorCode;
  readonly message: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Ended or stopped by somebody else's signal, and so through no fault of its own. */
  readonly byStranger: boolean;
}

/** What one node of a runner wants to hear. */
export interface RunnerListener {
  message(message: FromRunner): void;
  bulk(item: BulkItem): void;
  /** So many lines of the runner's log came faster than they can be read. */
  linesDropped(lines: number): void;
  exited(exit: RunnerExit): void;
}

export interface RunnerLimits {
  /** Without an answer for this long a working runner counts as hung. */
  readonly silenceMs: number;
  /** The same before it made its first frame. */
  readonly startSilenceMs: number;
  readonly rssBytes: number;
}

/** Hears what a runner says, and which of its nodes said it; those of a shared runner are joined by +. */
export type RunnerLine = (node: string, line: string) => void;

interface Pending {
  readonly resolve: (value: JsonValue) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const REQUEST_LIMIT_MS = 10_000;
const MEMORY_EVERY_MS = 1_000;
/** One that does not answer for so long is looked at: it may have been stopped. */
const STOPPED_MS = 500;

/** A supervised child process. It judges by heartbeats; what its nodes do with frames is judged by them. */
export class RunnerProcess {
  readonly #log: LogRing;
  readonly #intakes: readonly LogIntake[];
  readonly #child: ChildProcess;
  readonly #listeners = new Map<string, RunnerListener>();
  readonly #pending = new Map<number, Pending>();
  #nextRequest = 1;
  #ready = false;
  #exit: RunnerExit | null = null;
  #killedFor: Pick<RunnerExit, 'code' | 'message' | 'byStranger'> | null = null;
  #pingSentMs: number | null = null;
  #pongMs = -Infinity;
  /** Said something since it was last looked at. */
  #heard = false;
  #busyUntilMs = 0;
  #busyWith = '';
  #closing = false;
  #rssBytes = 0;
  #proven = false;
  /** Whose word the present line is; null where it comes from stdout or stderr, which all nodes of a runner share. */
  #speaker: string | null = null;

  constructor(entry: string, environment: NodeJS.ProcessEnv, onReady: () => void, onLine: RunnerLine) {
    this.#log = new LogRing((line) =>
      onLine((this.#speaker ?? [...this.#listeners.keys()].join('+')) || 'runner', line),
    );
    this.#child = forkHeard(
      entry,
      [],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
        serialization: 'json',
        execArgv: [],
        env: environment,
      },
      (error) => this.#junk(error),
    );
    this.#child.on('message', (line) => this.#hear(line, onReady));
    this.#child.on('error', (error) =>
      this.#ended({
        code: 'E_RUNNER_START',
        message: `The runner could not be started: ${error.message}`,
        exitCode: null,
        signal: null,
        byStranger: false,
      }),
    );
    this.#child.on('exit', (code, signal) => this.#ended(this.#describeExit(code, signal)));
    this.#intakes = [this.#child.stdout, this.#child.stderr]
      .filter((stream) => stream !== null)
      .map((stream) => this.#readLog(stream));
    const bulk = this.#child.stdio[4] as Readable | null | undefined;
    if (bulk !== null && bulk !== undefined)
      readBulk(bulk, (item) => this.#listeners.get(item.node)?.bulk(item));
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  /** The last lines of its log, oldest first. */
  lastLines(): string[] {
    return this.#log.all();
  }

  /** The same once it failed: with what it said in the middle of a flood or of a line. */
  lastWords(): string[] {
    for (const intake of this.#intakes) intake.flush();
    return this.lastLines();
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Whether a frame of it came. */
  get proven(): boolean {
    return this.#proven;
  }

  get gone(): boolean {
    return this.#exit !== null;
  }

  get rssBytes(): number {
    return this.#rssBytes;
  }

  get nodes(): number {
    return this.#listeners.size;
  }

  attach(node: string, listener: RunnerListener): void {
    this.#listeners.set(node, listener);
  }

  detach(node: string, listener: RunnerListener): void {
    if (this.#listeners.get(node) === listener) this.#listeners.delete(node);
  }

  send(message: ToRunner): void {
    const answers = RunnerProcess.#answers;
    if (answers === null) return this.#write(message);
    const before = answers.get(this);
    if (before === undefined) answers.set(this, [message]);
    else before.push(message);
  }

  #write(line: ToRunner | readonly ToRunner[]): void {
    // A child that died between two turns of the loop makes this fail; its exit says the rest.
    if (this.#child.connected) this.#child.send(line, () => undefined);
  }

  /** What each runner is sent while a line of several messages is heard. */
  static #answers: Map<RunnerProcess, ToRunner[]> | null = null;

  /** All that `work` sends to one runner goes out in one write: a stage hears of its next slot and its next frame at once. */
  static #together(work: () => void): void {
    const answers = new Map<RunnerProcess, ToRunner[]>();
    RunnerProcess.#answers = answers;
    try {
      work();
    } finally {
      RunnerProcess.#answers = null;
      for (const [runner, messages] of answers) runner.#write(messages);
    }
  }

  request(node: string, method: string, params: JsonObject): Promise<JsonValue> {
    return new Promise((resolve, reject) => {
      if (this.gone) return reject(failure('E_RUNNER_EXITED', `The runner of ${node} is gone`));
      const id = this.#nextRequest++;
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(failure('E_RUNNER_HUNG', `The runner of ${node} did not answer "${method}" in time`));
      }, REQUEST_LIMIT_MS);
      this.#pending.set(id, { resolve, reject, timer });
      this.send({ t: 'request', node, id, method, params });
    });
  }

  /** A request without a reply: nobody is woken to hear that it was done. */
  tell(node: string, method: string, params: JsonObject): void {
    this.send({ t: 'request', node, id: null, method, params });
  }

  /** A frame came: from now on the shorter limit of silence holds. */
  proved(): void {
    this.#proven = true;
  }

  /** Whether it announced a native call that is not over. */
  busy(nowMs: number): boolean {
    return nowMs < this.#busyUntilMs;
  }

  /** Pings it, and ends it where it was silent or took too much memory. Called at a steady pace. */
  judge(nowMs: number, limits: RunnerLimits, slowestCallMs: number): void {
    if (this.gone || this.#closing) return;
    if (this.#rssBytes > limits.rssBytes) {
      return this.kill(
        'E_RUNNER_MEMORY',
        `It took ${(this.#rssBytes / 1e6).toFixed(0)} MB of memory; the limit is ${(limits.rssBytes / 1e6).toFixed(0)} MB`,
      );
    }
    if (this.#pingSentMs === null) {
      // A runner at work is heard anyway, and every ping wakes two processes; its memory is asked for all the same.
      const heard = this.#heard;
      this.#heard = false;
      if (heard && nowMs - this.#pongMs < MEMORY_EVERY_MS) return;
      this.#pingSentMs = nowMs;
      return this.send({ t: 'ping', at: nowMs });
    }
    // That it is stopped is no guess: whatever it announced, and however long its calls take, it will not answer.
    if (nowMs - this.#pingSentMs > STOPPED_MS && this.pid !== null && isStopped(this.pid))
      return this.kill('E_RUNNER_HUNG', 'It was stopped by a signal and did not answer', true);
    if (this.busy(nowMs)) return;
    const base = this.#proven && this.#ready ? limits.silenceMs : limits.startSilenceMs;
    const allowed = Math.max(base, 3 * slowestCallMs + 500);
    const silentMs = nowMs - Math.max(this.#pingSentMs, this.#busyUntilMs);
    if (silentMs < allowed) return;
    const doing = this.#busyWith === '' ? '' : ` after "${this.#busyWith}"`;
    this.kill('E_RUNNER_HUNG', `It did not answer for ${(silentMs / 1000).toFixed(1)} s${doing}`);
  }

  /** The daemon itself was held up (sleep, debugger): silence meanwhile proves nothing. */
  forgive(): void {
    this.#pingSentMs = null;
  }

  kill(code: ErrorCode, message: string, byStranger = false): void {
    if (this.#killedFor !== null || this.gone) return;
    this.#killedFor = { code, message, byStranger };
    this.#child.kill('SIGKILL');
  }

  /** Asks it to end, and makes it end after `graceMs`. */
  close(graceMs: number): Promise<void> {
    if (this.gone) return Promise.resolve();
    this.#closing = true;
    this.#listeners.clear();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
      this.#child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      this.send({ t: 'close', node: null });
      // A stopped child cannot hear it; SIGKILL above reaches it all the same.
    });
  }

  #readLog(stream: Readable): LogIntake {
    const intake = new LogIntake({
      line: (text) => this.#log.line(text),
      dropped: (lines) => {
        for (const listener of this.#listeners.values()) listener.linesDropped(lines);
      },
      hold: () => {
        stream.pause();
        return () => stream.resume();
      },
      later: (call, delayMs) => void setTimeout(call, delayMs).unref(),
    });
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => intake.take(chunk));
    stream.on('end', () => intake.flush());
    return intake;
  }

  /** The door of the daemon: whatever comes in here ends at worst the runner it came from. */
  #hear(line: unknown, onReady: () => void): void {
    try {
      if (!Array.isArray(line)) return this.#receive(line, onReady);
      RunnerProcess.#together(() => {
        for (const message of line) this.#receive(message, onReady);
      });
    } catch (error) {
      const { code, message } = reportOf(error);
      if (code !== 'E_RUNNER_PROTOCOL' && error instanceof Error) this.#log.line(error.stack ?? message);
      this.kill('E_RUNNER_PROTOCOL', message);
    }
  }

  /** Its log keeps the stack, which tells where it was read: a fault of ours must not pass for one of the runner's. */
  #junk({ stack, message }: Error): void {
    this.#log.line(stack ?? message);
    this.kill('E_RUNNER_PROTOCOL', `Something wrote into its channel that is no message: ${message}`);
  }

  #receive(message: unknown, onReady: () => void): void {
    checkMessage(message);
    this.#heard = true;
    switch (message.t) {
      case 'hello':
        if (message.v !== PROTOCOL_VERSION)
          return this.kill(
            'E_RUNNER_PROTOCOL',
            `It speaks protocol ${message.v}; this daemon speaks ${PROTOCOL_VERSION}`,
          );
        this.#ready = true;
        return onReady();
      case 'pong':
        this.#pingSentMs = null;
        this.#pongMs = performance.now();
        this.#rssBytes = message.rssBytes;
        return;
      case 'reply':
        return this.#settle(message.id, message.result, message.error);
      case 'log':
        this.#speaker = message.node;
        this.#log.line(message.line);
        this.#speaker = null;
        if (message.dropped > 0) this.#listeners.get(message.node)?.linesDropped(message.dropped);
        return;
      case 'busy':
        this.#busyWith = message.what;
        this.#busyUntilMs = message.deadlineMs <= 0 ? 0 : performance.now() + message.deadlineMs;
        return;
      case 'publish':
      case 'take':
      case 'status':
        // It is past what it announced, however long it might have taken.
        this.#busyUntilMs = 0;
        break;
      default:
        break;
    }
    this.#listeners.get(message.node)?.message(message);
  }

  #settle(id: number, result: JsonValue, error: ErrorReport | null): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (error === null) pending.resolve(result);
    else {
      const code = isErrorCode(error.code) ? error.code : 'E_INTERNAL';
      pending.reject(failure(code, error.message, error.details));
    }
  }

  #describeExit(exitCode: number | null, signal: NodeJS.Signals | null): RunnerExit {
    if (this.#killedFor !== null) return { ...this.#killedFor, exitCode, signal };
    if (signal !== null) {
      const byStranger =
        signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGHUP';
      return { code: 'E_RUNNER_KILLED', message: `It was ended by ${signal}`, exitCode, signal, byStranger };
    }
    return {
      code: 'E_RUNNER_EXITED',
      message: `It ended by itself with code ${exitCode}`,
      exitCode,
      signal,
      byStranger: false,
    };
  }

  #ended(exit: RunnerExit): void {
    if (this.#exit !== null) return;
    this.#exit = exit;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(failure(exit.code, exit.message));
    }
    this.#pending.clear();
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    for (const listener of listeners) listener.exited(exit);
  }
}
