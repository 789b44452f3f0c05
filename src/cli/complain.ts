import { reportOf } from '../contract/error.ts';
import type { Terminal } from './terminal.ts';

/** An error as a user reads it: code and message, then what to do. The stack only for who asked for it. */
export function complain(error: unknown, terminal: Terminal, withStack: boolean): void {
  const { code, message, remedy } = reportOf(error);
  terminal.complain(`${terminal.strong(code)}: ${message}`);
  if (remedy !== null) terminal.complain(remedy);
  if (withStack && error instanceof Error) terminal.complain(terminal.faint(error.stack ?? ''));
}
