import { failure } from '../contract/error.ts';
import type { App } from './dependencies.ts';
import { jsonFault } from './json-fault.ts';

export const MAX_BODY_BYTES = 1_048_576;
const MAX_DEPTH = 64;
/** Checking a value against a schema takes about a microsecond; the event loop may be held for ten milliseconds. */
const MAX_VALUES = 10_000;

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

/** Parses text that a stranger sent. Throws E_HTTP_BODY with the place, or E_HTTP_TOO_LARGE. */
export function parseJson(text: string): unknown {
  bound(text);
  try {
    return JSON.parse(text);
  } catch {
    const { offset, line, column, expected } = jsonFault(text);
    throw failure('E_HTTP_BODY', `Not valid JSON at line ${line}, column ${column}: ${expected}`, {
      offset,
      line,
      column,
    });
  }
}

// The schemas' checks recurse, and half a million small lists hold the loop in JSON.parse alone; counting brackets and commas
// outside of strings does neither, so that no body can exhaust stack or loop.
function bound(text: string): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) at = endOfString(text, at);
    else if (char === OPEN_LIST || char === OPEN_OBJECT) depth += 1;
    else if (char === CLOSE_LIST || char === CLOSE_OBJECT) depth -= 1;
    if (char === COMMA || char === OPEN_LIST || char === OPEN_OBJECT) values += 1;
    if (depth > MAX_DEPTH) throw failure('E_HTTP_BODY', `JSON nested deeper than ${MAX_DEPTH} levels`);
    if (values > MAX_VALUES) {
      const limit = { limitValues: MAX_VALUES };
      throw failure('E_HTTP_TOO_LARGE', `The JSON holds more than ${MAX_VALUES} values`, limit);
    }
  }
}

/** The closing quote of the string that opens at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
