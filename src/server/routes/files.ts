import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { failure } from '../../contract/error.ts';
import type { AssetFolder, OpenedFile } from '../assets/asset-folder.ts';
import { rangeOf } from '../assets/byte-range.ts';
import { uploadRoutes, uploadSize } from '../assets/upload-body.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { fileBytes, mediaFile, mediaFolder, mediaKind, newName } from '../schema/file.ts';

const tags = ['files'];
const params = z.object({ name: z.string().max(255) });
const unknown = { 404: errorBody.describe('`E_FILE_UNKNOWN`'), ...refused };

/** Media files: pictures, clips and sounds that sources play as `file:NAME`. */
export function fileRoutes(app: App, { assets }: ServerDependencies): void {
  app.get(
    '/files',
    {
      schema: {
        tags,
        summary: 'Media files, and uploads under way',
        querystring: z.object({ kind: mediaKind.exactOptional().describe('Only these') }),
        response: { 200: mediaFolder, ...refused },
      },
    },
    async (request) => {
      const { kind } = request.query;
      const folder = await assets.list();
      return { ...folder, files: folder.files.filter((file) => kind === undefined || file.kind === kind) };
    },
  );
  app.get(
    '/files/:name',
    {
      schema: {
        tags,
        summary: 'A media file, whole or a part of it',
        params,
        response: { 200: fileBytes, 206: fileBytes, 416: errorBody.describe('`E_FILE_RANGE`'), ...unknown },
      },
    },
    (request, reply) => sendFile(assets, request.params.name, request, reply),
  );
  app.patch(
    '/files/:name',
    {
      schema: {
        tags,
        summary: 'Gives a media file another name; it keeps its ending and stays in its folder',
        params,
        body: newName,
        response: { 200: mediaFile, 409: errorBody.describe('`E_FILE_NAME`'), ...unknown },
      },
    },
    (request) => assets.rename(request.params.name, request.body.name),
  );
  app.delete(
    '/files/:name',
    {
      schema: {
        tags,
        summary: 'Deletes a media file',
        params,
        response: { 204: z.null().describe('It is gone'), ...unknown },
      },
    },
    async (request, reply) => {
      await assets.remove(request.params.name);
      return reply.code(204).send(null);
    },
  );
  uploadRoutes(app, (scope) => addUpload(scope, assets));
}

function addUpload(app: App, assets: AssetFolder): void {
  app.post(
    '/files',
    {
      config: { upload: true },
      schema: {
        tags,
        summary: 'Uploads a media file: its bytes are the body, of whatever content-type',
        querystring: z.object({
          name: z.string().min(1).max(255).describe('Made safe; its ending follows what the file is'),
          over: z.stringbool().default(false).describe('Takes the place of a file of that name'),
        }),
        response: {
          201: mediaFile,
          400: errorBody.describe('`E_FILE_BROKEN_OFF`'),
          409: errorBody.describe('`E_FILE_NAME`'),
          413: errorBody.describe('`E_FILE_TOO_LARGE`'),
          415: errorBody.describe('`E_FILE_TYPE`'),
          429: errorBody.describe('`E_FILE_BUSY`'),
          507: errorBody.describe('`E_FILE_DISK_FULL`'),
          ...refused,
        },
      },
    },
    async (request, reply) => {
      const { name, over } = request.query;
      const file = await assets.save(request.raw, { name, over, expectedBytes: uploadSize(request) });
      return reply
        .code(201)
        .header('location', `/api/v1/files/${encodeURIComponent(file.name)}`)
        .send(file);
    },
  );
}

/** RFC 9110: conditional (§13) and partial (§14). What is served is never run as a page: by its type, and by the policy of all answers. */
export async function sendFile(
  assets: AssetFolder,
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const opened = await assets.open(name);
  const { file, tag, handle } = opened;
  const { 'if-none-match': known, 'if-range': ifRange } = request.headers;
  reply
    .header('etag', tag)
    .header('last-modified', new Date(file.savedAt).toUTCString())
    .header('cache-control', 'no-cache')
    .header('accept-ranges', 'bytes');
  if (known?.split(',').some((each) => each.trim().replace(/^W\//, '') === tag)) {
    await handle.close();
    return reply.code(304).send();
  }
  const range = ifRange === undefined || ifRange === tag ? rangeOf(request.headers.range, file.bytes) : null;
  if (range === 'unsatisfiable') {
    await handle.close();
    reply.header('content-range', `bytes */${file.bytes}`);
    throw failure(
      'E_FILE_RANGE',
      `"${name}" has ${file.bytes} bytes, and what was asked for lies behind them`,
    );
  }
  reply
    .header('content-type', file.mediaType)
    .header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(file.name)}`);
  if (range === null) return sendPart(opened, { first: 0, last: file.bytes - 1 }, request, reply);
  reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${file.bytes}`);
  return sendPart(opened, range, request, reply);
}

async function sendPart(
  { handle }: OpenedFile,
  { first, last }: { readonly first: number; readonly last: number },
  { method }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  reply.header('content-length', last - first + 1);
  if (method === 'HEAD') {
    await handle.close();
    return reply.send(Readable.from([]));
  }
  return reply.send(handle.createReadStream({ start: first, end: last, autoClose: true }));
}
