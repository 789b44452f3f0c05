import { basename, dirname, join } from 'node:path';
import { failure, ReverieError, reportOf, type ErrorReport } from '../contract/error.ts';
import type { ReadEndpoint } from '../contract/graph-places.ts';
import type { ShowFiles } from './disk-files.ts';
import { readShow, showVersion, type ShowFile } from './show-file.ts';

export interface Candidate {
  readonly from: 'file' | 'copy' | 'default';
  readonly show: ShowFile;
  /** Text of the file it was read from; null for the default. */
  readonly text: string | null;
}

const failedStarts = 2;
const brokenKept = 5;

/**
 * Finds a show that plays: the file, else its last good copy, else the default. Whatever could not be used is kept beside the
 * file and named in the report.
 */
export class Restore {
  readonly #files: ShowFiles;
  readonly #file: string;
  readonly #fallback: ShowFile;
  readonly #wallClock: () => number;
  readonly #readEndpoint: ReadEndpoint;
  readonly #problems: string[] = [];
  #kept: string | null = null;
  #newer = false;
  #text: string | null = null;
  #tried: Candidate['from'][] = [];

  constructor(
    files: ShowFiles,
    file: string,
    fallback: ShowFile,
    wallClock: () => number,
    readEndpoint: ReadEndpoint,
  ) {
    this.#readEndpoint = readEndpoint;
    this.#files = files;
    this.#file = file;
    this.#fallback = fallback;
    this.#wallClock = wallClock;
  }

  /** The best that has not been refused yet, or null after the default. `unfinished` starts before this one went wrong. */
  async next(unfinished: number): Promise<Candidate | null> {
    if (unfinished >= failedStarts && this.#tried.length === 0) await this.#skipSaved(unfinished);
    if (!this.#tried.includes('file')) {
      this.#tried.push('file');
      const candidate = await this.#read('file', this.#file);
      if (candidate !== null) return candidate;
      // Saving never leaves a moment without a file: where there is none, somebody took it away to start over.
      if (this.#problems.length === 0) this.#tried.push('copy');
    }
    if (!this.#tried.includes('copy')) {
      this.#tried.push('copy');
      const candidate = await this.#read('copy', `${this.#file}.bak`);
      if (candidate !== null) return candidate;
    }
    if (this.#tried.includes('default')) return null;
    this.#tried.push('default');
    return { from: 'default', show: this.#fallback, text: null };
  }

  /** The candidate could be read but not played. */
  async refuse(candidate: Candidate, reason: string): Promise<void> {
    this.#problems.push(`${candidate.from === 'copy' ? `${this.#file}.bak` : this.#file}: ${reason}`);
    if (candidate.from === 'file') await this.#keepBroken();
  }

  /** What a user is to know of it, or null where the file itself plays. */
  report(playing: Candidate['from']): ErrorReport | null {
    if (this.#problems.length === 0) return null;
    const what =
      playing === 'default'
        ? 'The default show plays'
        : playing === 'copy'
          ? 'The last good copy of the show plays'
          : 'The show plays';
    const kept = this.#kept === null ? '' : ` What could not be used is kept as ${this.#kept}.`;
    const details = { file: this.#file, kept: this.#kept, playing };
    const code = this.#newer ? 'E_SHOW_NEWER' : 'E_STATE_CORRUPT';
    return reportOf(failure(code, `${what}: ${this.#problems.join('; ')}.${kept}`, details));
  }

  /** Why the file must stay as it is: a later version of Reverie wrote it. Null where it may be written. */
  get hold(): ErrorReport | null {
    if (!this.#newer) return null;
    const message = `${this.#file} was saved by a later version of Reverie and stays as it is; nothing is saved`;
    return reportOf(failure('E_SHOW_NEWER', message, { file: this.#file }));
  }

  async #skipSaved(unfinished: number): Promise<void> {
    this.#tried.push('file', 'copy');
    this.#problems.push(`${this.#file}: ${unfinished} starts with it ended within seconds`);
    this.#text = await this.#files.read(this.#file).catch(() => null);
    await this.#keepBroken();
  }

  async #read(from: 'file' | 'copy', path: string): Promise<Candidate | null> {
    try {
      const text = await this.#files.read(path);
      if (text === null) return null;
      if (from === 'file') this.#text = text;
      const { show, version } = readShow(text, this.#readEndpoint);
      if (from === 'file' && version < showVersion) await this.#keepOld(version, text);
      return { from, show, text };
    } catch (error) {
      this.#problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      const isNewer = error instanceof ReverieError && error.code === 'E_SHOW_NEWER';
      if (from === 'file' && isNewer) this.#newer = true;
      else if (from === 'file') await this.#keepBroken();
      return null;
    }
  }

  // Before the first save in the new version: whoever goes back to the old one finds it.
  async #keepOld(version: number, text: string): Promise<void> {
    const path = `${this.#file}.v${version}`;
    try {
      await this.#files.replace(path, text);
    } catch (error) {
      this.#problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #keepBroken(): Promise<void> {
    if (this.#text === null) return;
    const path = `${this.#file}.broken-${new Date(this.#wallClock()).toISOString().replaceAll(/[:.]/g, '-')}`;
    try {
      await this.#files.replace(path, this.#text);
      this.#kept = path;
      const prefix = `${basename(this.#file)}.broken-`;
      const old = (await this.#files.list(dirname(this.#file)))
        .filter((name) => name.startsWith(prefix))
        .sort()
        .slice(0, -brokenKept);
      for (const name of old) await this.#files.remove(join(dirname(this.#file), name));
    } catch (error) {
      this.#problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
