import type { FastifyReply, FastifyRequest } from 'fastify';
import { failure } from '../contract/error.ts';
import type { App } from './dependencies.ts';
import { hostAccepted, originAccepted, type Names } from './host-name.ts';

const pageHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-site',
} as const;

/** Refuses foreign Hosts and Origins before anything else happens: on routes, files and WebSocket upgrades alike. */
export function guardApp(app: App, names: Names): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(pageHeaders);
    const { host, origin } = request.headers;
    // A name in the request line goes before the header (RFC 9112 §3.2.2). Only proxies are asked that way.
    const asked = request.url.startsWith('/') ? host : request.url;
    if (!hostAccepted(asked, names))
      throw failure('E_HTTP_HOST', `Host "${asked ?? ''}" is not one that Reverie answers to`);
    if (!originAccepted(origin, host, names))
      throw failure('E_HTTP_ORIGIN', `Origin "${origin}" may not use Reverie`);
    if (origin !== undefined) answerCrossOrigin(request, reply, origin);
  });
}

// What answers of ours carry that a page may want to read: those of WHIP, WHEP and files.
const readable = 'accept-patch, accept-post, content-range, etag, link, location';

// A tool's own page on another port of this machine needs the browser's leave to read our answers. It gets no leave to use our
// cookie: from beyond this machine it shows the token itself.
function answerCrossOrigin(request: FastifyRequest, reply: FastifyReply, origin: string): void {
  reply
    .header('access-control-allow-origin', origin)
    .header('access-control-expose-headers', readable)
    .header('vary', 'origin');
  if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
    reply
      .header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
      .header('access-control-allow-headers', 'authorization, content-type, if-match, range')
      .header('access-control-max-age', '600');
    // A route that answers OPTIONS itself has more to say.
    if (request.routeOptions.url === undefined) reply.code(204).send();
  }
}
