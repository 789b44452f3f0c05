import type { FastifyReply, FastifyRequest } from 'fastify';
import { failure } from '../contract/error.ts';
import type { App } from './dependencies.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The name in a Host header or URL authority, lower case, without its port; null where it is no authority. */
export function hostName(authority: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(authority);
  return match?.[1]?.toLowerCase() ?? null;
}

/**
 * Whether the server answers under this Host. A page of another site that points its own name at 127.0.0.1 (DNS rebinding)
 * carries its own name here, and is refused.
 */
export function hostAccepted(host: string | undefined, allowed: ReadonlySet<string>): boolean {
  const name = hostName(host ?? '');
  return name !== null && (LOOPBACK.has(name) || allowed.has(name));
}

/** Whether a page of this origin may use the server: no page at all, our own, one of this machine, one that is configured. */
export function originAccepted(origin: string | undefined, allowed: ReadonlySet<string>): boolean {
  if (origin === undefined) return true;
  const authority = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
  return authority !== undefined && hostAccepted(authority, allowed);
}

const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Refuses foreign Hosts and Origins before anything else happens: on routes, files and WebSocket upgrades alike. */
export function guardApp(app: App, allowedHosts: readonly string[]): void {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(pageHeaders);
    if (!hostAccepted(request.headers.host, allowed)) {
      throw failure('E_HTTP_HOST', `Host "${request.headers.host ?? ''}" is not one that Reverie answers to`);
    }
    const { origin } = request.headers;
    if (!originAccepted(origin, allowed))
      throw failure('E_HTTP_ORIGIN', `Origin "${origin}" may not use Reverie`);
    if (origin !== undefined) answerCrossOrigin(request, reply, origin);
  });
}

// A tool's own page on another port of this machine needs the browser's leave to read our answers.
function answerCrossOrigin(request: FastifyRequest, reply: FastifyReply, origin: string): void {
  reply.header('access-control-allow-origin', origin).header('vary', 'origin');
  if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
    reply
      .code(204)
      .header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
      .header('access-control-allow-headers', 'content-type')
      .header('access-control-max-age', '600')
      .send();
  }
}
