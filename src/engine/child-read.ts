import type { ForkOptions } from 'node:child_process';
import { forkHeard } from './forked.ts';
import { lowerPriority, slowly } from './low-priority.ts';

/** The child was still running when its time was over. */
export class SilentChildError extends Error {}

/**
 * Runs a throw-away child and resolves with the one message it sends. Rejects with its last words where it throws, crashes or
 * hangs: what foreign code does at import is an answer, never the daemon's problem.
 */
export function spawnRead(entry: string, args: readonly string[], limitMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options: ForkOptions = { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] };
    const child = forkHeard(entry, args, options, ({ message }) => {
      clearTimeout(timer);
      reject(new Error(`it wrote into its channel what is no message: ${message}`));
      child.kill('SIGKILL');
    });
    // Its time is counted by the clock: one that starves would be taken for one that hangs.
    lowerPriority(child.pid, slowly);
    let words = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new SilentChildError(`it did not answer within ${limitMs / 1000} s`));
    }, limitMs);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-4000)));
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(message);
      child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const reason =
        /^\w*Error.*$/m.exec(words)?.[0] ??
        (words.trim().split('\n').at(-1) || `it ended with ${signal ?? code}`);
      reject(new Error(reason));
    });
  });
}
