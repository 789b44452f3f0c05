import type { MediaFile, MediaFolder } from '../../../src/contract/media-file.ts';
import { ask, get, reasonOf } from '../daemon/rest.ts';
import { send, type Sending } from './sending.ts';

/** One file on its way from this device. */
export interface Upload {
  readonly id: number;
  readonly name: string;
  /** 0 to 1. */
  readonly share: number;
  /** Why it did not arrive; empty while it is on its way. */
  readonly problem: string;
}

/** Clips and pictures in the daemon's folder, and what is brought there from this device. */
export class MediaFiles {
  folder = $state.raw<MediaFolder | null>(null);
  uploads = $state.raw<readonly Upload[]>([]);
  problem = $state('');
  readonly #sendings = new Map<number, Sending>();
  readonly #waiting: { readonly id: number; readonly file: File }[] = [];
  #count = 0;
  #isSending = false;

  async refresh(): Promise<void> {
    try {
      this.folder = await get<MediaFolder>('files');
      this.problem = '';
    } catch (error) {
      this.problem = reasonOf(error);
    }
  }

  /** They go one after another, so that the first is there soon. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      const id = (this.#count += 1);
      this.#waiting.push({ id, file });
      this.uploads = [...this.uploads, { id, name: file.name, share: 0, problem: '' }];
    }
    void this.#sendAll();
  }

  /** Also takes what did not arrive off the list. */
  cancel(id: number): void {
    this.#sendings.get(id)?.abort();
    const at = this.#waiting.findIndex((each) => each.id === id);
    if (at !== -1) this.#waiting.splice(at, 1);
    this.uploads = this.uploads.filter((upload) => upload.id !== id);
  }

  remove({ name }: MediaFile): Promise<void> {
    return this.#done(() => ask('DELETE', `files/${encodeURIComponent(name)}`));
  }

  rename({ name }: MediaFile, wish: string): Promise<void> {
    return this.#done(() => ask('PATCH', `files/${encodeURIComponent(name)}`, { name: wish }));
  }

  async #done(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
      await this.refresh();
    } catch (error) {
      this.problem = reasonOf(error);
    }
  }

  async #sendAll(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      await this.#sendOne(next.id, next.file);
    this.#isSending = false;
  }

  async #sendOne(id: number, file: File): Promise<void> {
    const sending = send(`/api/v1/files?name=${encodeURIComponent(file.name)}`, file, (share) =>
      this.#change(id, { share }),
    );
    this.#sendings.set(id, sending);
    try {
      await sending.done;
      this.uploads = this.uploads.filter((upload) => upload.id !== id);
    } catch (error) {
      this.#change(id, { problem: reasonOf(error) });
    }
    this.#sendings.delete(id);
    await this.refresh();
  }

  #change(id: number, fields: Partial<Upload>): void {
    this.uploads = this.uploads.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload));
  }
}
