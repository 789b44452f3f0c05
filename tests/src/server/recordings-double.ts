// Stands for the recordings behind the server. It cannot show how they are made: a take begins and ends at once, and files are
// those that a test puts into its folder.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../../src/contract/error.ts';
import type {
  RecordingFile,
  RecordingsApi,
  RecordingsState,
  ReplayRequest,
  ReplayState,
  Take,
  TakeRequest,
} from '../../../src/contract/recording.ts';

const startedAt = 1_700_000_000_000;

export class RecordingsDouble implements RecordingsApi {
  readonly folder: string;
  readonly takes: Take[] = [];
  readonly asked: TakeRequest[] = [];
  files: RecordingFile[] = [];
  kept: ReplayState = {
    seconds: 0,
    node: null,
    keptSeconds: 0,
    bytes: 0,
    maxBytes: 0,
    frames: 0,
    evicted: 0,
    skipped: 0,
  };
  readonly #listeners = new Set<() => void>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Puts a file on the list; what is in it is the test's own matter. */
  lay(name: string): RecordingFile {
    const file: RecordingFile = {
      name,
      path: join(this.folder, name),
      kind: name.endsWith('.png') ? 'still' : 'video',
      state: 'done',
      node: 'out',
      take: null,
      startedAt,
      seconds: 2,
      size: { width: 320, height: 180 },
      bytes: 10,
      frames: 60,
      skipped: 0,
      fault: null,
    };
    this.files.push(file);
    for (const listener of this.#listeners) listener();
    return file;
  }
  state(): RecordingsState {
    const { folder, takes, files } = this;
    return { folder, freeBytes: 1e9, takes, files, replay: this.kept };
  }
  recording(): boolean {
    return this.takes.some(({ state }) => state === 'recording');
  }
  replay(): ReplayState {
    return this.kept;
  }
  async start(request: TakeRequest): Promise<Take> {
    this.asked.push(request);
    const { node = 'out' } = request;
    const take: Take = {
      id: `take-${this.takes.length + 1}`,
      node,
      by: 'request',
      state: 'recording',
      startedAt,
      files: [`${node}.mp4`],
      frames: 0,
      skipped: 0,
      fault: null,
    };
    this.takes.push(take);
    return take;
  }
  async stop(id: string): Promise<Take> {
    const index = this.takes.findIndex((each) => each.id === id);
    const take = this.takes[index];
    if (take === undefined) throw failure('E_RECORDING_UNKNOWN', `There is no take "${id}"`);
    const stopped: Take = { ...take, state: 'stopped' };
    this.takes[index] = stopped;
    return stopped;
  }
  async stopShown(): Promise<void> {
    const [take] = this.takes;
    if (take !== undefined) await this.stop(take.id);
  }
  async still(node = 'out'): Promise<RecordingFile> {
    return this.lay(`${node}.png`);
  }
  async content(name: string): Promise<string> {
    const file = this.files.find((each) => each.name === name);
    if (file === undefined) throw failure('E_RECORDING_UNKNOWN', `There is no recording "${name}"`);
    return file.path;
  }
  async remove(name: string): Promise<void> {
    await this.content(name);
    this.files = this.files.filter((file) => file.name !== name);
  }
  async rename(name: string, wish: string): Promise<RecordingFile> {
    const path = await this.content(name);
    const ending = name.slice(name.lastIndexOf('.'));
    if (wish === 'taken')
      throw failure('E_RECORDING_NAME', `There is a recording "${wish}${ending}" already`);
    await this.remove(name);
    renameSync(path, join(this.folder, `${wish}${ending}`));
    return this.lay(`${wish}${ending}`);
  }
  async keepReplay({ seconds, node = 'out' }: ReplayRequest): Promise<ReplayState> {
    this.kept = { ...this.kept, seconds, node: seconds === 0 ? null : node };
    return this.kept;
  }
  async saveReplay(): Promise<RecordingFile> {
    if (this.kept.seconds === 0) throw failure('E_REPLAY_EMPTY', 'Nothing is kept');
    return this.lay('replay.mp4');
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
