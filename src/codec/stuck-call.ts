import type { FormatContext } from 'node-av/lib';

/** FFmpeg looks at its interrupt at least ten times a second, unless a driver or a system call holds it. */
const PATIENCE_MS = 3_000;

/**
 * Runs a native call that may block. After `limitMs` of it, or an abort, it is interrupted: answers `silent`, or rejects with the
 * abort's reason. A call that does not even heed that ends the process: its thread would be lost, and what it holds with it.
 */
export async function withinLimit(
  format: FormatContext,
  limitMs: number | null,
  signal: AbortSignal | null,
  call: () => Promise<number>,
): Promise<number | 'silent'> {
  signal?.throwIfAborted();
  let silent = false;
  let last: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    last ??= setTimeout(endProcess, PATIENCE_MS);
    format.interrupt();
  };
  const timer =
    limitMs === null
      ? undefined
      : setTimeout(() => {
          silent = true;
          interrupt();
        }, limitMs);
  signal?.addEventListener('abort', interrupt);
  try {
    const result = await call();
    signal?.throwIfAborted();
    return silent ? 'silent' : result;
  } finally {
    clearTimeout(timer);
    clearTimeout(last);
    signal?.removeEventListener('abort', interrupt);
  }
}

/** Not by `process.exit`, which waits for the thread that hangs. */
function endProcess(): void {
  process.stderr.write('A call of FFmpeg did not return, so this runner ends\n');
  process.kill(process.pid, 'SIGKILL');
}
