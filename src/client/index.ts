import { Client, type Options } from './client.ts';
import { systemLater } from './timers.ts';
import { opener, type Door } from './web-socket.ts';

export { ClientError } from './client-error.ts';
export type { Client, ClientState, Following, Options, StateChange, Subscription } from './client.ts';
export type { Loss } from './connection.ts';
export type { EventListener, ValuesListener } from './wishes.ts';
export type { Door, WebSocketClass, WebSocketLike, WebSocketWithHeaders } from './web-socket.ts';

export type ConnectOptions = Door & Options;

/**
 * A client of a Reverie daemon, in a browser or in Node.js. It connects at once, again whenever the line is lost, and takes its
 * session up where it was. `url` is the daemon's: `http://127.0.0.1:8000`.
 *
 * Node.js has a WebSocket of its own from version 22 on; before that, and wherever a `token` is needed, hand in that of the
 * package `ws`. A page is let in by the cookie of its sign-in. Throws E_CLIENT_WEBSOCKET where there is none to use.
 */
export function connect(url: string, options: ConnectOptions = {}): Client {
  return new Client({ open: opener(url, options), later: systemLater, random: Math.random }, options);
}
