import { failure } from '../contract/error.ts';
import type { App } from './dependencies.ts';
import { jsonFault } from './json-fault.ts';

export const MAX_BODY_BYTES = 1_048_576;
const MAX_DEPTH = 64;

/** Reads JSON bodies, and nothing else. A body that is not JSON is answered with the line and column where it breaks. */
export function acceptJson(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: MAX_BODY_BYTES },
    (_request, body, done) => {
      try {
        done(null, body === '' ? undefined : parseJson(body.toString()));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  );
}

/** Parses text that a stranger sent. Throws E_HTTP_BODY with the place. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { offset, line, column, expected } = jsonFault(text);
    throw failure('E_HTTP_BODY', `Not valid JSON at line ${line}, column ${column}: ${expected}`, {
      offset,
      line,
      column,
    });
  }
  if (deeperThan(value, MAX_DEPTH))
    throw failure('E_HTTP_BODY', `JSON nested deeper than ${MAX_DEPTH} levels`);
  return value;
}

// The schemas' checks recurse; this does not, so that no body can exhaust the stack.
function deeperThan(root: unknown, limit: number): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const child of Object.values(value))
        if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
  }
  return false;
}
