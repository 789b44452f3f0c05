import { z } from 'zod';
import { failure } from '../../contract/error.ts';
import { cookieOf } from '../access/standing.ts';
import { noteWrongToken, standingOf, throwWhereTooMany } from '../access/doors.ts';
import { signInCss, signInHtml, signInScript } from '../access/sign-in-page.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';

const YEAR_SECONDS = 31_536_000;
const tags = ['access'];

/** The page that asks for the token, and what it asks with. All of it answers without one. */
export function signInRoutes(app: App, { access }: ServerDependencies): void {
  const files = [
    ['/sign-in', 'text/html; charset=utf-8', signInHtml],
    ['/sign-in.css', 'text/css; charset=utf-8', signInCss],
    ['/sign-in.js', 'text/javascript; charset=utf-8', signInScript],
  ] as const;
  for (const [url, type, content] of files) {
    app.get(url, { config: { open: true }, schema: { hide: true } }, async (_request, reply) =>
      reply.type(type).header('cache-control', 'no-cache').send(content),
    );
  }
  app.post(
    '/sign-in',
    {
      config: { open: true },
      schema: {
        tags,
        summary: 'Trades the token, or an invitation, for a cookie',
        body: z.strictObject({ token: z.string().min(1).max(200) }),
        response: {
          204: { description: 'Signed in; the cookie is HttpOnly and SameSite=Strict' },
          ...refused,
          401: errorBody.describe('`E_AUTH_TOKEN`'),
          429: errorBody.describe('`E_AUTH_TOO_MANY`; `retry-after` says for how long'),
        },
      },
    },
    async (request, reply) => {
      throwWhereTooMany(request.socket.remoteAddress ?? '', reply, access);
      const cookie = await access.signIn(request.body.token);
      if (cookie === null) {
        noteWrongToken(request, reply, access);
        throw failure('E_AUTH_TOKEN', 'The token is not the right one, or the link is used up');
      }
      return reply
        .code(204)
        .header('set-cookie', setCookie(access.cookieName, cookie, YEAR_SECONDS))
        .send();
    },
  );
  app.post(
    '/sign-out',
    {
      schema: {
        tags,
        summary: 'Ends the sign-in of this device',
        response: { 204: { description: 'Signed out' }, ...refused },
      },
    },
    async (request, reply) => {
      const cookie = cookieOf(request.headers, access.cookieName);
      if (cookie !== null) await access.signOut(cookie);
      return reply
        .code(204)
        .header('set-cookie', setCookie(access.cookieName, '', 0))
        .send();
    },
  );
}

function setCookie(name: string, value: string, maxAgeSeconds: number): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict`;
}

const standing = z.enum(['this machine', 'token', 'sign-in']);

const accessReport = z
  .object({
    as: standing.describe('How this request came in'),
    addresses: z
      .array(z.string())
      .describe(
        'Where other devices of the network reach this daemon; empty while it listens to its own machine only',
      ),
  })
  .meta({ id: 'Access' });

const invitation = z
  .object({
    links: z.array(z.string()).describe('The same door under each address; for a QR code take the first'),
    expiresAt: z.number().describe('Milliseconds since 1970'),
  })
  .meta({ id: 'Invitation' });

/** For the panel: how it is reached, and a link for one more device. */
export function accessRoutes(app: App, { access, addresses }: ServerDependencies): void {
  app.get(
    '/access',
    {
      schema: {
        tags,
        summary: 'How this request came in, and where other devices reach the daemon',
        response: { 200: accessReport, ...refused },
      },
    },
    (request) => ({ as: standingOf(request, access) ?? 'token', addresses: [...addresses()] }),
  );
  app.post(
    '/access/invitations',
    {
      schema: {
        tags,
        summary: 'A link that signs one more device in, once, within ten minutes',
        response: {
          201: invitation,
          409: errorBody.describe('`E_AUTH_LOCAL_ONLY`: no other device reaches this daemon'),
          ...refused,
        },
      },
    },
    async (_request, reply) => {
      const reachable = addresses();
      if (reachable.length === 0)
        throw failure(
          'E_AUTH_LOCAL_ONLY',
          'Reverie listens to its own machine only, so a link would lead nowhere',
        );
      const { secret, expiresAt } = access.invite();
      return reply.code(201).send({ links: reachable.map((url) => `${url}/#token=${secret}`), expiresAt });
    },
  );
}
