import type { CueListState, NewCue } from '../../../src/contract/cue.ts';
import type { PresetSave, PresetSummary, RecallReport } from '../../../src/contract/preset.ts';
import type { Connection } from '../daemon/connection.ts';
import { refusalOf } from '../daemon/messages.ts';
import { ask, askText, get, problemOf } from '../daemon/rest.ts';

/** Presets and cues as the daemon has them, and what is done with them here. */
export class Presets {
  list = $state.raw<readonly PresetSummary[]>([]);
  /** What the last recall could not do, or null. */
  last = $state.raw<RecallReport | null>(null);
  cues = $state.raw<CueListState>({ cues: [], position: 0 });
  problem = $state('');
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async refresh(): Promise<void> {
    await this.#tried(async () => {
      const { presets, last } = await get<{ presets: readonly PresetSummary[]; last: RecallReport | null }>(
        'presets',
      );
      this.list = presets;
      this.last = last;
    });
  }

  async refreshCues(): Promise<void> {
    await this.#tried(async () => {
      this.cues = await get<CueListState>('cues');
    });
  }

  async recall({ id }: PresetSummary): Promise<void> {
    this.problem = '';
    const answer = await this.#connection.ask({
      type: 'command',
      commands: [{ kind: 'preset', preset: id }],
    });
    this.problem = refusalOf(answer) ?? '';
  }

  save(what: PresetSave): Promise<boolean> {
    return this.#change('POST', 'presets', what);
  }

  saveOver({ id }: PresetSummary, what: PresetSave): Promise<boolean> {
    return this.#change('PUT', `presets/${id}`, what);
  }

  rename({ id }: PresetSummary, name: string): Promise<boolean> {
    return this.#change('PATCH', `presets/${id}`, { name });
  }

  copy({ id }: PresetSummary): Promise<boolean> {
    return this.#change('POST', `presets/${id}/copy`);
  }

  remove({ id }: PresetSummary): Promise<boolean> {
    return this.#change('DELETE', `presets/${id}`);
  }

  /** To another place among the show's own, shown at once. */
  async move(id: string, index: number): Promise<void> {
    const own = this.list.filter(({ shipped }) => !shipped);
    const others = own.filter((preset) => preset.id !== id);
    const moved = own.find((preset) => preset.id === id);
    const place = Math.min(Math.max(0, index), others.length);
    if (moved === undefined || own[place] === moved) return;
    const order = [...others.slice(0, place), moved, ...others.slice(place)];
    this.list = [...order, ...this.list.filter(({ shipped }) => shipped)];
    await this.#change('PUT', 'presets/order', { ids: order.map((preset) => preset.id) });
  }

  /** How many came in; 0 where none was taken, and `problem` says why. */
  async take(file: Blob): Promise<number> {
    let taken = 0;
    await this.#tried(async () => {
      const text = await file.text();
      taken = (await askText<{ presets: readonly PresetSummary[] }>('POST', 'presets/import', text)).presets
        .length;
    });
    await this.#reread(() => this.refresh());
    return taken;
  }

  addCue(cue: NewCue): Promise<boolean> {
    return this.#changeCues('POST', 'cues', cue);
  }

  removeCue(id: string): Promise<boolean> {
    return this.#changeCues('DELETE', `cues/${id}`);
  }

  /** One step up or down in the list. */
  moveCue(id: string, by: 1 | -1): Promise<boolean> {
    const cues = [...this.cues.cues];
    const at = cues.findIndex((cue) => cue.id === id);
    const [cue] = cues.splice(at, 1);
    if (cue !== undefined) cues.splice(at + by, 0, cue);
    return this.#changeCues('PUT', 'cues', { cues });
  }

  async #change(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<boolean> {
    const done = await this.#tried(() => ask(method, path, body));
    await this.#reread(() => this.refresh());
    return done;
  }

  async #changeCues(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<boolean> {
    const done = await this.#tried(() => ask(method, path, body));
    await this.#reread(() => this.refreshCues());
    return done;
  }

  /** Reads anew, and keeps what there was to say before. */
  async #reread(read: () => Promise<void>): Promise<void> {
    const said = this.problem;
    await read();
    if (this.problem === '') this.problem = said;
  }

  async #tried(run: () => Promise<unknown>): Promise<boolean> {
    this.problem = '';
    this.problem = await problemOf(run);
    return this.problem === '';
  }
}
