import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { failure } from '../../contract/error.ts';
import type { App } from '../dependencies.ts';
import type { Access } from './access.ts';
import { bearerOf, cookieOf, isFromThisMachine, passwordOf } from './standing.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers whoever asks, without a token. */
    open?: boolean;
    /** Asked by players that know no Bearer: they may show the token as a password. */
    player?: boolean;
  }
}

/** Refused in a WebSocket's own words: the one who closes may not come back as before. */
const POLICY_VIOLATION = 1008;
const LOGGED_EVERY = 10;

/** How a request came in: from this machine, with the token, or with the cookie of an earlier sign-in; null where it may not. */
export type Standing = 'this machine' | 'token' | 'sign-in' | null;

export function standingOf(request: FastifyRequest, access: Access): Standing {
  const { headers, raw } = request;
  const caller = { address: request.socket.remoteAddress, httpVersion: raw.httpVersion, headers };
  if (isFromThisMachine(caller)) return 'this machine';
  const shown = bearerOf(headers) ?? (isForPlayers(request) ? passwordOf(headers) : null);
  if (shown !== null && access.isToken(shown)) return 'token';
  const cookie = cookieOf(headers, access.cookieName);
  return cookie !== null && access.isSignIn(cookie) ? 'sign-in' : null;
}

/**
 * Lets in whoever comes from this machine or shows the token or its cookie. Hook it in after the check of Host and Origin, on which
 * it relies.
 */
export function guardDoors(app: App, access: Access): void {
  const sockets = new GatedSockets(app, access);
  app.addHook('onRequest', async (request, reply) => {
    if (reply.sent || request.routeOptions.config.open === true) return;
    const standing = standingOf(request, access);
    if (standing === null) return turnAway(request, reply, access);
    if (standing !== 'this machine') sockets.expect(request.raw);
  });
}

function turnAway(request: FastifyRequest, reply: FastifyReply, access: Access): FastifyReply {
  const wrong = request.headers.authorization !== undefined;
  if (wrong) noteWrongToken(request, reply, access);
  // Browsers keep the part behind the # through this, so that a link with a token arrives with it.
  if (!wrong && wantsPage(request)) return reply.redirect(signInFor(request.url), 303);
  // A browser would ask for a password by itself, and would show it with every request from then on: only where players ask.
  const basic = isForPlayers(request) ? 'Basic realm="Reverie", ' : '';
  reply.header('www-authenticate', `${basic}Bearer realm="Reverie"`);
  throw wrong
    ? failure('E_AUTH_TOKEN', 'The token is not the right one')
    : failure('E_AUTH_REQUIRED', 'From beyond its own machine Reverie asks for a token');
}

function isForPlayers({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.player === true;
}

/** The sign-in leads back to the page that was asked for. */
function signInFor(url: string): string {
  return url === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(url)}`;
}

function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && !url.startsWith('/api/') && headers.accept?.includes('text/html') === true;
}

/** Counts it, and throws where there were too many of late. */
export function noteWrongToken(request: FastifyRequest, reply: FastifyReply, access: Access): void {
  const address = request.socket.remoteAddress ?? '';
  throwWhereTooMany(address, reply, access);
  const count = access.attempts.failed(address);
  // The first ones and every tenth: a guesser must not fill the log.
  if (count === 1 || count % LOGGED_EVERY === 0)
    request.log.warn(`A wrong token came from ${address} (${count} within a minute)`);
}

export function throwWhereTooMany(address: string, reply: FastifyReply, access: Access): void {
  const waitSeconds = access.attempts.waitSeconds(address);
  if (waitSeconds === 0) return;
  reply.header('retry-after', String(waitSeconds));
  throw failure('E_AUTH_TOO_MANY', `Too many wrong tokens came from ${address}; wait ${waitSeconds} s`, {
    waitSeconds,
  });
}

/** WebSockets that were opened with a token or cookie. They outlive the request, so a new token must end them by hand. */
class GatedSockets {
  readonly #expected = new WeakSet<IncomingMessage>();
  readonly #open = new Set<WebSocket>();

  constructor(app: App, access: Access) {
    app.websocketServer.on('connection', (socket: WebSocket, request: IncomingMessage) => {
      if (!this.#expected.has(request)) return;
      this.#open.add(socket);
      socket.on('close', () => this.#open.delete(socket));
    });
    access.onRevoked(() => {
      for (const socket of this.#open) socket.close(POLICY_VIOLATION, 'There is a new token');
    });
  }

  expect(request: IncomingMessage): void {
    this.#expected.add(request);
  }
}
