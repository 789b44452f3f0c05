import { z } from 'zod';
import { replayRequest, takeRequest } from '../../contract/recording.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { sendRecording } from '../recording-file.ts';
import { errorBody, refused } from '../schema/error.ts';
import { newName } from '../schema/file.ts';
import { recordingFile, recordingsState, replayState, take } from '../schema/recording.ts';

const tags = ['recordings'];
const file = z.object({ name: z.string().max(255).describe('Of the list') });
const unknown = { 404: errorBody.describe('`E_RECORDING_UNKNOWN`, `E_GRAPH_UNKNOWN_NODE`'), ...refused };
const unwritten = { 507: errorBody.describe('`E_RECORDING_FULL`'), ...unknown };

/** Recordings of any node: independent of viewers, kept until somebody deletes them. */
export function recordingRoutes(app: App, deps: ServerDependencies): void {
  takeRoutes(app, deps);
  fileRoutes(app, deps);
  replayRoutes(app, deps);
}

function takeRoutes(app: App, { recordings }: ServerDependencies): void {
  app.get(
    '/recordings',
    {
      schema: {
        tags,
        summary: 'What is being recorded and what lies in the folder',
        response: { 200: recordingsState, ...refused },
      },
    },
    () => recordings.state(),
  );
  app.post(
    '/recordings',
    {
      schema: {
        tags,
        summary: 'Records a node, or what the audience sees, until it is stopped',
        body: takeRequest,
        response: { 201: take, 409: errorBody.describe('`E_RECORDING_LIMIT`'), ...unwritten },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return recordings.start(request.body);
    },
  );
  app.post(
    '/recordings/takes/:id/stop',
    {
      schema: {
        tags,
        summary: 'Ends a take; its files are whole when this answers',
        params: z.object({ id: z.string().max(100) }),
        response: { 200: take, ...unknown },
      },
    },
    (request) => recordings.stop(request.params.id),
  );
  app.post(
    '/recordings/still',
    {
      schema: {
        tags,
        summary: 'A PNG of a node into the folder',
        body: z.strictObject({ node: z.string().exactOptional() }),
        response: { 201: recordingFile, 503: errorBody.describe('`E_FRAME_NONE`'), ...unwritten },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return recordings.still(request.body.node);
    },
  );
}

function fileRoutes(app: App, { recordings }: ServerDependencies): void {
  const content = {
    description: 'The file; with `Range` a part of it (206)',
    content: {
      'video/mp4': { schema: { type: 'string', format: 'binary' } },
      'image/png': { schema: { type: 'string', format: 'binary' } },
    },
  };
  app.get(
    '/recordings/files/:name',
    {
      schema: {
        tags,
        summary: 'A recording, whole or in parts; while it is being recorded, what there is so far',
        params: file,
        querystring: z.object({
          picture: z.coerce.number().int().min(1).exactOptional().describe('Of a folder of pictures, from 1'),
          download: z.stringbool().default(false).describe('To be saved by a browser instead of shown'),
        }),
        response: {
          200: content,
          206: content,
          416: errorBody.describe('`E_FILE_RANGE`'),
          ...unknown,
        },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const path = await recordings.content(name, request.query.picture);
      return sendRecording(request, reply, path, request.query.download ? name : null);
    },
  );
  app.patch(
    '/recordings/files/:name',
    {
      schema: {
        tags,
        summary: 'Gives a recording another name; it keeps its ending and stays in its folder',
        params: file,
        body: newName,
        response: {
          200: recordingFile,
          409: errorBody.describe('`E_RECORDING_NAME`, `E_RECORDING_RUNNING`'),
          ...unknown,
        },
      },
    },
    (request) => recordings.rename(request.params.name, request.body.name),
  );
  app.delete(
    '/recordings/files/:name',
    {
      schema: {
        tags,
        summary: 'Deletes a recording',
        params: file,
        response: {
          204: z.null().describe('Gone'),
          409: errorBody.describe('`E_RECORDING_RUNNING`'),
          ...unknown,
        },
      },
    },
    async (request, reply) => {
      await recordings.remove(request.params.name);
      reply.code(204);
      return null;
    },
  );
}

function replayRoutes(app: App, { recordings }: ServerDependencies): void {
  app.put(
    '/recordings/replay',
    {
      schema: {
        tags,
        summary: 'Keeps the last seconds of a node in memory, encoded, to be saved when they were worth it',
        body: replayRequest,
        response: { 200: replayState, ...unknown },
      },
    },
    (request) => recordings.keepReplay(request.body),
  );
  app.post(
    '/recordings/replay/save',
    {
      schema: {
        tags,
        summary: 'Saves what just happened; it goes on being kept',
        response: { 201: recordingFile, 409: errorBody.describe('`E_REPLAY_EMPTY`'), ...unwritten },
      },
    },
    async (_request, reply) => {
      reply.code(201);
      return recordings.saveReplay();
    },
  );
}
