// Stands for the shows behind the server's routes. It cannot show what a show holds, nor a change of what plays.
import { failure } from '../../../src/contract/error.ts';
import type { SavedShow, ShowStore } from '../../../src/contract/show-store.ts';

export class ShowsDouble implements ShowStore {
  playing = '{ "version": 2 }\n';
  readonly saved = new Map<string, string>();

  async export(): Promise<string> {
    return this.playing;
  }
  async import(text: string): Promise<void> {
    if (!text.includes('version')) throw failure('E_SHOW_FILE', 'line 1, column 1, version: missing');
    this.playing = text;
  }
  async list(): Promise<readonly SavedShow[]> {
    return Array.from(this.saved, ([name, text]) => ({ name, bytes: text.length, savedAt: 1 }));
  }
  async read(name: string): Promise<string> {
    const text = this.saved.get(name);
    if (text === undefined) throw failure('E_SHOW_UNKNOWN', `There is no saved show "${name}"`);
    return text;
  }
  async save(name: string, over: boolean): Promise<SavedShow> {
    if (!over && this.saved.has(name)) throw failure('E_SHOW_NAME', `There is a show "${name}" already`);
    this.saved.set(name, this.playing);
    return { name, bytes: this.playing.length, savedAt: 1 };
  }
  async open(name: string): Promise<void> {
    await this.import(await this.read(name));
  }
  async remove(name: string): Promise<void> {
    await this.read(name);
    this.saved.delete(name);
  }
}
