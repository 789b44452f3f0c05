import type { Refusal } from './messages.ts';
import { toSignIn } from './sign-in.ts';

/** A request that the daemon refused, in its own words. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string | null;

  constructor(status: number, { code, message, remedy }: Refusal) {
    super(message);
    this.name = 'RestError';
    this.status = status;
    this.code = code;
    this.remedy = remedy ?? null;
  }
}

type Method = 'GET' | 'PATCH' | 'POST' | 'PUT' | 'DELETE';

/** Asks `/api/v1/…`; throws a RestError with the daemon's message and remedy. Who must sign in is taken there. */
export function ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
  return askText(method, path, body === undefined ? undefined : JSON.stringify(body));
}

/** The same with JSON as it stands in a file, whose lines the daemon names where something is wrong. */
export async function askText<T>(method: Method, path: string, body?: string): Promise<T> {
  const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body };
  const response = await fetch(`/api/v1/${path}`, { method, ...json });
  return answerOf(response.status, response.statusText, await response.text());
}

/** What an answer holds; throws where it is a refusal, and takes who must sign in there. */
export function answerOf<T>(status: number, statusText: string, text: string): T {
  if (status < 200 || status > 299) {
    const refusal = refusalIn(text, `${status} ${statusText}`);
    if (refusal.code === 'E_AUTH_REQUIRED') toSignIn();
    throw new RestError(status, refusal);
  }
  return JSON.parse(text === '' ? 'null' : text) as T;
}

export const get = <T>(path: string): Promise<T> => ask<T>('GET', path);

/** Why something failed, for a person. */
export function reasonOf(error: unknown): string {
  if (error instanceof RestError)
    return error.remedy === null ? error.message : `${error.message}. ${error.remedy}`;
  if (error instanceof TypeError) return 'Reverie does not answer.';
  return error instanceof Error ? error.message : String(error);
}

function refusalIn(text: string, status: string): Refusal {
  try {
    const { error } = JSON.parse(text) as { error?: Refusal };
    if (error !== undefined) return error;
  } catch {
    // Not JSON: something between us and the daemon answered.
  }
  return { code: 'HTTP', message: `The answer was ${status}` };
}

/** What went wrong with it, in words; empty where nothing did. */
export async function problemOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return '';
  } catch (error) {
    return reasonOf(error);
  }
}
