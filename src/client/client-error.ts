import type { ErrorCode } from '../contract/error.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Refusal } from '../contract/socket.ts';

/** What the client itself says; every other code is the daemon's. docs/reference/errors.md has them all. */
export type OwnCode = Extract<ErrorCode, `E_CLIENT_${string}`>;

/** A request that failed: the daemon said no, or there was no answer. */
export class ClientError extends Error {
  readonly code: string;
  readonly remedy: string | null;
  readonly details: JsonObject | null;

  constructor({ code, message, remedy, details }: Refusal) {
    super(message);
    this.name = 'ClientError';
    this.code = code;
    this.remedy = remedy ?? null;
    this.details = details ?? null;
  }
}

const own: Readonly<Record<OwnCode, string>> = {
  E_CLIENT_LOST: 'The connection to Reverie is lost',
  E_CLIENT_TIMEOUT: 'Reverie did not answer in time',
  E_CLIENT_CLOSED: 'This client is closed',
  E_CLIENT_WEBSOCKET: 'There is no WebSocket in this runtime; give connect() one, as that of the package ws',
};

export function clientError(code: OwnCode): ClientError {
  return new ClientError({ code, message: own[code] });
}
