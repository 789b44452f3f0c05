import type { JsonObject } from '../../contract/json.ts';
import type { SessionEvent, SessionsApi } from '../../contract/session.ts';
import { parseJson } from '../json-body.ts';
import type { NativeVoice, Sessions } from './sessions.ts';
import type { SocketTally } from './tally.ts';

/** Another language than the native one, spoken on data channels of one label. */
export interface ChannelDialect {
  readonly label: string;
  message(session: string, message: JsonObject): void;
  channel(session: string, isOpen: boolean): void;
  forget(session: string): void;
}

interface ChannelDeps {
  readonly peers: SessionsApi;
  readonly natives: Sessions;
  readonly dialect: ChannelDialect;
  readonly tally: SocketTally;
}

/**
 * Data channels of WebRTC peers. After a `hello` a channel speaks the native protocol of the WebSocket, message for message; until
 * then one of the dialect's label speaks the dialect. What is neither is counted as a bad message.
 */
export function listenToChannels({ peers, natives, dialect, tally }: ChannelDeps): () => void {
  const voices = new Map<string, Map<string, NativeVoice>>();
  const end = (session: string): void => {
    for (const voice of voices.get(session)?.values() ?? []) voice.close();
    voices.delete(session);
    dialect.forget(session);
  };
  const hear = ({ id, channel, text }: Extract<SessionEvent, { type: 'message' }>): void => {
    const voice = voices.get(id)?.get(channel);
    if (voice !== undefined) return voice.receive(text);
    const message = readObject(text);
    if (message?.['type'] === 'hello') {
      const native = natives.join({
        send: (answer) => peers.send(id, channel, answer),
        waiting: () => peers.waiting(id, channel),
        close: () => peers.closeChannel(id, channel),
      });
      voices.set(id, (voices.get(id) ?? new Map<string, NativeVoice>()).set(channel, native));
      native.receive(text);
    } else if (message !== null && channel === dialect.label) dialect.message(id, message);
    else tally.badMessages += 1;
  };
  const unsubscribe = peers.subscribe((event) => {
    switch (event.type) {
      case 'message':
        return hear(event);
      case 'channel':
        if (event.channel === dialect.label) dialect.channel(event.id, event.open);
        if (!event.open) {
          voices.get(event.id)?.get(event.channel)?.close();
          voices.get(event.id)?.delete(event.channel);
        }
        return;
      case 'state':
        if (event.session.state === 'closed') end(event.session.id);
    }
  });
  return () => {
    unsubscribe();
    for (const session of voices.keys()) end(session);
  };
}

/** Larger than any flat message of a page, small enough to read between two frames. */
const MAX_MESSAGE_BYTES = 262_144;

function readObject(text: string): JsonObject | null {
  if (text.length > MAX_MESSAGE_BYTES) return null;
  try {
    const value = parseJson(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

// What JSON.parse answered is JSON.
function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
