import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Writable } from 'node:stream';
import { paintCounter } from '../../../adapters/test-pattern/counter.ts';
import type { Size } from '../../../src/contract/frame.ts';
import { pause } from '../../../tests/integration/reverie.ts';

/** A sender that nobody listens to yet ends at once; it is called again so often. */
const MOST_CALLS = 20;
/** ffmpeg has read so many pictures only where it is connected. */
const TAKEN = 5;

/** ffmpeg as a peer that sends numbered pictures at a steady pace, as a live encoder does, and when each was handed to it. */
export class Camera {
  /** Of each number, milliseconds of this process's clock. */
  readonly paintedMs = new Map<number, number>();
  /** When ffmpeg had read the first picture whole, which is a key picture; null before. */
  firstMs: number | null = null;
  late = 0;
  readonly #size: Size;
  readonly #rateHz: number;
  #ffmpeg: ChildProcessByStdio<Writable, null, null>;
  #timer: NodeJS.Timeout | null = null;

  private constructor(size: Size, rateHz: number, output: readonly string[]) {
    this.#size = size;
    this.#rateHz = rateHz;
    this.#ffmpeg = encoder(size, rateHz, output);
  }

  /** Sends from now on; calls again where the other side was not ready. */
  static async open(size: Size, rateHz: number, output: readonly string[]): Promise<Camera> {
    for (let call = 1; call <= MOST_CALLS; call += 1) {
      const camera = new Camera(size, rateHz, output);
      camera.#start();
      while (camera.#ffmpeg.exitCode === null && camera.paintedMs.size < TAKEN) await pause(10);
      if (camera.#ffmpeg.exitCode === null) return camera;
      camera.close();
      await pause(200);
    }
    throw new Error(`Nobody took what ffmpeg sends to ${output.at(-1)}`);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#ffmpeg.kill('SIGKILL');
  }

  #start(): void {
    const { stdin } = this.#ffmpeg;
    stdin.on('error', () => undefined);
    const periodMs = 1000 / this.#rateHz;
    const startedMs = performance.now();
    const bytes = this.#size.width * this.#size.height * 4;
    let number = 0;
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      if (nowMs - startedMs < number * periodMs || stdin.writableLength > bytes) return;
      if (nowMs - startedMs > (number + 1) * periodMs) this.late += 1;
      const picture = Buffer.alloc(bytes, Uint8Array.of(40, 90, 160, 255));
      paintCounter(picture, this.#size, number);
      this.paintedMs.set(number, nowMs);
      number += 1;
      stdin.write(picture, () => (this.firstMs ??= performance.now()));
    }, 2);
  }
}

function encoder(
  { width, height }: Size,
  rateHz: number,
  output: readonly string[],
): ChildProcessByStdio<Writable, null, null> {
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgba',
    '-s',
    `${width}x${height}`,
    '-r',
    String(rateHz),
    '-i',
    '-',
  ];
  const code = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', String(rateHz)];
  return spawn('ffmpeg', ['-v', 'error', ...input, ...code, '-pix_fmt', 'yuv420p', ...output], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}
