import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What the bare peer is told on its command line. */
export interface BareTask {
  /** Module of the source that paints, the same as the daemon's. */
  readonly source: string;
  readonly side: number;
  readonly rateHz: number;
}

export interface Bare {
  readonly url: string;
  close(): void;
}

/** Starts the bare peer behind `enter`, a command that brings it into the browser's network. */
export async function startBare(enter: readonly string[], task: BareTask): Promise<Bare> {
  const path = fileURLToPath(new URL('./bare-child.ts', import.meta.url));
  const node = [process.execPath, '--import', 'tsx', path, JSON.stringify(task)];
  const [command = process.execPath, ...words] = [...enter, ...node];
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(Number(data)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The bare peer ended with ${code}`)));
  });
  return { url: `http://127.0.0.1:${port}`, close: () => void child.kill('SIGKILL') };
}
