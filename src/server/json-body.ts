import { failure } from '../contract/error.ts';
import type { App } from './dependencies.ts';
import { parseWithin } from '../contract/json-fault.ts';

/** Larger than any graph, set or list of commands, and read within a few of the ten milliseconds that the event loop may be held. */
export const MAX_BODY_BYTES = 262_144;
/** The schemas' checks recurse: without a bound a body could exhaust the stack. */
const MAX_DEPTH = 64;
/** Checking a value against a schema takes a microsecond or two. */
const MAX_VALUES = 5_000;

interface BodyLimits {
  readonly bytes: number;
  /** JSON values of all kinds. */
  readonly values: number;
}

const usual: BodyLimits = { bytes: MAX_BODY_BYTES, values: MAX_VALUES };

/** Reads JSON bodies, and nothing else. A body that is not JSON is answered with the line and column where it breaks. */
export function acceptJson(app: App, limits = usual): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: limits.bytes },
    (_request, body, done) => {
      try {
        done(null, body === '' ? undefined : parseJson(body.toString(), limits.values));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  );
}

/** Parses text that a stranger sent. Throws E_HTTP_BODY with the place, or E_HTTP_TOO_LARGE. */
export function parseJson(text: string, values = MAX_VALUES): unknown {
  const { value, fault } = parseWithin(text, { depth: MAX_DEPTH, values });
  if (fault === null) return value;
  const { kind, offset, line, column, expected } = fault;
  const place = `at line ${line}, column ${column}`;
  const details = { offset, line, column };
  switch (kind) {
    case 'syntax':
      throw failure('E_HTTP_BODY', `Not valid JSON ${place}: ${expected}`, details);
    case 'depth':
      throw failure('E_HTTP_BODY', `JSON nested deeper than ${MAX_DEPTH} levels ${place}`, details);
    case 'values':
      throw failure('E_HTTP_TOO_LARGE', `The JSON holds more than ${values} values`, {
        ...details,
        limitValues: values,
      });
  }
}
