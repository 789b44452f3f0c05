import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { failure, ReverieError } from '../../contract/error.ts';
import type { MediaFile, MediaFolder, MediaUpload } from '../../contract/media-file.ts';
import { isPlainName, safeName } from './file-name.ts';
import { HEAD_BYTES, mediaTypeOf, type MediaType } from './media-type.ts';
import { writeUpload } from './upload.ts';

/** How an upload is called while it is one: it begins with a dot, and what does is never listed. */
const UNFINISHED = '.upload-';
/** Files looked at in one listing; of more, the rest counts as left out. */
const MAX_FILES = 5_000;
const MAX_UPLOADS = 8;

export interface AssetFolderDeps {
  /** Absolute. Made where it is not there. */
  readonly folder: string;
  readonly limitBytes: number;
}

export interface OpenedFile {
  readonly file: MediaFile;
  /** Changes with the file. */
  readonly tag: string;
  readonly handle: FileHandle;
}

export interface UploadWish {
  readonly name: string;
  /** Takes the place of a file of that name. */
  readonly over: boolean;
  readonly expectedBytes: number | null;
}

interface Known {
  readonly tag: string;
  readonly type: MediaType | null;
}

/**
 * The folder of media files: pictures, clips and sounds that sources play and panels show. Only ordinary files that lie in it
 * themselves count; links are not followed. What a file is, its content says. Rejects with `E_FILE_…`.
 */
export class AssetFolder {
  readonly #deps: AssetFolderDeps;
  readonly #uploads = new Set<MediaUpload>();
  /** What the files of the last listing are, so that each is read once. */
  #known = new Map<string, Known>();
  #moving: Promise<void> = Promise.resolve();

  constructor(deps: AssetFolderDeps) {
    this.#deps = deps;
  }

  /** Makes the folder, and takes away what uploads of an earlier daemon left. */
  async prepare(): Promise<void> {
    await mkdir(this.#deps.folder, { recursive: true, mode: 0o700 });
    const left = (await readdir(this.#deps.folder)).filter((name) => name.startsWith(UNFINISHED));
    for (const name of left) await rm(join(this.#deps.folder, name), { force: true });
  }

  async list(): Promise<MediaFolder> {
    const { folder, limitBytes } = this.#deps;
    const names = (await this.#entries()).filter((name) => !name.startsWith('.'));
    const files: MediaFile[] = [];
    const known = new Map<string, Known>();
    for (const name of names.slice(0, MAX_FILES)) {
      const file = await this.#look(name, known);
      if (file !== null) files.push(file);
    }
    this.#known = known;
    return {
      folder,
      files: files.sort((a, b) => a.name.localeCompare(b.name)),
      uploads: [...this.#uploads].map((upload) => ({ ...upload })),
      leftOut: names.length - files.length,
      limitBytes,
      freeBytes: await this.#freeBytes(),
    };
  }

  /** A file to be read; whoever asked closes it. */
  async open(name: string): Promise<OpenedFile> {
    const handle = await this.#openPlain(name);
    if (handle === null) throw unknown(name);
    try {
      const facts = await factsOf(handle);
      const type = facts === null ? null : mediaTypeOf(await headOf(handle));
      if (facts === null || type === null) throw unknown(name);
      return { file: fileOf(name, type, facts), tag: facts.tag, handle };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Writes what comes, and gives it its name only once all of it is there. Answers the file as it is listed. */
  async save(body: Readable, { name, over, expectedBytes }: UploadWish): Promise<MediaFile> {
    const { folder, limitBytes } = this.#deps;
    if (expectedBytes !== null && expectedBytes > limitBytes) throw tooLarge(limitBytes);
    if (this.#uploads.size >= MAX_UPLOADS)
      throw failure('E_FILE_BUSY', `${MAX_UPLOADS} uploads are under way already`);
    if (expectedBytes !== null && expectedBytes > ((await this.#freeBytes()) ?? Infinity))
      throw diskFull(folder);
    const upload = { name, bytes: 0, expectedBytes };
    const unfinished = join(folder, `${UNFINISHED}${randomUUID()}`);
    this.#uploads.add(upload);
    let plain = name;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeUpload(body, unfinished, {
        limitBytes,
        expectedBytes,
        begun: async (head) => {
          const type = mediaTypeOf(head);
          if (type === null)
            throw failure('E_FILE_TYPE', `"${name}" is no picture, clip or sound that is taken here`, {
              name,
            });
          plain = safeName(name, type.endings);
          if (!over) await this.#mustBeFree(plain);
        },
        written: (bytes) => (upload.bytes = bytes),
      });
      if (!over) await this.#mustBeFree(plain);
      await rename(unfinished, join(folder, plain));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw asFileError(error, folder);
    } finally {
      this.#uploads.delete(upload);
    }
    const file = await this.#look(plain, new Map());
    if (file === null) throw failure('E_FILE_WRITE', `"${plain}" is gone as soon as it was written`);
    return file;
  }

  async remove(name: string): Promise<void> {
    const { handle } = await this.open(name);
    await handle.close();
    try {
      await rm(join(this.#deps.folder, name));
    } catch (error) {
      throw asFileError(error, this.#deps.folder);
    }
  }

  /** Under a name made safe, with the ending that it had; answers the file as it is listed. What is there stays. */
  async rename(name: string, wish: string): Promise<MediaFile> {
    const { handle } = await this.open(name);
    const inside = mediaTypeOf(await headOf(handle))?.endings ?? [];
    await handle.close();
    const [, ending] = /\.([^.]+)$/.exec(name) ?? [];
    const given = safeName(wish, ending === undefined ? inside : [ending.toLowerCase()]);
    if (given !== name) await this.#move(name, given);
    const file = await this.#look(given, new Map());
    if (file === null) throw unknown(given);
    return file;
  }

  /** One after another, so that of two who want one name the second is refused. */
  async #move(name: string, given: string): Promise<void> {
    const { folder } = this.#deps;
    const done = this.#moving.then(async () => {
      await this.#mustBeFree(given);
      await rename(join(folder, name), join(folder, given));
    });
    this.#moving = done.catch(() => undefined);
    await done.catch((error: unknown) => {
      throw asFileError(error, folder);
    });
  }

  async #entries(): Promise<string[]> {
    try {
      return await readdir(this.#deps.folder);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw asFileError(error, this.#deps.folder);
    }
  }

  async #look(name: string, known: Map<string, Known>): Promise<MediaFile | null> {
    const handle = await this.#openPlain(name).catch(() => null);
    if (handle === null) return null;
    try {
      const facts = await factsOf(handle);
      if (facts === null) return null;
      const before = this.#known.get(name);
      const type = before?.tag === facts.tag ? before.type : mediaTypeOf(await headOf(handle));
      known.set(name, { tag: facts.tag, type });
      return type === null ? null : fileOf(name, type, facts);
    } catch {
      return null;
    } finally {
      await handle.close();
    }
  }

  /** Null where there is no such file. A link is not followed, and a pipe or device does not hold us up. */
  async #openPlain(name: string): Promise<FileHandle | null> {
    if (!isPlainName(name)) return null;
    const path = join(this.#deps.folder, name);
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    try {
      // Windows has no O_NOFOLLOW; elsewhere it closes the gap between this look and the opening.
      if (!(await lstat(path)).isFile()) return null;
      return await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch (error) {
      if (['ENOENT', 'ELOOP', 'EISDIR', 'ENXIO', 'ENAMETOOLONG'].includes(codeOf(error))) return null;
      throw asFileError(error, this.#deps.folder);
    }
  }

  async #mustBeFree(name: string): Promise<void> {
    if (!(await this.#entries()).includes(name)) return;
    throw failure('E_FILE_NAME', `There is a file "${name}" already`, { name });
  }

  async #freeBytes(): Promise<number | null> {
    const facts = await statfs(this.#deps.folder).catch(() => null);
    return facts === null ? null : facts.bavail * facts.bsize;
  }
}

interface Facts {
  readonly tag: string;
  readonly bytes: number;
  readonly savedAt: number;
}

async function factsOf(handle: FileHandle): Promise<Facts | null> {
  const facts = await handle.stat();
  if (!facts.isFile()) return null;
  const { ino, size, mtimeMs } = facts;
  const tag = [ino, size, Math.round(mtimeMs)].map((part) => part.toString(36)).join('-');
  return { tag: `"${tag}"`, bytes: size, savedAt: Math.round(mtimeMs) };
}

async function headOf(handle: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

function fileOf(name: string, { kind, mediaType }: MediaType, { bytes, savedAt }: Facts): MediaFile {
  return { name, kind, mediaType, bytes, savedAt };
}

function unknown(name: string): Error {
  return failure('E_FILE_UNKNOWN', `There is no media file "${name.slice(0, 255)}"`);
}

function tooLarge(limitBytes: number): Error {
  return failure('E_FILE_TOO_LARGE', `The file is larger than ${limitBytes} bytes`, { limitBytes });
}

function diskFull(folder: string, cause?: unknown): Error {
  return failure('E_FILE_DISK_FULL', `There is no room for it in ${folder}`, { folder }, cause);
}

function asFileError(error: unknown, folder: string): Error {
  if (error instanceof ReverieError) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return diskFull(folder, error);
  const why = error instanceof Error ? error.message : String(error);
  return failure('E_FILE_WRITE', `In ${folder}: ${why}`, { folder }, error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
