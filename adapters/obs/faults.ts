import { failure, ReverieError } from '../../src/contract/error.ts';

/** How obs-websocket closes a connection (its protocol.md, WebSocketCloseCode). */
const AUTHENTICATION_FAILED = 4009;
const UNSUPPORTED_RPC_VERSION = 4010;
const SESSION_INVALIDATED = 4011;
/** How it refuses a request (RequestStatus). */
const UNKNOWN_REQUEST = 204;
const NOT_READY = 207;
const RESOURCE_NOT_FOUND = 600;

/** Why a connection ended that had begun. */
export function lostBy(error: unknown): ReverieError {
  const code = codeOf(error);
  if (code === AUTHENTICATION_FAILED) return failure('E_OBS_AUTH', 'OBS does not take the password');
  if (code === UNSUPPORTED_RPC_VERSION)
    return failure('E_OBS_VERSION', 'OBS speaks another version of its WebSocket protocol');
  if (code === SESSION_INVALIDATED)
    return failure('E_OBS_LOST', 'Somebody ended the session of Reverie in the WebSocket settings of OBS');
  const why = error instanceof Error && error.message !== '' ? `: ${error.message}` : '';
  return failure('E_OBS_LOST', `OBS is gone (${code ?? 'no code'})${why}`);
}

/** Why no connection came about. */
export function greetingFault(error: unknown, url: string): ReverieError {
  if (error instanceof ReverieError && error.code !== 'E_OBS_LOST') return error;
  const code = error instanceof ReverieError ? null : codeOf(error);
  if (code !== null && code > 0) {
    const known = lostBy(error);
    if (known.code !== 'E_OBS_LOST') return known;
  }
  const why = error instanceof Error ? error.message : String(error);
  if (/subprotocol|Unexpected server response/i.test(why))
    return failure('E_OBS_PROTOCOL', `${url} answers, but not as OBS does: ${why}`, { url }, error);
  return failure('E_OBS_UNREACHABLE', `Nobody answers as OBS at ${url}: ${why}`, { url }, error);
}

/** Why a request failed. */
export function refusal(error: unknown, request: string): ReverieError {
  if (error instanceof ReverieError) return error;
  const obsCode = codeOf(error);
  const comment = error instanceof Error ? error.message : '';
  const details = { request, obsCode };
  if (obsCode === null)
    return failure('E_OBS_LOST', `${request} could not be sent: ${comment}`, details, error);
  if (obsCode === UNKNOWN_REQUEST)
    return failure('E_OBS_VERSION', `This OBS does not know ${request}`, details, error);
  if (obsCode === NOT_READY) return failure('E_OBS_UNREACHABLE', 'OBS is still starting', details, error);
  if (obsCode === RESOURCE_NOT_FOUND)
    return failure('E_OBS_MISSING', comment === '' ? `${request}: not there` : comment, details, error);
  const said = comment === '' ? '' : `: ${comment}`;
  return failure('E_OBS_REFUSED', `OBS refused ${request} (${obsCode})${said}`, details, error);
}

function codeOf(error: unknown): number | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null;
}
