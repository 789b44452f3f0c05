import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { failure } from '../../contract/error.ts';
import { mattes } from '../../contract/packed-matte.ts';
import type { SessionAnswer, SessionOffer, SessionsApi } from '../../contract/session.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { trickledCandidates } from '../schema/session.ts';
import { readFragment } from '../trickle.ts';
import { created, FRAGMENT, mustAcceptSdp, mustMatch, SDP } from './http.ts';
import { fedSource, watchedNode } from './place.ts';

const tags = ['webrtc'];
const sdp = z.string().describe('SDP');
const place = z.object({ node: z.string().describe('Name (`cam1` of `whip:cam1`), or id of a node') });
const session = place.extend({ session: z.string() });
const offerRefused = {
  400: errorBody.describe('`E_SESSION_OFFER`'),
  404: errorBody.describe('`E_HTTP_NOT_FOUND`: nothing of that name'),
  406: errorBody.describe('`E_HTTP_ACCEPT`: the answer is `application/sdp`'),
  415: errorBody.describe('`E_HTTP_MEDIA_TYPE`: an offer is `application/sdp`'),
  503: errorBody.describe('`E_SESSION_LIMIT`, `E_SESSION_UNAVAILABLE`'),
  ...refused,
};
const answered = {
  description: 'The answer, with all candidates; `Location` is the session, `ETag` its ICE session',
  content: { 'application/sdp': { schema: { type: 'string' } } },
};
const unknown = errorBody.describe('`E_SESSION_UNKNOWN`');
const empty = z.null().describe('Done');
type Deps = Pick<ServerDependencies, 'engine' | 'sessions' | 'show'>;
type Kind = 'whep' | 'whip';

/** WebRTC by HTTP: watching a node (WHEP, draft-ietf-wish-whep) and feeding a source (WHIP, RFC 9725). */
export function signallingRoutes(app: App, deps: ServerDependencies): void {
  void app.register(async (wire: App) => {
    for (const type of [SDP, FRAGMENT])
      wire.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) =>
        done(null, body.toString()),
      );
    whep(wire, deps);
    whip(wire, deps);
    for (const kind of ['whep', 'whip'] as const) {
      preflights(wire, kind);
      sessionRoutesUnder(wire, kind, deps);
    }
  });
}

function whep(app: App, { engine, sessions, show }: Deps): void {
  app.post(
    '/whep/:node',
    {
      schema: {
        tags,
        summary:
          'Watch a node: an SDP offer with a video line that receives, answered with its picture (WHEP)',
        params: place,
        querystring: z.object({
          matte: z
            .enum(mattes)
            .default('none')
            .describe('`packed`: twice as high, colours (premultiplied) above and their matte below'),
        }),
        body: sdp,
        response: { 201: answered, ...offerRefused },
      },
    },
    async (request, reply) => {
      const { id } = watchedNode(engine, show.graph(), request.params.node);
      const { matte } = request.query;
      const offer = { sdp: offerIn(request), client: 'whep', views: [id], matte, feeds: [] };
      return created(reply, request.url, await openFor(reply, sessions, offer), sessions.iceServers());
    },
  );
}

function whip(app: App, { engine, sessions, show }: Deps): void {
  app.post(
    '/whip/:node',
    {
      schema: {
        tags,
        summary: 'Feed a source `whip:NAME`: an SDP offer with a video line that sends (WHIP)',
        params: place,
        body: sdp,
        response: {
          201: answered,
          409: errorBody.describe('`E_SESSION_TAKEN`: another session feeds it'),
          422: errorBody.describe(
            '`E_SESSION_SOURCE`: the node takes no picture from a peer; `E_SESSION_SIMULCAST`',
          ),
          ...offerRefused,
        },
      },
    },
    async (request, reply) => {
      const id = fedSource(engine, show.graph(), request.params.node);
      const offer = { sdp: offerIn(request), client: 'whip', views: [], feeds: [id] };
      const opened = await openFor(reply, sessions, offer);
      const report = sessions.reports().find((each) => each.id === opened.id);
      const no = report?.refused[0];
      if (no !== undefined) {
        await sessions.close(opened.id);
        throw failure('E_SESSION_TAKEN', `Node "${id}" is fed already: ${no.reason}`, { node: id });
      }
      return created(reply, request.url, opened, sessions.iceServers());
    },
  );
}

/** RFC 9725 §4.1: what may be posted and patched, to whoever asks; that alone needs no token. */
function preflights(app: App, kind: Kind): void {
  const open = { open: true };
  app.options(
    `/${kind}/:node`,
    {
      config: open,
      schema: {
        tags,
        summary: 'What an offer is sent as',
        params: place,
        response: { 204: empty, ...refused },
      },
    },
    async (_request, reply) => {
      reply.header('allow', 'OPTIONS, POST').header('accept-post', SDP);
      return reply.code(204).send(null);
    },
  );
  app.options(
    `/${kind}/:node/:session`,
    {
      config: open,
      schema: {
        tags,
        summary: 'What candidates are sent as',
        params: session,
        response: { 204: empty, ...refused },
      },
    },
    async (_request, reply) => {
      reply.header('allow', 'OPTIONS, PATCH, DELETE').header('accept-patch', FRAGMENT);
      return reply.code(204).send(null);
    },
  );
}

/** What a client may do with the `Location` it was given. */
function sessionRoutesUnder(app: App, kind: Kind, { sessions }: Deps): void {
  app.patch(
    `/${kind}/:node/:session`,
    {
      schema: {
        tags,
        summary: 'Further ICE candidates: `application/trickle-ice-sdpfrag`, or JSON `{ candidates }`',
        params: session,
        body: z.union([z.string(), trickledCandidates]),
        response: {
          204: empty,
          400: errorBody.describe('`E_SESSION_CANDIDATE`'),
          404: unknown,
          412: errorBody.describe('`E_SESSION_STALE`: `If-Match` names another ICE session'),
          422: errorBody.describe('`E_SESSION_RESTART`: ICE cannot be restarted; the session goes on'),
          428: errorBody.describe('`E_SESSION_UNMATCHED`: a fragment without `If-Match`'),
          ...refused,
        },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const id = request.params.session;
      if (!sessions.reports().some((report) => report.id === id))
        throw failure('E_SESSION_UNKNOWN', `There is no WebRTC session "${id.slice(0, 64)}"`);
      if (typeof body === 'string') {
        mustMatch(request.headers['if-match'], id);
        const { candidates, iceUser } = readFragment(body);
        await sessions.addCandidates(id, candidates, iceUser);
      } else {
        await sessions.addCandidates(id, body.candidates);
      }
      return reply.code(204).send(null);
    },
  );
  app.delete(
    `/${kind}/:node/:session`,
    {
      schema: {
        tags,
        summary: 'End the session',
        params: session,
        response: { 200: empty, 404: unknown, ...refused },
      },
    },
    async (request, reply) => {
      await sessions.close(request.params.session);
      return reply.code(200).send(null);
    },
  );
}

/** Whoever is gone before the answer is there could never end the session: it knows of none. */
async function openFor(
  reply: FastifyReply,
  sessions: SessionsApi,
  offer: SessionOffer,
): Promise<SessionAnswer> {
  const opened = await sessions.open(offer);
  if (!reply.raw.destroyed) return opened;
  await sessions.close(opened.id);
  throw failure('E_SESSION_CLOSED', 'Whoever made the offer was gone before its answer was there');
}

function offerIn({ body, headers }: FastifyRequest): string {
  mustAcceptSdp(headers.accept);
  if (typeof body === 'string' && headers['content-type']?.startsWith(SDP)) return body;
  throw failure('E_HTTP_MEDIA_TYPE', `An offer is sent as ${SDP}`);
}
