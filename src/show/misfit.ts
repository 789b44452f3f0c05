import { errorCatalogue } from '../contract/error-catalogue.ts';
import type { ErrorCode, ErrorReport } from '../contract/error.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';

/** Why a value was not taken. Not an Error: a flood of bad values must not cost a stack trace each. */
export class Misfit {
  readonly report: ErrorReport;

  constructor(code: ErrorCode, message: string, details: JsonObject | null) {
    this.report = { code, message, remedy: errorCatalogue[code].remedy, details };
  }
}

export function wrongType(address: string, value: JsonValue, wanted: string): Misfit {
  return new Misfit('E_VALUE_TYPE', `${address}: ${quoted(value)} is not ${wanted}`, {
    address,
    value: portable(value),
  });
}

export function outOfRange(address: string, value: JsonValue, problem: string, bound: JsonValue): Misfit {
  const message = `${address}: ${quoted(value)} ${problem} ${bound === null ? '' : quoted(bound)}`.trimEnd();
  return new Misfit('E_VALUE_RANGE', message, { address, value: portable(value), bound });
}

/** A value as a message shows it: short, whatever was sent. */
export function quoted(value: JsonValue): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

// NaN and infinities have no JSON; long values would make every answer long.
function portable(value: JsonValue): JsonValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return typeof value === 'boolean' ? value : quoted(value);
}
