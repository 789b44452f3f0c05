import { OBSWebSocket, type IncomingMessage } from 'obs-websocket-js/json';
import { isObject } from './reading.ts';

/** A message of an OBS with a thousand sources is a few hundred kilobytes; to parse more than this would hold the runner up. */
const MAX_CHARACTERS = 16_000_000;

/** The library's client; what is not a message of the protocol is counted, and its end does not wait for the other side. */
export class Client extends OBSWebSocket {
  readonly #onNonsense: (why: string) => void;

  constructor(onNonsense: (why: string) => void) {
    super();
    this.#onNonsense = onNonsense;
  }

  /** Those who wait for its end are told. */
  end(): void {
    const { socket } = this;
    if (canTerminate(socket)) socket.terminate();
  }

  // The library swallows what this throws.
  protected override decodeMessage(data: unknown): Promise<IncomingMessage> {
    const message = parsed(data);
    if (isMessage(message)) return Promise.resolve(message);
    const why = typeof message === 'string' ? message : 'no message of obs-websocket';
    this.#onNonsense(why);
    return Promise.reject(new Error(why));
  }
}

/** A plain `close` waits half a minute for an OBS that hangs. */
function canTerminate(socket: unknown): socket is { terminate(): void } {
  return typeof socket === 'object' && socket !== null && 'terminate' in socket;
}

/** What the JSON says, or in words why it cannot be read. */
function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return 'binary data where text is due';
  if (data.length > MAX_CHARACTERS) return `a message of ${data.length} characters`;
  try {
    return JSON.parse(data);
  } catch {
    return 'text that is not JSON';
  }
}

function isMessage(value: unknown): value is IncomingMessage {
  return isObject(value) && typeof value['op'] === 'number' && isObject(value['d']);
}
