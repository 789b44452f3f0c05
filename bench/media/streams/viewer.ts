import { spawn, type ChildProcess } from 'node:child_process';
import { readCounter } from '../../../adapters/test-pattern/counter.ts';
import { Histogram } from '../../../src/contract/histogram.ts';
import type { Size } from '../../../src/contract/frame.ts';

/** ffmpeg as a peer that decodes without waiting; the age of each picture when it could be seen. */
export class Viewer {
  readonly #ffmpeg: ChildProcess;
  #ages = new Histogram();
  #seen = 0;

  /** `paintedMs`: when a number was painted, by the clock of this process. */
  constructor(size: Size, input: readonly string[], paintedMs: (number: number) => number | undefined) {
    const quick = ['-fflags', 'nobuffer', '-flags', 'low_delay', '-threads', '1'];
    const probe = ['-probesize', '500000', '-analyzeduration', '500000'];
    const output = ['-an', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'];
    const ffmpeg = spawn('ffmpeg', ['-v', 'quiet', '-nostdin', ...quick, ...probe, ...input, ...output], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#ffmpeg = ffmpeg;
    const picture = Buffer.alloc(size.width * size.height * 4);
    let filled = 0;
    ffmpeg.stdout.on('data', (piece: Buffer) => {
      for (let at = 0; at < piece.length;) {
        const taken = piece.copy(picture, filled, at);
        at += taken;
        filled += taken;
        if (filled < picture.length) continue;
        filled = 0;
        this.#see(readCounter(picture, size).top, paintedMs);
      }
    });
  }

  get seen(): number {
    return this.#seen;
  }

  /** Milliseconds from paint to sight since the last call. */
  takeAges(): Histogram {
    const ages = this.#ages;
    this.#ages = new Histogram();
    return ages;
  }

  close(): void {
    this.#ffmpeg.kill('SIGKILL');
  }

  #see(number: number | null, paintedMs: (number: number) => number | undefined): void {
    const painted = number === null ? undefined : paintedMs(number);
    if (painted === undefined) return;
    this.#seen += 1;
    this.#ages.record(performance.now() - painted);
  }
}
