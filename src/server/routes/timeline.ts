import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { timelinePatchSchema, type Timeline, type TimelineApi } from '../../contract/timeline.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { acceptJson } from '../json-body.ts';
import { errorBody, refused } from '../schema/error.ts';
import { scopeTimeline, timeline, timelineState } from '../schema/timeline.ts';
import { clipsOfScope } from '../scope/timeline.ts';

const tags = ['timeline'];
const config = { invalid: 'E_TIMELINE_INVALID' } as const;
const invalid = { 422: errorBody.describe('`E_TIMELINE_INVALID`; nothing was taken'), ...refused };

/** A whole timeline: five thousand points of four values each, and prompts. */
const limits = { bytes: 1_048_576, values: 30_000 };

/** The timeline as a resource. It is played at `/timeline/play`, `/timeline/position` and what else begins so. */
export function timelineRoutes(app: App, deps: ServerDependencies): void {
  const { timeline: api } = deps.show;
  app.get(
    '/timeline',
    { schema: { tags, summary: 'The timeline', response: { 200: timeline, ...refused } } },
    (_request, reply) => answer(reply, api, api.read()),
  );
  app.get(
    '/timeline/state',
    {
      schema: {
        tags,
        summary: 'Where it is, and what it could not play',
        response: { 200: timelineState, ...refused },
      },
    },
    () => api.state(),
  );
  app.post(
    '/timeline/undo',
    {
      schema: {
        tags,
        summary: 'Takes the last change or recording back',
        response: { 200: timeline, 409: errorBody.describe('`E_TIMELINE_UNDO`'), ...refused },
      },
    },
    (_request, reply) => answer(reply, api, api.undo()),
  );
  void app.register(async (scope: App) => {
    acceptJson(scope, limits);
    writingRoutes(scope, deps);
  });
}

function writingRoutes(app: App, { show }: ServerDependencies): void {
  const { timeline: api } = show;
  app.put(
    '/timeline',
    {
      config,
      bodyLimit: limits.bytes,
      schema: {
        tags,
        summary: 'The whole timeline anew; it plays on where it is',
        body: timeline,
        response: { 200: timeline, ...invalid },
      },
    },
    (request, reply) => answer(reply, api, api.replace(request.body)),
  );
  app.patch(
    '/timeline',
    {
      config,
      bodyLimit: limits.bytes,
      schema: {
        tags,
        summary: 'Tracks by address or node (one without points is taken out); all else as a whole',
        body: timelinePatchSchema,
        response: { 200: timeline, ...invalid },
      },
    },
    (request, reply) => answer(reply, api, api.change(request.body)),
  );
  app.post(
    '/timeline/import',
    {
      config,
      bodyLimit: limits.bytes,
      schema: {
        tags,
        summary: "Prompts of a Scope workflow's timeline, in place of those of every stage",
        body: z
          .looseObject({ timeline: scopeTimeline })
          .describe('A workflow file of Scope, or its timeline alone'),
        response: {
          200: z.object({
            timeline,
            clips: z.int().describe('How many there are now'),
            left: z.array(z.int()).readonly().describe('Entries, by index, whose prompts could not be read'),
          }),
          ...invalid,
        },
      },
    },
    async (request, reply) => {
      const { unit } = api.read();
      const perSecond = unit === 'beats' ? show.tempo.state().bpm / 60 : 1;
      const { clips, left } = clipsOfScope(request.body.timeline, perSecond);
      const changed = api.change({ prompts: [{ node: null, clips }] });
      const rest = JSON.stringify({ clips: clips.length, left }).slice(1);
      sendJson(reply, `{"timeline":${await api.print(changed)},${rest}`);
    },
  );
}

/** As text: to check a full timeline against the schema and print it whole would hold the loop longer than a frame lasts. */
async function answer(reply: FastifyReply, api: TimelineApi, timeline: Timeline): Promise<void> {
  sendJson(reply, await api.print(timeline));
}

function sendJson(reply: FastifyReply, text: string): void {
  void reply.type('application/json; charset=utf-8').send(text);
}
