import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { FinderReport, PickableEndpoint } from '../../contract/endpoint.ts';
import type { EndpointsApi } from '../../contract/endpoints-api.ts';
import { failure } from '../../contract/error.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { MULTIPART_TYPE, MultipartViewer } from '../live/multipart.ts';
import { Player } from '../live/player.ts';
import { errorBody, refused } from '../schema/error.ts';

const tags = ["Scope's dialect"];
/** As wide as the thumbnails of Scope's page. */
const WIDTH = 320;
const QUALITY = 70;

const inputSource = z.object({
  source_id: z.string().describe('Of the adapter'),
  source_name: z.string(),
  source_description: z.string(),
  available: z.boolean(),
});
const pickable = z.object({
  name: z.string(),
  identifier: z.string().describe('Names it in the other routes'),
  metadata: z.object({
    url: z.string().describe('For `PUT nodes/ID/endpoint`'),
    width: z.int().nullable(),
    height: z.int().nullable(),
    rate_hz: z.number().nullable(),
  }),
});
/** Objects around the lists: a bare list would blank Scope's page. */
const kinds = z.object({ input_sources: z.array(inputSource) });
const sourcesOfKind = z.object({
  source_type: z.string().describe('As it was asked for'),
  sources: z.array(pickable),
});
const params = z.object({ type: z.string(), id: z.string() });
const missing = { 404: errorBody.describe('There is no such source'), ...refused };

/** Sources of other programs, over the list of endpoints. Looking at them changes no show. */
export function inputSourceRoutes(app: App, deps: ServerDependencies): void {
  const { endpoints } = deps;
  const schema = { tags, summary: 'Kinds of sources', response: { 200: kinds, ...refused } };
  app.get('/input-sources', { schema }, async () => {
    const { finders } = await endpoints.search(SOON_MS);
    return { input_sources: finders.filter(isSource).map(kindInScope) };
  });
  app.get(
    '/input-sources/:type/sources',
    {
      schema: {
        tags,
        summary: 'Sources of one kind that can be picked now',
        params: params.pick({ type: true }),
        querystring: z.object({ timeout_ms: z.coerce.number().int().min(0).max(10_000).default(5000) }),
        response: { 200: sourcesOfKind, 400: errorBody.describe('It does not work here'), ...missing },
      },
    },
    async (request) => {
      const { type } = request.params;
      const list = await endpoints.search(request.query.timeout_ms);
      const finder = list.finders.filter(isSource).find(({ adapter }) => adapter === type);
      if (finder === undefined) throw failure('E_HTTP_NOT_FOUND', `There is no kind of source "${type}"`);
      if (finder.state === 'unavailable')
        throw failure('E_HTTP_INVALID', `${finder.name} does not work here: ${finder.reason ?? ''}`);
      const sources = list.endpoints.filter((endpoint) => endpoint.adapter === type && isSource(endpoint));
      return { source_type: type, sources: sources.map(inScope) };
    },
  );
  oneSourceRoutes(app, deps);
}

function oneSourceRoutes(app: App, { endpoints, engine }: ServerDependencies): void {
  app.get(
    '/input-sources/:type/sources/:id/resolution',
    {
      schema: {
        tags,
        summary: 'The size of a source; it is opened for a moment where nothing says it',
        params,
        response: {
          200: z.object({ width: z.int(), height: z.int() }),
          503: errorBody.describe('`E_ENDPOINT_PICTURE`: it gave no frame in time'),
          ...missing,
        },
      },
    },
    async (request) => {
      const { type, id } = request.params;
      const known = find(endpoints, type, id);
      if (known.size !== null) return known.size;
      await endpoints.thumbnail(known.url);
      const { size } = find(endpoints, type, id);
      if (size === null) throw failure('E_ENDPOINT_PICTURE', `Nothing says how large ${known.url} is`);
      return size;
    },
  );
  app.get(
    '/input-sources/:type/sources/:id/stream',
    {
      config: { player: true },
      schema: {
        tags,
        summary: 'Motion JPEG of a source: live while it plays, else a new picture every few seconds',
        params,
        querystring: z.object({ fps: z.coerce.number().min(1).max(30).default(2) }),
        response: {
          200: {
            description: 'Until one of both ends it',
            content: { 'multipart/x-mixed-replace': { schema: { type: 'string', format: 'binary' } } },
          },
          307: z.null().describe('It plays: the stream of its node'),
          ...missing,
        },
      },
    },
    async (request, reply) => {
      const { type, id } = request.params;
      const { fps } = request.query;
      const { url, nodes } = find(endpoints, type, id);
      const player = engine.status().nodes.find((node) => nodes.includes(node.id) && node.size !== null);
      if (player !== undefined)
        return reply.redirect(`/stream/${player.id}.mjpeg?fps=${fps}&width=${WIDTH}&quality=${QUALITY}`, 307);
      return showStills(endpoints, url, fps, reply);
    },
  );
}

/** How long a page waits for the list of kinds: whether an adapter works here is known within a second. */
const SOON_MS = 1_000;
/** Pictures of what nobody plays are this young. */
const AGAIN_MS = 5_000;

/** Opened again and again for one picture, as long as somebody looks. */
async function showStills(
  endpoints: EndpointsApi,
  url: string,
  fps: number,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const first = await endpoints.thumbnail(url);
  const player = new Player(reply, MULTIPART_TYPE);
  const gone = new AbortController();
  player.onClose(() => gone.abort());
  const viewer = new MultipartViewer(player, {
    rateHz: fps,
    clockMs: () => performance.now(),
    skipped: () => undefined,
  });
  viewer.show(first.bytes);
  void repeat(endpoints, url, gone.signal, (jpeg) => viewer.show(jpeg)).finally(() => player.end());
  return reply;
}

async function repeat(
  endpoints: EndpointsApi,
  url: string,
  signal: AbortSignal,
  show: (jpeg: Uint8Array) => void,
): Promise<void> {
  try {
    for (;;) {
      await sleep(AGAIN_MS, undefined, { signal });
      show((await endpoints.thumbnail(url)).bytes);
    }
  } catch {
    // Whoever looked left, or it gives no picture any more: the stream ends.
  }
}

function find(endpoints: EndpointsApi, type: string, id: string): PickableEndpoint {
  const found = endpoints
    .list()
    .endpoints.find(
      (each) => each.adapter === type && isSource(each) && (identifierOf(each) === id || each.url === id),
    );
  if (found !== undefined) return found;
  throw failure('E_HTTP_NOT_FOUND', `Among the sources of "${type}" there is no "${id.slice(0, 200)}" now`);
}

function kindInScope({ adapter, name, state, reason }: FinderReport): z.infer<typeof inputSource> {
  return {
    source_id: adapter,
    source_name: name,
    source_description: reason ?? (state === 'typed' ? 'Its address is typed' : ''),
    available: state !== 'unavailable',
  };
}

function inScope(endpoint: PickableEndpoint): z.infer<typeof pickable> {
  const { name, url, size, rateHz } = endpoint;
  return {
    name,
    identifier: identifierOf(endpoint),
    metadata: { url, width: size?.width ?? null, height: size?.height ?? null, rate_hz: rateHz },
  };
}

/** Scope's page knows the kind already, and shows what follows it. */
function identifierOf({ url, adapter }: PickableEndpoint): string {
  return url.startsWith(`${adapter}:`) ? url.slice(adapter.length + 1) : url;
}

function isSource({ roles }: Pick<FinderReport, 'roles'>): boolean {
  return roles.includes('source');
}
