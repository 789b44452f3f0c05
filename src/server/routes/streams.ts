import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LiveStreamForm } from '../../contract/live-stream.ts';
import { standingOf } from '../access/doors.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { Guest, type Seat } from '../live/guest.ts';
import { MULTIPART_TYPE, MultipartViewer } from '../live/multipart.ts';
import { Player } from '../live/player.ts';
import { TRANSPORT_STREAM_TYPE, TransportStreamViewer } from '../live/transport-stream.ts';
import { errorBody, refused } from '../schema/error.ts';
import type { SocketTally } from '../socket/tally.ts';
import { nodeOf } from './graph.ts';

/** A node that plays has a picture within a frame; one whose runner starts, within seconds. */
const FIRST_MS = 10_000;
const tags = ['pictures'];
const params = z.object({ node: z.string().describe('A node id') });
const answers = (contentType: string) => ({
  200: {
    description: 'Until one of both ends it',
    content: { [contentType]: { schema: { type: 'string', format: 'binary' } } },
  },
  404: errorBody.describe('`E_HTTP_NOT_FOUND`: no such node'),
  503: errorBody.describe(
    '`E_FRAME_NONE`: it has not made a frame yet; `E_STREAM_LIMIT`; `E_CODEC_MISSING`: no FFmpeg here',
  ),
  ...refused,
});

/** The picture of any node for players that know HTTP and no WebRTC. */
export function streamRoutes(app: App, deps: ServerDependencies, tally: SocketTally): void {
  const audience = new Audience(deps, tally);
  app.get(
    '/stream/:node.mjpeg',
    {
      config: { player: true },
      schema: {
        tags,
        summary: 'Motion JPEG: the pictures of a node, each replacing the one before',
        params,
        querystring: z.object({
          fps: z.coerce.number().min(0.1).max(60).default(30).describe('Pictures a second at most'),
          width: z.coerce
            .number()
            .int()
            .min(16)
            .max(8192)
            .exactOptional()
            .describe('Widest picture in pixels; unless given, as it is'),
          quality: z.coerce.number().int().min(1).max(100).default(80).describe('Of the JPEGs'),
        }),
        response: answers('multipart/x-mixed-replace'),
      },
    },
    (request, reply) => {
      const { fps: rateHz, width = null, quality } = request.query;
      const { node } = request.params;
      return audience.answer(request, reply, node, { kind: 'mjpeg', width, rateHz, quality });
    },
  );
  app.get(
    '/stream/:node.ts',
    {
      config: { player: true },
      schema: {
        tags,
        summary: 'MPEG-TS with H.264: the picture of a node, from the moment of asking on',
        params,
        response: answers(TRANSPORT_STREAM_TYPE),
      },
    },
    (request, reply) => audience.answer(request, reply, request.params.node, { kind: 'mpegts' }),
  );
}

/** Everybody who watches by HTTP. */
class Audience {
  readonly #deps: ServerDependencies;
  readonly #tally: SocketTally;
  /** Players that were let in by the token, or a cookie given for it. */
  readonly #gated = new Set<Player>();

  constructor(deps: ServerDependencies, tally: SocketTally) {
    this.#deps = deps;
    this.#tally = tally;
    deps.access.onRevoked(() => {
      for (const player of this.#gated) player.end();
    });
  }

  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    node: string,
    form: LiveStreamForm,
  ): Promise<FastifyReply> {
    const { id } = nodeOf(this.#deps.engine, node);
    const contentType = form.kind === 'mjpeg' ? MULTIPART_TYPE : TRANSPORT_STREAM_TYPE;
    if (request.method === 'HEAD') return reply.type(contentType).header('cache-control', 'no-store').send();
    const guest = new Guest(id, FIRST_MS);
    const stop = this.#deps.streams.watch(id, form, guest);
    reply.raw.on('close', () => {
      stop();
      guest.ended(null);
    });
    try {
      await guest.ready;
    } catch (error) {
      stop();
      throw error;
    }
    const player = new Player(reply, contentType);
    this.#admit(player, standingOf(request, this.#deps.access) !== 'this machine');
    guest.sit(this.#seat(player, form));
    return reply;
  }

  #admit(player: Player, gated: boolean): void {
    this.#tally.streams += 1;
    if (gated) this.#gated.add(player);
    player.onClose(() => {
      this.#tally.streams -= 1;
      this.#gated.delete(player);
    });
  }

  #seat(player: Player, form: LiveStreamForm): Seat {
    const skipped = (): void => void (this.#tally.streamSkips += 1);
    const viewer =
      form.kind === 'mjpeg'
        ? new MultipartViewer(player, { rateHz: form.rateHz, clockMs: () => performance.now(), skipped })
        : new TransportStreamViewer(player, skipped);
    return { show: (bytes, key) => viewer.show(bytes, key), end: () => player.end() };
  }
}
