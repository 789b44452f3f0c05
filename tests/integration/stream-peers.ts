import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { createServer } from 'node:net';
import { paintCounter, readCounter } from '../../adapters/test-pattern/counter.ts';
import * as module from '../../adapters/stream/run.ts';
import type { Size } from '../../src/contract/frame.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { SinkDouble } from '../conformance/contexts.ts';

/** ffmpeg as a peer that decodes what it is sent, and the numbers that were painted into the pictures. */
export class Receiver {
  readonly numbers: number[] = [];
  /** Pictures whose upper and lower number are missing or differ. */
  damaged = 0;
  /** Color of the middle of the last picture. */
  middle: readonly number[] = [];
  words = '';
  readonly #child: ChildProcessWithoutNullStreams;
  #pending: Buffer = Buffer.alloc(0);

  constructor(size: Size, input: readonly string[]) {
    const output = ['-an', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'];
    this.#child = spawn('ffmpeg', ['-v', 'warning', '-nostdin', ...input, ...output]);
    this.#child.stderr.on('data', (text: Buffer) => (this.words += text.toString()));
    this.#child.stdout.on('data', (piece: Buffer) => {
      this.#pending = this.#pending.length === 0 ? piece : Buffer.concat([this.#pending, piece]);
      const bytes = size.width * size.height * 4;
      while (this.#pending.length >= bytes) {
        this.#see(this.#pending.subarray(0, bytes), size);
        this.#pending = this.#pending.subarray(bytes);
      }
    });
  }

  get gone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  end(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  stopReading(): void {
    this.#child.kill('SIGSTOP');
  }

  #see(pixels: Buffer, size: Size): void {
    const { top, bottom } = readCounter(pixels, size);
    if (top === null || top !== bottom) this.damaged += 1;
    else this.numbers.push(top);
    const at = (Math.floor(size.height / 2) * size.width + Math.floor(size.width / 2)) * 4;
    this.middle = [...pixels.subarray(at, at + 3)];
  }
}

/** The sink at work without a daemon, shown numbered frames of one color at a steady pace. */
export class Sender {
  readonly context: SinkDouble;
  /** Settles as the sink does; the code with which it failed, or null. */
  readonly ended: Promise<string | null>;
  over = false;
  shown = 0;
  slowestShowMs = 0;
  size: Size;
  readonly #timer: NodeJS.Timeout;

  constructor(config: JsonObject, size: Size, color: readonly number[] = [200, 60, 90, 255]) {
    this.size = size;
    const { noise, ...settings } = config;
    this.context = new SinkDouble({ keyframeSeconds: 1, bitrate: null, silence: true, ...settings });
    this.ended = module.sink
      .run(this.context)
      .then(
        () => null,
        (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
      )
      .finally(() => (this.over = true));
    let showing = false;
    let ready = false;
    void this.context.presenting().then(() => (ready = true));
    this.#timer = setInterval(() => {
      if (showing || this.over || !ready) return;
      showing = true;
      const pixels = Buffer.alloc(this.size.width * this.size.height * 4, Uint8Array.from(color));
      // Nothing compresses it: much has to leave.
      if (noise === true) randomFillSync(pixels);
      paintCounter(pixels, this.size, this.shown);
      this.shown += 1;
      const startedMs = performance.now();
      void this.context
        .show(this.size, pixels)
        .catch(() => undefined)
        .finally(() => {
          showing = false;
          this.slowestShowMs = Math.max(this.slowestShowMs, performance.now() - startedMs);
        });
    }, 33);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.context.controller.abort();
    await this.ended;
  }
}

/** No picture before one that was shown already; a picture that stands still may come again. */
export function inOrder(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] ?? Infinity));
}

/** A port that was free a moment ago, for TCP; for UDP in all likelihood too. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
