import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { lowerPriority, whenIdle } from '../low-priority.ts';

/** How a throw-away process ended. A hang, a crash and nonsense are answers too. */
export type Ending =
  | { readonly kind: 'answered'; readonly answer: unknown; readonly errors: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly errors: string };

/** Runs one probe and resolves with how it ended; never rejects. */
export type Throwaway = (
  module: URL,
  args: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<Ending>;

const MAX_OUTPUT = 256 * 1024;

/**
 * Starts `module` in a Node process of its own, at low priority so that the show does not feel it, and takes the last line of
 * its standard output as JSON. Its exit code does not matter once it has answered: drivers like to crash on the way out.
 */
export const runThrowaway: Throwaway = (module, args, timeoutMs, signal) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...ownLoader(), fileURLToPath(module), ...args], {
      // Its standard input ends when this process dies; that is how it learns.
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    lowerPriority(child.pid, whenIdle);
    const output = collect(child.stdout);
    const errors = collect(child.stderr);
    let stopped: string | null = null;
    const stop = (reason: string): void => {
      stopped ??= reason;
      child.kill('SIGKILL');
      // Whatever the child started may hold its pipes open; nobody waits for that.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => stop(`it hung: no answer within ${timeoutMs / 1000} s`), timeoutMs);
    const abort = (): void => stop('it was cancelled');
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    child.stdin.on('error', () => undefined);
    const end = (exit: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(ending(output(), errors(), stopped ?? exit));
    };
    child.once('error', (error) => end(`it could not be started: ${error.message}`));
    child.once('close', (code, killedBy) =>
      end(killedBy === null ? `it ended with code ${code}` : `it crashed (${killedBy})`),
    );
  });

function ending(output: string, errors: string, exit: string): Ending {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  try {
    const answer: unknown = JSON.parse(line);
    return { kind: 'answered', answer, errors };
  } catch {
    const said = line === '' ? 'and said nothing' : `and said ${JSON.stringify(line.slice(0, 120))}`;
    return { kind: 'failed', reason: `${exit} ${said}`, errors };
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  // Keeps reading past the limit, so that a chatty child does not block, and keeps the end, where the answer is.
  stream.on('data', (chunk: string) => (text = (text + chunk).slice(-MAX_OUTPUT)));
  return () => text;
}

/** In development this process runs from TypeScript through a loader; the child needs the same one. */
function ownLoader(): readonly string[] {
  return process.execArgv.filter((argument) => !argument.startsWith('--inspect'));
}
