import type { Clock } from '../../contract/clock.ts';
import type { Morph, Sender } from '../../contract/command.ts';
import { isErrorCode, reportOf } from '../../contract/error.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { Preset, PresetApi, PresetSave, PresetSummary, RecallReport } from '../../contract/preset.ts';
import { ownSpec, type Entry, type Ramp, type Signals, type Write } from '../entry.ts';
import { Misfit } from '../misfit.ts';
import { OwnTrigger } from '../own-entry.ts';
import type { ShowPart } from '../part.ts';
import type { ShowFile } from '../show-file.ts';
import type { StageSet } from '../stage-set.ts';
import { capture } from './capture.ts';
import { MorphSettings } from './morph-settings.ts';
import { idOf, PresetBook } from './preset-book.ts';
import { PresetEntry } from './preset-entry.ts';
import { printPresets, readPresets } from './preset-text.ts';
import { recall } from './recall.ts';
import { Switches } from './switches.ts';
import { takeThumbnail, type Picture } from './thumbnail.ts';

export interface PresetDeps {
  readonly stages: () => StageSet;
  readonly signals: Signals;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Null where nothing can be looked at. */
  readonly picture: Picture | null;
  /** Counts what a recall had to leave out. */
  readonly refused: (sender: string, address: string, misfit: Misfit, value: JsonValue) => void;
  /** What is to follow a recall; it has happened. */
  readonly recalled: (preset: Preset, sender: string) => void;
  /** Presets came, went or are other ones. */
  readonly changed: () => void;
  readonly log: (line: string) => void;
}

const steps = {
  next: ownSpec(
    'preset/next',
    'trigger',
    false,
    'Recalls the next preset of the list, after the last the first',
    {
      label: 'Next preset',
      order: 14,
    },
  ),
  previous: ownSpec(
    'preset/previous',
    'trigger',
    false,
    'Recalls the preset before, before the first the last',
    {
      label: 'Previous preset',
      order: 15,
    },
  ),
};

/** Presets of the show: kept, saved from what plays, and recalled. */
export class Presets implements ShowPart, PresetApi {
  readonly entries: readonly Entry[];
  readonly #deps: PresetDeps;
  readonly #book = new PresetBook();
  readonly #morph: MorphSettings;
  readonly #switches: Switches;
  readonly #entry: PresetEntry;
  #lastId: string | null = null;
  #report: RecallReport | null = null;
  /** Shows opened so far. */
  #opened = 0;

  constructor(deps: PresetDeps) {
    const { signals } = deps;
    this.#deps = deps;
    this.#morph = new MorphSettings(signals);
    this.#switches = new Switches(signals);
    const shelf = {
      find: (wanted: string | number) => this.#book.find(wanted),
      recall: (preset: Preset, ramp: Ramp | null, write: Write) =>
        this.recall(preset, ramp === null ? {} : morphOf(ramp), write),
      lastName: () => this.#last()?.name ?? '',
    };
    this.#entry = new PresetEntry(shelf, signals);
    this.entries = [
      this.#entry,
      ...this.#morph.entries,
      new OwnTrigger(steps.next, (sender, atUs) => this.#step(1, { sender, atUs }), signals),
      new OwnTrigger(steps.previous, (sender, atUs) => this.#step(-1, { sender, atUs }), signals),
    ];
  }

  ship(presets: readonly Preset[]): void {
    this.#book.ship(presets);
  }

  kept(): Pick<ShowFile, 'presets'> {
    return { presets: { list: [...this.#book.own], last: this.#lastId, morph: this.#morph.now } };
  }

  restore({ presets }: ShowFile): void {
    this.#opened += 1;
    this.#switches.clear();
    this.#book.restore(presets.list);
    this.#morph.restore(presets.morph);
    this.#lastId = presets.last;
    this.#report = null;
    this.#deps.changed();
    this.#entry.moved(this.#last() === null ? null : 'show');
  }

  find(wanted: string | number): Preset | null {
    return this.#book.find(wanted);
  }

  /** Everything it can play is on its way; what it cannot is in the report. */
  recall(preset: Preset, morph: Morph, by: Pick<Write, 'sender' | 'atUs'>): void {
    const { refused, stages, wallClock, signals } = this.#deps;
    const { applied, left } = recall(preset, this.#morph.with(morph), by, stages(), this.#switches);
    for (const { address, error } of left) {
      const code = isErrorCode(error.code) ? error.code : 'E_PRESET_ADDRESS';
      refused(
        by.sender,
        address,
        new Misfit(code, error.message, error.details),
        preset.values[address] ?? null,
      );
    }
    const { id, name } = preset;
    this.#lastId = id;
    this.#report = { id, name, sender: by.sender, at: wallClock(), applied, left };
    this.#entry.moved(by.sender);
    signals.touched();
    this.#deps.recalled(preset, by.sender);
  }

  list(): readonly PresetSummary[] {
    return this.#book.summaries();
  }

  get(preset: string): Preset {
    return this.#book.get(preset);
  }

  last(): RecallReport | null {
    return this.#report;
  }

  save(what: PresetSave, _sender: Sender): PresetSummary {
    if (what.name !== undefined) this.#book.claimName(what.name, null);
    const name = what.name ?? this.#book.freeName('Preset');
    const at = this.#deps.wallClock();
    const dates = { createdAt: at, changedAt: at };
    const [saved] = this.#book.add([
      { id: idOf(name), name, ...this.#capture(what), thumbnail: null, ...dates },
    ]);
    if (saved === undefined) throw new Error('a book that takes one preset has it');
    return this.#kept(saved.id, true);
  }

  saveOver(preset: string, what: PresetSave, _sender: Sender): PresetSummary {
    const before = this.#book.getOwn(preset);
    const { name = before.name } = what;
    this.#book.claimName(name, before.id);
    this.#book.put({ ...before, ...this.#capture(what), name, changedAt: this.#deps.wallClock() });
    return this.#kept(before.id, true);
  }

  rename(preset: string, name: string): PresetSummary {
    const before = this.#book.getOwn(preset);
    this.#book.claimName(name, before.id);
    this.#book.put({ ...before, name, changedAt: this.#deps.wallClock() });
    return this.#kept(before.id, false);
  }

  order(ids: readonly string[]): readonly PresetSummary[] {
    this.#book.order(ids);
    this.#changed();
    return this.list();
  }

  remove(preset: string): void {
    const { id } = this.#book.getOwn(preset);
    this.#book.remove(id);
    this.#changed();
  }

  duplicate(preset: string): PresetSummary {
    const at = this.#deps.wallClock();
    const [copy] = this.#book.add([{ ...this.#book.get(preset), createdAt: at, changedAt: at }]);
    if (copy === undefined) throw new Error('a book that takes one preset has it');
    return this.#kept(copy.id, false);
  }

  import(text: string): readonly PresetSummary[] {
    const added = this.#book.add(readPresets(text));
    this.#changed();
    return added.map(({ id }) => this.#book.summary(id));
  }

  export(presets: readonly string[] | null): string {
    return printPresets(presets?.map((preset) => this.#book.get(preset)) ?? this.#book.own);
  }

  thumbnail(preset: string): Uint8Array | null {
    const { thumbnail } = this.#book.get(preset);
    return thumbnail === null ? null : Buffer.from(thumbnail, 'base64');
  }

  #capture(what: PresetSave): Pick<Preset, 'values' | 'prompts'> {
    return capture(this.#deps.stages(), what, this.#deps.clock());
  }

  #step(by: 1 | -1, write: Pick<Write, 'sender' | 'atUs'>): void {
    const { all } = this.#book;
    const last = this.#last();
    const from = last === null ? (by === 1 ? -1 : 0) : all.indexOf(last);
    const preset = all[(from + by + all.length) % all.length];
    if (preset !== undefined) this.recall(preset, {}, write);
  }

  #last(): Preset | null {
    return this.#lastId === null ? null : this.#book.byId(this.#lastId);
  }

  #kept(id: string, withPicture: boolean): PresetSummary {
    this.#changed();
    if (withPicture && this.#deps.picture !== null) void this.#photograph(id, this.#deps.picture);
    return this.#book.summary(id);
  }

  async #photograph(id: string, picture: Picture): Promise<void> {
    const opened = this.#opened;
    try {
      const thumbnail = await takeThumbnail(picture);
      const preset = this.#book.own.find((each) => each.id === id);
      // A preset of the same id in a show that was opened meanwhile is another one.
      if (preset === undefined || thumbnail === null || opened !== this.#opened) return;
      this.#book.put({ ...preset, thumbnail });
      this.#changed();
    } catch (error) {
      this.#deps.log(`No thumbnail of preset "${id}": ${reportOf(error).message}`);
    }
  }

  #changed(): void {
    this.#deps.changed();
    this.#deps.signals.touched();
    this.#entry.moved(this.#entry.setBy);
  }
}

function morphOf({ duration, unit, curve }: Ramp): Morph {
  return { duration, unit: unit ?? 'seconds', curve };
}
