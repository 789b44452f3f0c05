// Stands for the presets of a show behind the server's routes. It cannot show what a preset keeps of a stage, nor a recall.
import type { Sender } from '../../../src/contract/command.ts';
import type { Preset, PresetApi, PresetSave, PresetSummary } from '../../../src/contract/preset.ts';
import { idOf, PresetBook } from '../../../src/show/presets/preset-book.ts';
import { printPresets, readPresets } from '../../../src/show/presets/preset-text.ts';

export class PresetsDouble implements PresetApi {
  readonly book = new PresetBook();

  list(): readonly PresetSummary[] {
    return this.book.summaries();
  }
  get(preset: string): Preset {
    return this.book.get(preset);
  }
  last() {
    return null;
  }
  save(what: PresetSave, _sender: Sender): PresetSummary {
    if (what.name !== undefined) this.book.claimName(what.name, null);
    const name = what.name ?? this.book.freeName('Preset');
    const [saved] = this.book.add([
      { id: idOf(name), name, values: {}, prompts: null, thumbnail: null, createdAt: 1, changedAt: 1 },
    ]);
    return this.book.summary(saved?.id ?? '');
  }
  saveOver(preset: string, what: PresetSave, _sender: Sender): PresetSummary {
    return this.rename(preset, what.name ?? this.book.getOwn(preset).name);
  }
  rename(preset: string, name: string): PresetSummary {
    const before = this.book.getOwn(preset);
    this.book.claimName(name, before.id);
    this.book.put({ ...before, name });
    return this.book.summary(before.id);
  }
  order(ids: readonly string[]): readonly PresetSummary[] {
    this.book.order(ids);
    return this.list();
  }
  remove(preset: string): void {
    this.book.remove(this.book.getOwn(preset).id);
  }
  duplicate(preset: string): PresetSummary {
    const [copy] = this.book.add([this.book.get(preset)]);
    return this.book.summary(copy?.id ?? '');
  }
  import(text: string): readonly PresetSummary[] {
    return this.book.add(readPresets(text)).map(({ id }) => this.book.summary(id));
  }
  export(presets: readonly string[] | null): string {
    return printPresets(presets?.map((preset) => this.book.get(preset)) ?? this.book.own);
  }
  thumbnail(preset: string): Uint8Array | null {
    const { thumbnail } = this.book.get(preset);
    return thumbnail === null ? null : Buffer.from(thumbnail, 'base64');
  }
}
