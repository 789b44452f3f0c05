import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Only root may make one. */
export const canIsolate = process.platform === 'linux' && process.getuid?.() === 0;

/** A network namespace that has only `lo`: what runs in it cannot bind or reach any other address, whatever it tries. */
export class Namespace {
  readonly #holder: ChildProcess;
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

  /** A program that runs another one inside, for what starts programs by their path. */
  wrapper(program: string): string {
    const path = join(this.#folder, 'inside');
    writeFileSync(path, `#!/bin/sh\nexec ${this.enter.join(' ')} ${program} "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  close(): void {
    this.#holder.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
