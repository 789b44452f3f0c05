import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import type { Offers } from './offers.ts';
import { candidatesBody, iceServers, offerAnswer, offerBody } from './shapes.ts';

const tags = ["Scope's dialect"];
const session = z.object({ id: z.string().max(100) });

export function webrtcRoutes(app: App, { sessions, log }: ServerDependencies, offers: Offers): void {
  app.get(
    '/webrtc/ice-servers',
    {
      schema: {
        tags,
        summary: 'STUN and TURN servers of the configuration; none means that none is asked',
        response: { 200: iceServers, ...refused },
      },
    },
    () => ({ iceServers: sessions.iceServers() }),
  );
  app.post(
    '/webrtc/offer',
    {
      // Scope's page says nothing when an offer fails, so the log must; why an offer cannot be is in it already.
      onError: async (_request, _reply, error) => {
        if (hasZodFastifySchemaValidationErrors(error) || error.code === 'E_HTTP_BODY')
          log.warn(`The offer of a Scope client was not understood: ${error.message}`);
      },
      schema: {
        tags,
        summary: 'One more viewer, who may bring a camera and parameters; never changes a graph that plays',
        body: offerBody,
        response: {
          200: offerAnswer,
          400: errorBody.describe('`E_SESSION_OFFER`'),
          409: errorBody.describe('`E_SHOW_EMPTY`'),
          503: errorBody.describe('`E_SESSION_UNAVAILABLE`, `E_SESSION_LIMIT`'),
          ...refused,
        },
      },
    },
    ({ body }) => offers.answer({ sdp: body.sdp, parameters: body.initialParameters ?? {} }),
  );
  app.patch(
    '/webrtc/offer/:id',
    {
      schema: {
        tags,
        summary: "Candidates of the client's side",
        params: session,
        body: candidatesBody,
        response: {
          204: z.null().describe('Taken'),
          404: errorBody.describe('`E_SESSION_UNKNOWN`'),
          ...refused,
        },
      },
    },
    async (request, reply) => {
      const candidates = request.body.candidates.map(({ candidate, sdpMid, sdpMLineIndex }) => ({
        candidate,
        sdpMid: sdpMid ?? null,
        sdpMLineIndex: sdpMLineIndex ?? null,
      }));
      await offers.addCandidates(request.params.id, candidates);
      reply.code(204);
      return null;
    },
  );
  app.delete(
    '/webrtc/offer/:id',
    {
      schema: {
        tags,
        summary: 'Ends a session; one that is gone already is no error',
        params: session,
        response: { 204: z.null().describe('Gone'), ...refused },
      },
    },
    async (request, reply) => {
      await offers.close(request.params.id);
      reply.code(204);
      return null;
    },
  );
}
