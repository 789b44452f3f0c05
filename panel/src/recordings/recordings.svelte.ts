import type {
  RecordingFile,
  RecordingsState,
  ReplayRequest,
  Take,
  TakeRequest,
} from '../../../src/contract/recording.ts';
import { ask, get, problemOf } from '../daemon/rest.ts';

/** What is being recorded and what lies in the folder, as the daemon has it. */
export class Recordings {
  state = $state.raw<RecordingsState | null>(null);
  problem = $state('');
  /** What was done last, for a moment: a still that was saved. */
  said = $state('');

  hear(state: RecordingsState): void {
    this.state = state;
  }

  async refresh(): Promise<void> {
    await this.#tried(async () => {
      this.state = await get<RecordingsState>('recordings');
    });
  }

  /** Those that somebody asked for and that go on. */
  get running(): readonly Take[] {
    return (this.state?.takes ?? []).filter((take) => take.state !== 'stopped' && take.by === 'request');
  }

  /** The take of a node that goes on. */
  takeOf(node: string | null): Take | null {
    return this.running.find((take) => take.node === node) ?? null;
  }

  /** How long a take is and how much it takes, in all its files. */
  amountOf({ id }: Take): { readonly seconds: number; readonly bytes: number } {
    const files = (this.state?.files ?? []).filter(({ take }) => take === id);
    return {
      seconds: files.reduce((sum, file) => sum + (file.seconds ?? 0), 0),
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    };
  }

  start(request: TakeRequest): Promise<void> {
    return this.#done(() => ask('POST', 'recordings', request));
  }

  stop({ id }: Take): Promise<void> {
    return this.#done(() => ask('POST', `recordings/takes/${encodeURIComponent(id)}/stop`));
  }

  /** Of what the audience sees, where no node is named. */
  still(node: string | null): Promise<void> {
    return this.#done(async () => {
      const { name } = await ask<RecordingFile>('POST', 'recordings/still', node === null ? {} : { node });
      this.said = `Saved ${name}`;
    });
  }

  keep(request: ReplayRequest): Promise<void> {
    return this.#done(() => ask('PUT', 'recordings/replay', request));
  }

  saveReplay(): Promise<void> {
    return this.#done(async () => {
      const { name } = await ask<RecordingFile>('POST', 'recordings/replay/save');
      this.said = `Saved ${name}`;
    });
  }

  remove({ name }: RecordingFile): Promise<void> {
    return this.#done(() => ask('DELETE', `recordings/files/${encodeURIComponent(name)}`));
  }

  rename({ name }: RecordingFile, wish: string): Promise<void> {
    return this.#done(() => ask('PATCH', `recordings/files/${encodeURIComponent(name)}`, { name: wish }));
  }

  async #done(run: () => Promise<unknown>): Promise<void> {
    this.said = '';
    const worked = await this.#tried(run);
    if (worked) await this.refresh();
  }

  async #tried(run: () => Promise<unknown>): Promise<boolean> {
    this.problem = '';
    this.problem = await problemOf(run);
    return this.problem === '';
  }
}
