import { z } from 'zod';
import type { MediaFile, MediaFolder, MediaUpload } from '../../contract/media-file.ts';

export const mediaKind = z.enum(['image', 'video', 'audio']);

export const mediaFile: z.ZodType<MediaFile> = z
  .object({
    name: z.string().describe('A source plays it as `file:NAME`'),
    kind: mediaKind,
    mediaType: z.string().describe('By its content: `video/mp4`'),
    bytes: z.int(),
    savedAt: z.number().describe('Milliseconds since 1970'),
  })
  .meta({ id: 'MediaFile' });

const mediaUpload: z.ZodType<MediaUpload> = z.object({
  name: z.string(),
  bytes: z.int().describe('Written so far'),
  expectedBytes: z.int().nullable().describe('As its sender announced it'),
});

export const mediaFolder: z.ZodType<MediaFolder> = z
  .object({
    folder: z.string().describe('On the machine of the daemon'),
    files: z.array(mediaFile).readonly(),
    uploads: z.array(mediaUpload).readonly().describe('Under way; none is a file before its last byte'),
    leftOut: z
      .int()
      .describe('Entries that are no picture, clip or sound by their content, folders and links'),
    limitBytes: z.int().describe('The largest file that is taken'),
    freeBytes: z.int().nullable(),
  })
  .meta({ id: 'MediaFolder' });

/** What a file is to be called from now on. */
export const newName = z.strictObject({
  name: z.string().min(1).max(255).describe('Made safe; the ending stays'),
});

export const fileBytes = {
  description: 'The file; `Content-Type` by its content. `Range` asks for a part (206)',
  content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
};
