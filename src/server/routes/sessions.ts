import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { failure } from '../../contract/error.ts';
import type { IceServer } from '../../contract/ice-server.ts';
import type { SessionAnswer } from '../../contract/session.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { iceServer, sessionReport, trickledCandidates } from '../schema/session.ts';
import { readFragment } from '../trickle.ts';
import { nodeOf } from './graph.ts';

const tags = ['webrtc'];
const sdp = z.string().describe('SDP');
const place = z.object({ node: z.string() });
const session = place.extend({ session: z.string() });
const offerRefused = {
  400: errorBody.describe('`E_SESSION_OFFER`'),
  404: errorBody.describe('`E_HTTP_NOT_FOUND`: no such node'),
  415: errorBody.describe('`E_HTTP_MEDIA_TYPE`: an offer is `application/sdp`'),
  503: errorBody.describe('`E_SESSION_LIMIT`, `E_SESSION_UNAVAILABLE`'),
  ...refused,
};
const created = {
  description: 'The answer, with all candidates; `Location` is the session',
  content: { 'application/sdp': { schema: { type: 'string' } } },
};
const unknown = errorBody.describe('`E_SESSION_UNKNOWN`');
const empty = z.null().describe('Done');

/** WebRTC by HTTP: watching a node (WHEP, draft-ietf-wish-whep) and feeding a source (WHIP, RFC 9725). */
export function signallingRoutes(app: App, deps: ServerDependencies): void {
  void app.register(async (wire: App) => {
    takeText(wire);
    whep(wire, deps);
    whip(wire, deps);
  });
}

export function sessionRoutes(app: App, { sessions }: ServerDependencies): void {
  app.get(
    '/sessions',
    {
      schema: {
        tags,
        summary: 'WebRTC peers: what each sees and feeds, and how well',
        response: { 200: z.object({ sessions: z.array(sessionReport) }), ...refused },
      },
    },
    () => ({ sessions: [...sessions.reports()] }),
  );
  app.get(
    '/ice-servers',
    {
      schema: {
        tags,
        summary: 'STUN and TURN servers as `new RTCPeerConnection` takes them',
        response: { 200: z.object({ iceServers: z.array(iceServer) }), ...refused },
      },
    },
    () => ({ iceServers: [...sessions.iceServers()] }),
  );
}

function takeText(app: App): void {
  for (const type of ['application/sdp', 'application/trickle-ice-sdpfrag'])
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) =>
      done(null, body.toString()),
    );
}

function whep(app: App, { engine, sessions }: ServerDependencies): void {
  app.post(
    '/whep/:node',
    {
      schema: {
        tags,
        summary:
          'Watch a node: an SDP offer with a video line that receives, answered with its picture (WHEP)',
        params: place,
        body: sdp,
        response: { 201: created, ...offerRefused },
      },
    },
    async (request, reply) => {
      const { id } = nodeOf(engine, request.params.node);
      const offer = { sdp: offerIn(request.body), client: 'whep', views: [id], feeds: [] };
      return answer(reply, `/whep/${id}`, await sessions.open(offer), sessions.iceServers());
    },
  );
  sessionRoutesUnder(app, 'whep', { engine, sessions });
}

function whip(app: App, { engine, sessions }: ServerDependencies): void {
  app.post(
    '/whip/:node',
    {
      schema: {
        tags,
        summary: 'Feed a source of the adapter "webrtc": an SDP offer with a video line that sends (WHIP)',
        params: place,
        body: sdp,
        response: {
          201: created,
          409: errorBody.describe('`E_SESSION_TAKEN`: another session feeds it'),
          422: errorBody.describe('`E_SESSION_SOURCE`: the node takes no picture from a peer'),
          ...offerRefused,
        },
      },
    },
    async (request, reply) => {
      const { id, role, module } = nodeOf(engine, request.params.node);
      if (role !== 'source' || module !== 'webrtc')
        throw failure('E_SESSION_SOURCE', `Node "${id}" is ${module} and takes no picture from WebRTC`);
      const offer = { sdp: offerIn(request.body), client: 'whip', views: [], feeds: [id] };
      const opened = await sessions.open(offer);
      const report = sessions.reports().find((each) => each.id === opened.id);
      const no = report?.refused[0];
      if (no !== undefined) {
        await sessions.close(opened.id);
        throw failure('E_SESSION_TAKEN', `Node "${id}" is fed already: ${no.reason}`, { node: id });
      }
      return answer(reply, `/whip/${id}`, opened, sessions.iceServers());
    },
  );
  sessionRoutesUnder(app, 'whip', { engine, sessions });
}

/** What a client may do with the `Location` it was given. */
function sessionRoutesUnder(
  app: App,
  kind: 'whep' | 'whip',
  { sessions }: Pick<ServerDependencies, 'engine' | 'sessions'>,
): void {
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
          ...refused,
        },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const candidates = typeof body === 'string' ? readFragment(body) : body.candidates;
      await sessions.addCandidates(request.params.session, candidates);
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

function offerIn(body: unknown): string {
  if (typeof body === 'string') return body;
  throw failure('E_HTTP_MEDIA_TYPE', 'An offer is sent as application/sdp');
}

/** RFC 9725 §4.2 and §4.6: where the session is, how to trickle, and which servers help with the way. */
function answer(
  reply: FastifyReply,
  base: string,
  { id, sdp: text }: SessionAnswer,
  servers: readonly IceServer[],
): FastifyReply {
  const links = servers.map(({ urls, username, credential }) =>
    [
      `<${urls}>; rel="ice-server"`,
      ...(username === undefined ? [] : [`username=${JSON.stringify(username)}`]),
      ...(credential === undefined
        ? []
        : [`credential=${JSON.stringify(credential)}`, 'credential-type="password"']),
    ].join('; '),
  );
  if (links.length > 0) reply.header('link', links.join(', '));
  return reply
    .code(201)
    .header('location', `${base}/${id}`)
    .header('accept-patch', 'application/trickle-ice-sdpfrag')
    .header('access-control-expose-headers', 'location, link')
    .type('application/sdp')
    .send(text);
}
