import { errorCatalogue } from './error-catalogue.ts';
import type { JsonObject } from './json.ts';

export type ErrorCode = keyof typeof errorCatalogue;

/** What crosses REST, WebSocket, OSC, the runner protocol and the log when something fails. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly details: JsonObject | null;
}

/** Every error a user can meet. The catalogue fixes its HTTP status and remedy; the message names the place. */
export class ReverieError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly remedy: string;
  readonly details: JsonObject | null;

  constructor(code: ErrorCode, message: string, details: JsonObject | null, cause: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'ReverieError';
    this.code = code;
    this.status = errorCatalogue[code].status;
    this.remedy = errorCatalogue[code].remedy;
    this.details = details;
  }
}

/** Makes the error; the caller throws it, so that the compiler sees the throw. */
export function failure(
  code: ErrorCode,
  message: string,
  details: JsonObject | null = null,
  cause?: unknown,
): ReverieError {
  return new ReverieError(code, message, details, cause);
}

/** Any thrown thing as data. A stranger's error becomes `fallback`, with its own message kept. */
export function reportOf(error: unknown, fallback: ErrorCode = 'E_INTERNAL'): ErrorReport {
  if (error instanceof ReverieError) {
    return { code: error.code, message: error.message, remedy: error.remedy, details: error.details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: fallback, message, remedy: errorCatalogue[fallback].remedy, details: null };
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
