import { lstat, mkdir, readFile, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { z } from 'zod';
import { failure, ReverieError } from '../../contract/error.ts';
import type { RecordingFile, RecordingNews } from '../../contract/recording.ts';
import { renamed } from '../../contract/recording-name.ts';
import { mendMp4 } from './mp4-file.ts';

/** Beside the recordings: what is known of them beyond their bytes. */
const INDEX = '.recordings.json';
const LIST = 'frames.ffconcat';
/** A recording is written to at least once a second, also in silence. */
const QUIET_MS = 3_000;

const known = z.object({
  name: z.string(),
  kind: z.enum(['video', 'pictures', 'still']),
  state: z.enum(['recording', 'done', 'interrupted', 'failed']),
  node: z.string().nullable(),
  take: z.string().nullable(),
  startedAt: z.number(),
  seconds: z.number().nullable(),
  size: z.object({ width: z.number(), height: z.number() }).nullable(),
  bytes: z.number(),
  frames: z.number().nullable(),
  skipped: z.number(),
  fault: z
    .object({
      code: z.string(),
      message: z.string(),
      remedy: z.string().nullable(),
      details: z.record(z.string(), z.json()).nullable(),
    })
    .nullable(),
  /** The daemon that records it. */
  writer: z.string(),
});
const index = z.object({ version: z.literal(1), files: z.array(known) });
type Known = z.infer<typeof known>;

export interface BookDeps {
  readonly folder: string;
  /** This daemon, as no other is called. */
  readonly writer: string;
  isGone(writer: string): boolean;
  changed(): void;
  log(message: string): void;
}

/** The folder of recordings: what lies there, whoever put it there, with what is known of it. */
export class RecordingBook {
  readonly folder: string;
  readonly #deps: BookDeps;
  readonly #files = new Map<string, Known>();
  #freeBytes: number | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(deps: BookDeps) {
    this.folder = deps.folder;
    this.#deps = deps;
  }

  get freeBytes(): number | null {
    return this.#freeBytes;
  }

  /** The newest first. */
  list(): readonly RecordingFile[] {
    return [...this.#files.values()]
      .sort((a, b) => b.startedAt - a.startedAt)
      .map((file) => this.#shown(file));
  }

  find(name: string): RecordingFile {
    const file = this.#files.get(name);
    if (file === undefined)
      throw failure('E_RECORDING_UNKNOWN', `There is no recording "${name.slice(0, 200)}"`, { name });
    return this.#shown(file);
  }

  /** Reads the folder, and mends what a daemon that died left behind. */
  async open(): Promise<void> {
    const remembered = await this.#remembered();
    for (const entry of await readdir(this.folder, { withFileTypes: true }).catch(() => [])) {
      if (this.#files.has(entry.name)) continue;
      const found =
        remembered.get(entry.name) ?? (await this.#stranger(entry.name, entry.isDirectory(), entry.isFile()));
      if (found !== null) this.#files.set(entry.name, found);
    }
    await this.#look();
    const torn = [...this.#files.values()].filter(
      ({ state, writer }) => state === 'recording' && this.#deps.isGone(writer),
    );
    for (const { name } of torn) void this.#settleOnceQuiet(name);
    this.#deps.changed();
  }

  /** A daemon of another container may be alive and not be seen: what still grows is left alone. */
  async #settleOnceQuiet(name: string): Promise<void> {
    const facts = await stat(join(this.folder, name)).catch(() => null);
    if (facts === null) return;
    const quietMs = Date.now() - facts.mtimeMs;
    if (quietMs >= QUIET_MS) return this.settle(name);
    setTimeout(() => void this.#settleOnceQuiet(name), QUIET_MS - quietMs + 100).unref();
  }

  /** Answers its name. */
  heard(news: RecordingNews, node: string, take: string): string {
    const name = basename(news.path);
    const before = this.#files.get(name);
    const { path: _path, fault, ...facts } = news;
    // A failed file may end in half a fragment: it is said to have failed once that is off.
    const isTorn = news.state === 'failed' && before?.state !== 'failed';
    const file: Known = {
      ...facts,
      state: isTorn ? 'recording' : news.state,
      size: { ...news.size },
      name,
      node,
      take,
      fault:
        fault === null ? null : { ...fault, details: fault.details === null ? null : { ...fault.details } },
      writer: this.#deps.writer,
    };
    this.#files.set(name, file);
    if (isTorn) void this.settle(name, file.fault);
    if (before?.state !== news.state) this.#save();
    void this.#look();
    this.#deps.changed();
    return name;
  }

  /** A file whose writer is gone: what it holds is looked up in itself. */
  async settle(name: string, fault: Known['fault'] = null): Promise<void> {
    const file = this.#files.get(name);
    if (file === undefined) return;
    const path = join(this.folder, name);
    const otherwise = fault === null ? 'interrupted' : 'failed';
    try {
      if (file.kind === 'video') {
        const facts = await mendMp4(path);
        const { size: bytes } = await stat(path);
        const state = facts?.finished === true && fault === null ? 'done' : otherwise;
        const { frames = 0, seconds = 0 } = facts ?? {};
        this.#files.set(name, { ...file, state, bytes, frames, seconds, fault });
      } else {
        const pictures = (await readdir(path)).filter((each) => each.endsWith('.png'));
        this.#files.set(name, { ...file, state: otherwise, frames: pictures.length, fault });
      }
    } catch (error) {
      this.#deps.log(`${path} cannot be read: ${String(error)}`);
      this.#files.set(name, { ...file, state: otherwise, fault });
    }
    this.#save();
    this.#deps.changed();
  }

  /** A still or something else that is whole from the start. */
  async add(name: string, facts: Omit<Known, 'name' | 'writer'>): Promise<RecordingFile> {
    this.#files.set(name, { ...facts, name, writer: this.#deps.writer });
    this.#save();
    await this.#look();
    this.#deps.changed();
    return this.find(name);
  }

  async remove(name: string): Promise<void> {
    const { state, path } = this.find(name);
    if (state === 'recording') throw failure('E_RECORDING_RUNNING', `"${name}" is being recorded`, { name });
    await rm(path, { recursive: true, force: true });
    this.#files.delete(name);
    this.#save();
    await this.#look();
    this.#deps.changed();
  }

  /** Its name is taken from the first moment on, so that of two who want it one is refused. */
  async rename(name: string, wish: string): Promise<RecordingFile> {
    const { state, kind } = this.find(name);
    const file = this.#files.get(name);
    if (file === undefined || state === 'recording')
      throw failure('E_RECORDING_RUNNING', `"${name}" is being recorded`, { name });
    const next = renamed(wish, kind === 'pictures' ? '' : extname(name));
    if (next === name) return this.find(name);
    if (this.#files.has(next)) throw taken(next);
    this.#files.set(next, { ...file, name: next });
    this.#files.delete(name);
    try {
      await moveTo(join(this.folder, name), join(this.folder, next), next);
    } catch (error) {
      this.#files.delete(next);
      this.#files.set(name, file);
      throw error;
    }
    this.#save();
    this.#deps.changed();
    return this.find(next);
  }

  /** Once the index is on disk. */
  async close(): Promise<void> {
    await this.#saving;
  }

  #shown({ writer: _writer, ...file }: Known): RecordingFile {
    return { ...file, path: join(this.folder, file.name) };
  }

  async #remembered(): Promise<Map<string, Known>> {
    const text = await readFile(join(this.folder, INDEX), 'utf8').catch(() => null);
    if (text === null) return new Map();
    try {
      return new Map(index.parse(JSON.parse(text)).files.map((file) => [file.name, file]));
    } catch {
      this.#deps.log(`${join(this.folder, INDEX)} is not readable; the recordings are listed without it`);
      return new Map();
    }
  }

  /** What lay there before anybody knew of it. */
  async #stranger(name: string, isFolder: boolean, isFile: boolean): Promise<Known | null> {
    const path = join(this.folder, name);
    const kind = isFolder
      ? ((await readdir(path).catch((): string[] => [])).includes(LIST) && 'pictures') || null
      : isFile && name.endsWith('.mp4')
        ? 'video'
        : isFile && name.endsWith('.png')
          ? 'still'
          : null;
    if (kind === null) return null;
    const facts = await stat(path).catch(() => null);
    if (facts === null) return null;
    return {
      name,
      kind,
      state: 'done',
      node: null,
      take: null,
      startedAt: Math.round(facts.birthtimeMs || facts.mtimeMs),
      seconds: null,
      size: null,
      bytes: facts.size,
      frames: null,
      skipped: 0,
      fault: null,
      writer: this.#deps.writer,
    };
  }

  async #look(): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder).catch(() => ({ bavail: null, bsize: 0 }));
    this.#freeBytes = bavail === null ? null : bavail * bsize;
  }

  /** Written beside and put in place: it is there whole or as before. One at a time. */
  #save(): void {
    this.#saving = this.#saving.then(async () => {
      const path = join(this.folder, INDEX);
      try {
        await mkdir(this.folder, { recursive: true });
        await writeFile(`${path}.part`, JSON.stringify({ version: 1, files: [...this.#files.values()] }));
        await rename(`${path}.part`, path);
      } catch (error) {
        this.#deps.log(`${path} cannot be written: ${String(error)}`);
      }
    });
  }
}

/** What lies there already stays, whoever put it there; another way of writing the same name is no other file. */
async function moveTo(path: string, next: string, name: string): Promise<void> {
  try {
    const [facts, there] = [await lstat(path), await lstat(next).catch(() => null)];
    if (there !== null && (there.ino !== facts.ino || there.dev !== facts.dev)) throw taken(name);
    await rename(path, next);
  } catch (error) {
    if (error instanceof ReverieError) throw error;
    throw failure('E_RECORDING_FAILED', `${path} cannot be renamed: ${String(error)}`, null, error);
  }
}

function taken(name: string): ReverieError {
  return failure('E_RECORDING_NAME', `There is a recording "${name}" already`, { name });
}
