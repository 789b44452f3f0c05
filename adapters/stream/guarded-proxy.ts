import { lookup } from 'node:dns/promises';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, isIP, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { reportOf, type ErrorReport } from '../../src/contract/error.ts';
import { checkReach, type PrivateHosts } from '../../src/contract/host-reach.ts';
import { certificateProblem } from './trust.ts';

/** Headers that concern one connection only (RFC 9110 §7.6.1). */
const ofThisHop = ['connection', 'proxy-connection', 'keep-alive', 'te', 'trailer', 'upgrade'];
const CONNECT_MS = 2_000;

/**
 * An HTTP proxy on loopback, for one FFmpeg. Playlists and redirects name further hosts; each one is resolved here and looked at before
 * it is called, and what is called is the address that was looked at. FFmpeg looks at no certificate of the segments of a playlist:
 * each server by TLS is asked for its own here.
 */
export class GuardedProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  /** Servers by TLS whose certificate was good. */
  readonly #vouched = new Set<string>();
  #refusal: ErrorReport | null = null;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** With `anyCertificate`, servers by TLS may be anybody. */
  static async open(allowed: PrivateHosts, anyCertificate = false): Promise<GuardedProxy> {
    // FFmpeg would go past the proxy for hosts that are listed there.
    for (const name of ['no_proxy', 'NO_PROXY']) delete process.env[name];
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const proxy = new GuardedProxy(server);
    server.on('connection', (socket) => proxy.#keep(socket));
    server.on('request', (asked, answer) => void proxy.#forward(asked, answer, allowed));
    server.on('connect', (asked, socket) => void proxy.#tunnel(asked, socket, allowed, anyCertificate));
    return proxy;
  }

  /** The host that was refused last: more than the status that FFmpeg saw. */
  get refusal(): ErrorReport | null {
    return this.#refusal;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #forward(asked: IncomingMessage, answer: ServerResponse, allowed: PrivateHosts): Promise<void> {
    try {
      const url = new URL(asked.url ?? '');
      const host = await this.#reach(url.hostname, allowed);
      const headers = { ...asked.headers };
      for (const name of Object.keys(headers))
        if (name.startsWith('proxy-') || ofThisHop.includes(name)) delete headers[name];
      const onward = request(
        {
          host,
          port: url.port === '' ? 80 : Number(url.port),
          method: asked.method,
          path: `${url.pathname}${url.search}`,
          headers: { ...headers, connection: 'close' },
          agent: false,
        },
        (from) => {
          answer.writeHead(from.statusCode ?? 502, from.headers);
          answer.flushHeaders();
          from.on('error', () => answer.destroy());
          from.pipe(answer);
        },
      );
      onward.on('socket', (socket) => this.#keep(socket));
      onward.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
      answer.on('close', () => onward.destroy());
      asked.pipe(onward);
    } catch (error) {
      this.#refuse(error);
      answer.writeHead(403).end();
    }
  }

  async #tunnel(
    asked: IncomingMessage,
    socket: Duplex,
    allowed: PrivateHosts,
    anyCertificate: boolean,
  ): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      const url = new URL(`http://${asked.url ?? ''}`);
      const host = await this.#reach(url.hostname, allowed);
      const port = url.port === '' ? 80 : Number(url.port);
      if (!anyCertificate) await this.#vouch(url.hostname.replace(/^\[|\]$/g, ''), host, port);
      const onward: Socket = connect({ host, port });
      this.#keep(onward);
      onward.setTimeout(CONNECT_MS, () => onward.destroy());
      onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
      onward.on('close', () => socket.destroy());
      socket.on('close', () => onward.destroy());
      onward.once('connect', () => {
        onward.setTimeout(0);
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket);
        socket.pipe(onward);
      });
    } catch (error) {
      this.#refuse(error);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    }
  }

  async #reach(hostname: string, allowed: PrivateHosts): Promise<string> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const addresses =
      isIP(host) === 0 ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];
    checkReach(host, addresses, allowed);
    return addresses[0] ?? host;
  }

  async #vouch(host: string, address: string, port: number): Promise<void> {
    const name = `https://${host}:${port}`;
    if (this.#vouched.has(name)) return;
    const problem = await certificateProblem({ host, port, address, name });
    if (problem !== null) throw problem;
    this.#vouched.add(name);
  }

  #refuse(error: unknown): void {
    this.#refusal = reportOf(error, 'E_SOURCE_ABSENT');
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
