// Stands for the WebSocket server of OBS where it misbehaves as no real one would on request. It cannot show scenes or sound.
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export interface Script {
  readonly password?: string;
  /** Says nothing after the connection is there. */
  readonly silent?: boolean;
  /** Text of the answer to a request, or null for none. */
  readonly answer?: (request: string, id: string) => string | null;
}

const salt = 'salt';
const challenge = 'challenge';

export class ScriptedServer {
  readonly url: string;
  readonly #server: WebSocketServer;
  readonly sockets: WebSocket[] = [];
  /** What was identified with: the bits of events that were asked for. */
  readonly wishes: unknown[] = [];

  private constructor(server: WebSocketServer, script: Script) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.url = `ws://127.0.0.1:${port}`;
    server.on('connection', (socket) => this.#greet(socket, script));
  }

  static async open(script: Script = {}): Promise<ScriptedServer> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      handleProtocols: () => 'obswebsocket.json',
    });
    await new Promise((resolve) => server.once('listening', resolve));
    return new ScriptedServer(server, script);
  }

  /** To everybody. */
  say(text: string | Buffer): void {
    for (const socket of this.sockets) socket.send(text, { binary: typeof text !== 'string' });
  }

  event(eventType: string, eventData: unknown): void {
    this.say(JSON.stringify({ op: 5, d: { eventType, eventIntent: 1, eventData } }));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #greet(socket: WebSocket, { password, silent = false, answer = plainAnswer }: Script): void {
    this.sockets.push(socket);
    socket.on('error', () => undefined);
    if (silent) return;
    const authentication = password === undefined ? {} : { authentication: { salt, challenge } };
    socket.send(
      JSON.stringify({ op: 0, d: { obsWebSocketVersion: '5.1.0', rpcVersion: 1, ...authentication } }),
    );
    socket.on('message', (data: Buffer) => {
      const { op, d } = JSON.parse(data.toString()) as { op: number; d: Record<string, unknown> };
      if (op === 1 && password !== undefined && d['authentication'] !== proof(password))
        return socket.close(4009, 'Authentication failed.');
      if (op === 1 || op === 3) {
        this.wishes.push(d['eventSubscriptions']);
        return socket.send(JSON.stringify({ op: 2, d: { negotiatedRpcVersion: 1 } }));
      }
      const text = answer(String(d['requestType']), String(d['requestId']));
      if (text !== null) socket.send(text);
    });
  }
}

/** Authentication of obs-websocket 5 (its protocol.md, "Creating an authentication string"). */
function proof(password: string): string {
  const hash = (text: string): string => createHash('sha256').update(text).digest('base64');
  return hash(hash(password + salt) + challenge);
}

export function answerText(id: string, data: unknown, result = true, code = 100): string {
  const requestStatus = { result, code, ...(result ? {} : { comment: 'No such thing' }) };
  return JSON.stringify({ op: 7, d: { requestId: id, requestType: '', requestStatus, responseData: data } });
}

export function plainAnswer(request: string, id: string): string {
  if (request === 'GetVersion')
    return answerText(id, {
      obsVersion: '29.0.2',
      obsWebSocketVersion: '5.1.0',
      availableRequests: ['GetVersion'],
    });
  return answerText(id, {});
}
