import { join } from 'node:path';
import type { Sender } from '../contract/command.ts';
import { failure } from '../contract/error.ts';
import type { SavedShow, ShowStore } from '../contract/show-store.ts';
import type { ShowFiles } from './disk-files.ts';
import type { ShowFile } from './show-file.ts';

interface ShelfDeps {
  readonly folder: string;
  readonly files: ShowFiles;
  /** What plays, as text. */
  readonly print: () => Promise<string>;
  /** Throws E_SHOW_FILE with line and field, or E_SHOW_NEWER. */
  readonly readText: (text: string) => Promise<ShowFile>;
  /** Plays another show live; rejects and changes nothing where it cannot. */
  readonly open: (show: ShowFile) => Promise<void>;
}

const ending = '.json';
/** Letters, digits, and a few signs between them: safe in every file system, and no way out of the folder. */
const goodName = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,62}[\p{L}\p{N}_-])?$/u;
/** Names of devices on Windows, and a word of the routes. */
const taken = /^(current|con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Saved shows, and the show that plays as a text. */
export class ShowShelf implements ShowStore {
  readonly #deps: ShelfDeps;

  constructor(deps: ShelfDeps) {
    this.#deps = deps;
  }

  export(): Promise<string> {
    return this.#deps.print();
  }

  async import(text: string, _sender: Sender): Promise<void> {
    await this.#deps.open(await this.#deps.readText(text));
  }

  async list(): Promise<readonly SavedShow[]> {
    const { files, folder } = this.#deps;
    const names = (await files.list(folder))
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
      .filter(isGood)
      .sort((a, b) => a.localeCompare(b));
    const shows = await Promise.all(names.map((name) => this.#facts(name)));
    return shows.filter((show) => show !== null);
  }

  async read(name: string): Promise<string> {
    const text = isGood(name) ? await this.#deps.files.read(this.#path(name)) : null;
    if (text === null) throw failure('E_SHOW_UNKNOWN', `There is no saved show "${name}"`, { show: name });
    return text;
  }

  async save(name: string, over: boolean): Promise<SavedShow> {
    const plain = name.normalize('NFC').trim();
    if (!isGood(plain))
      throw failure(
        'E_SHOW_NAME',
        `"${plain}" cannot be the name of a file everywhere: letters, digits, spaces, dots, dashes and underscores, 64 at most`,
        { show: plain },
      );
    if (!over && (await this.#facts(plain)) !== null)
      throw failure('E_SHOW_NAME', `There is a show "${plain}" already`, { show: plain });
    await this.#deps.files.replace(this.#path(plain), await this.export());
    const saved = await this.#facts(plain);
    if (saved === null) throw failure('E_STATE_WRITE', `"${plain}" is gone as soon as it was written`);
    return saved;
  }

  async open(name: string, sender: Sender): Promise<void> {
    await this.import(await this.read(name), sender);
  }

  async remove(name: string): Promise<void> {
    await this.read(name);
    await this.#deps.files.remove(this.#path(name));
  }

  async #facts(name: string): Promise<SavedShow | null> {
    const facts = await this.#deps.files.facts(this.#path(name));
    return facts === null ? null : { name, bytes: facts.bytes, savedAt: facts.changedAt };
  }

  #path(name: string): string {
    return join(this.#deps.folder, `${name}${ending}`);
  }
}

function isGood(name: string): boolean {
  return goodName.test(name) && !taken.test(name);
}
