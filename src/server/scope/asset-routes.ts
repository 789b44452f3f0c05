import { basename, join } from 'node:path';
import { z } from 'zod';
import { failure } from '../../contract/error.ts';
import type { MediaFile } from '../../contract/media-file.ts';
import { uploadRoutes, uploadSize } from '../assets/upload-body.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { sendFile } from '../routes/files.ts';
import { errorBody, refused } from '../schema/error.ts';
import { fileBytes, mediaKind } from '../schema/file.ts';

const tags = ["Scope's dialect"];
const asset = z.object({
  name: z.string(),
  path: z.string().describe("What follows its `/assets/` is the file's own path under this route"),
  size_mb: z.number(),
  folder: z.null().describe('Reverie keeps its files in one folder'),
  type: mediaKind,
  created_at: z.number().describe('Seconds since 1970'),
});
const params = z.object({ name: z.string().max(255) });

/** Scope's media pickers and its example for reference pictures, on the files of `/api/v1/files`. */
export function assetRoutes(app: App, { assets }: ServerDependencies): void {
  app.get(
    '/assets',
    {
      schema: {
        tags,
        summary: 'Media files',
        querystring: z.looseObject({ type: mediaKind.exactOptional() }),
        response: { 200: z.object({ assets: z.array(asset) }), ...refused },
      },
    },
    async (request) => {
      const { type } = request.query;
      const { folder, files } = await assets.list();
      const wanted = files.filter(({ kind }) => type === undefined || kind === type);
      return { assets: wanted.map((file) => assetOf(file, folder)) };
    },
  );
  app.get(
    '/assets/:name',
    {
      schema: {
        tags,
        summary: 'A media file',
        params,
        response: { 200: fileBytes, 404: errorBody.describe('`E_FILE_UNKNOWN`'), ...refused },
      },
    },
    (request, reply) => sendFile(assets, request.params.name, request, reply),
  );
  uploadRoutes(app, (scope) => {
    scope.post(
      '/assets',
      {
        config: { upload: true },
        schema: {
          tags,
          summary: 'Uploads a media file; one of that name is replaced',
          querystring: z.looseObject({ filename: z.string().min(1).max(255) }),
          response: {
            200: asset,
            400: errorBody.describe('`E_FILE_TYPE`, `E_FILE_BROKEN_OFF`'),
            413: errorBody.describe('`E_FILE_TOO_LARGE`'),
            507: errorBody.describe('`E_FILE_DISK_FULL`'),
            ...refused,
          },
        },
      },
      async (request) => {
        const { filename } = request.query;
        if (/(?:^|[/\\])\.\.(?:[/\\]|$)/.test(filename))
          throw failure('E_HTTP_INVALID', 'The file name leads out of the folder');
        const wish = { name: filename, over: true, expectedBytes: uploadSize(request) };
        const { folder } = await assets.list();
        return assetOf(await assets.save(request.raw, wish), folder);
      },
    );
  });
}

/** Scope's page asks for `/assets/` and what follows that word in the path. */
function assetOf({ name, kind, bytes, savedAt }: MediaFile, folder: string): z.infer<typeof asset> {
  const path = basename(folder) === 'assets' ? join(folder, name) : `/assets/${name}`;
  const megabytes = Math.round(bytes / 1e4) / 100;
  return { name, path, size_mb: megabytes, folder: null, type: kind, created_at: savedAt / 1000 };
}
