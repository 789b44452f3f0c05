import type { Terminal } from './terminal.ts';

/** A process as far as its end goes; tests hand in their own. */
export interface Endable {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

export interface Ending {
  /** What a signal closes, known once it plays. A signal that came earlier closes it now. */
  closes(close: () => Promise<void>): void;
}

/** Runners go with the daemon whatever happens, so an end that takes longer than this is made short. */
const PATIENCE_MS = 2_700;

/**
 * Ctrl-C under `npm start` arrives as SIGINT twice, from the terminal and from npm, and as a SIGTERM when npm's shell dies of it.
 * A person needs longer to press it again.
 */
const ECHO_MS = 300;

/** The first SIGINT or SIGTERM closes in good order, the same once more ends at once. `nowMs` is any steady clock. */
export function endOnSignal(
  target: Endable,
  terminal: Terminal,
  nowMs: () => number,
  patienceMs = PATIENCE_MS,
): Ending {
  let close: (() => Promise<void>) | null = null;
  let asked: { readonly signal: string; readonly atMs: number } | null = null;
  const finish = (): void => {
    if (close === null) return;
    close().then(
      () => target.exit(0),
      (error: unknown) => {
        terminal.complain(`while stopping: ${error instanceof Error ? error.message : String(error)}`);
        target.exit(1);
      },
    );
  };
  const onSignal = (signal: string): void => {
    if (asked !== null) {
      if (signal === asked.signal && nowMs() - asked.atMs > ECHO_MS) target.exit(1);
      return;
    }
    asked = { signal, atMs: nowMs() };
    terminal.print('stopping');
    setTimeout(() => {
      terminal.complain('stopping took too long; ended by force');
      target.exit(1);
    }, patienceMs).unref();
    finish();
  };
  target.on('SIGINT', () => onSignal('SIGINT'));
  target.on('SIGTERM', () => onSignal('SIGTERM'));
  return {
    closes(how) {
      close = how;
      if (asked !== null) finish();
    },
  };
}
