import { clientError } from './client-error.ts';

/** The part of a WebSocket that is used here: that of browsers, of Node.js from 22 on, and of the package `ws`. */
export interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listen: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listen: (event: { readonly code: number }) => void): void;
  addEventListener(type: 'error', listen: () => void): void;
}

export type WebSocketClass = new (url: string) => WebSocketLike;
/** One that can send headers, as `ws` and Node's own can and those of browsers cannot. */
export type WebSocketWithHeaders = new (
  url: string,
  options: { readonly headers: Readonly<Record<string, string>> },
) => WebSocketLike;

/** A token needs a WebSocket that can send headers; a page is signed in by its cookie and needs none. */
export type Door =
  | { readonly WebSocket?: WebSocketClass; readonly token?: undefined }
  | { readonly WebSocket: WebSocketWithHeaders; readonly token: string };

/** Opens a socket at once and as often as it is asked. Throws E_CLIENT_WEBSOCKET where there is nothing to open one with. */
export function opener(url: string, door: Door): () => WebSocketLike {
  const address = socketUrl(url);
  if (door.token !== undefined) {
    const { WebSocket, token } = door;
    return () => new WebSocket(address, { headers: { authorization: `Bearer ${token}` } });
  }
  const Given = door.WebSocket ?? ownWebSocket();
  return () => new Given(address);
}

function ownWebSocket(): WebSocketClass {
  const found: unknown = Reflect.get(globalThis, 'WebSocket');
  if (isWebSocket(found)) return found;
  throw clientError('E_CLIENT_WEBSOCKET');
}

// Whatever a runtime has under this name is one.
function isWebSocket(found: unknown): found is WebSocketClass {
  return typeof found === 'function';
}

/** `http://127.0.0.1:8000`, `ws://…/api/v1/ws`: the page's address is as good as the socket's. */
function socketUrl(url: string): string {
  const address = new URL(url);
  address.protocol = address.protocol.replace('http', 'ws');
  if (address.pathname === '/') address.pathname = '/api/v1/ws';
  address.hash = '';
  return address.href;
}
