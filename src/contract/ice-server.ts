import { failure } from './error.ts';

/** A STUN or TURN server as browsers want it in `RTCConfiguration.iceServers`. */
export interface IceServer {
  /** RFC 7064 or 7065: `stun:host:3478`, `turn:host:3478?transport=udp`, `turns:host:5349`. */
  readonly urls: string;
  readonly username?: string;
  readonly credential?: string;
}

const form =
  /^(stuns?|turns?):(?:([^:@\s]+):([^@\s]+)@)?(\[[0-9a-f:]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?(\?transport=(?:udp|tcp))?$/i;

/**
 * Reads `stun:host[:port]` or `turn:user:password@host[:port][?transport=udp|tcp]`; user and password may be percent-encoded.
 * Throws `E_OPTION_INVALID`, never with the text itself, which may hold a password.
 */
export function readIceServer(text: string): IceServer {
  const [, scheme = '', user, password, host = '', port, transport = ''] = form.exec(text) ?? [];
  const isTurn = scheme.toLowerCase().startsWith('turn');
  if (scheme === '' || isTurn !== (user !== undefined)) {
    throw failure(
      'E_OPTION_INVALID',
      'An ICE server is stun:HOST:PORT or turn:USER:PASSWORD@HOST:PORT?transport=udp; one of those given is neither',
    );
  }
  const urls = `${scheme.toLowerCase()}:${host}${port === undefined ? '' : `:${port}`}${transport}`;
  if (user === undefined || password === undefined) return { urls };
  return { urls, username: decoded(user), credential: decoded(password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
