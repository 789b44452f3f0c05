import { transitionSchema, type TransitionSettings } from '../contract/command.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Interpolation, WeightedText } from '../contract/prompt.ts';
import type { Entry, Signals, Write } from './entry.ts';
import { cut, padded, type PromptDesk } from './prompt-desk.ts';
import type { NodePrompts } from './show-file.ts';
import {
  promptSlots,
  promptTextEntry,
  PromptWeightEntry,
  promptEntries,
  type PromptEntries,
  type PromptSide,
} from './prompt-entries.ts';

/**
 * The prompts of one stage (`/main/prompt …`), or of the whole show (`/prompt …`), whose changes reach every stage that has
 * prompts. The show's own list is what stages that come later start with.
 */
export class PromptScope implements PromptSide {
  readonly node: string | null;
  readonly desk: PromptDesk;
  promptsSetBy: string | null = null;
  transitionSetBy: string | null = null;
  readonly #entries: PromptEntries;
  readonly #texts = new Map<number, Entry>();
  readonly #weights = new Map<number, PromptWeightEntry>();
  readonly #signals: Signals;
  readonly #followers: () => Iterable<PromptScope>;

  constructor(
    node: string | null,
    desk: PromptDesk,
    signals: Signals,
    followers: () => Iterable<PromptScope> = () => [],
  ) {
    this.node = node;
    this.desk = desk;
    this.#signals = signals;
    this.#followers = followers;
    this.#entries = promptEntries(this);
  }

  address(key: string): string {
    return this.node === null ? `/${key}` : `/${this.node}/${key}`;
  }

  /** Every address that is listed, those of the present prompts included. */
  listed(): Entry[] {
    const slots = this.desk.target.flatMap((_, index) => [this.text(index), this.weight(index)]);
    return [
      this.#entries.prompt,
      this.#entries.prompts,
      ...slots,
      this.#entries.interpolation,
      ...this.#entries.fields,
    ];
  }

  /** The entry of a key such as `prompts/0/weight` or `transition`, or null. */
  find(key: string): Entry | null {
    const fixed = this.#entries.byKey.get(key);
    if (fixed !== undefined) return fixed;
    const slot = /^prompts\/(\d{1,2})\/(text|weight)$/.exec(key);
    const index = Number(slot?.[1] ?? Number.NaN);
    if (!(index < promptSlots)) return null;
    return slot?.[2] === 'text' ? this.text(index) : this.weight(index);
  }

  text(index: number): Entry {
    return kept(this.#texts, index, () => promptTextEntry(this, index));
  }

  weight(index: number): PromptWeightEntry {
    return kept(this.#weights, index, () => new PromptWeightEntry(this, index));
  }

  replace(list: readonly WeightedText[], transition: TransitionSettings | null, write: Write): void {
    for (const scope of this.#reach()) scope.#replace(list, transition, write);
  }

  setText(index: number, text: string, write: Write): void {
    for (const scope of this.#reach()) {
      const slots = padded(scope.desk.target, index);
      const list = slots.map((slot, at) => (at === index ? { text, weight: slot.weight } : slot));
      scope.#replace(list, null, write);
    }
  }

  setWeight(index: number, weight: number, write: Write): void {
    for (const scope of this.#reach()) scope.#setWeight(index, weight, write);
  }

  setInterpolation(interpolation: Interpolation, write: Write): void {
    for (const scope of this.#reach()) {
      scope.desk.interpolation = interpolation;
      scope.promptsSetBy = write.sender;
      this.#signals.changed(scope.#entries.interpolation);
    }
    this.#signals.touched();
  }

  setTransition(change: JsonObject, write: Write): void {
    for (const scope of this.#reach()) {
      scope.desk.transition = transitionSchema.parse({ ...scope.desk.transition, ...change });
      scope.transitionSetBy = write.sender;
      for (const field of scope.#entries.fields) this.#signals.changed(field);
    }
    this.#signals.touched();
  }

  /** Starts as another scope is, without a transition. */
  copy(from: PromptDesk): void {
    this.desk.transition = from.transition;
    this.desk.interpolation = from.interpolation;
    this.desk.replace(from.target, 0, cut);
  }

  /** As a show file keeps it. */
  kept(): NodePrompts {
    return {
      prompts: [...this.desk.target],
      interpolation: this.desk.interpolation,
      transition: this.desk.transition,
    };
  }

  restore(kept: NodePrompts, setBy: string | null): void {
    this.desk.transition = kept.transition;
    this.desk.interpolation = kept.interpolation;
    this.desk.replace(kept.prompts, 0, cut);
    this.promptsSetBy = setBy;
    this.transitionSetBy = setBy;
  }

  retire(): void {
    for (const weight of this.#weights.values()) this.#signals.glides.stop(weight);
  }

  #reach(): PromptScope[] {
    return [this, ...this.#followers()];
  }

  #replace(list: readonly WeightedText[], transition: TransitionSettings | null, write: Write): void {
    const before = this.desk.target;
    this.promptsSetBy = write.sender;
    // A controller that repeats itself must not start the transition over and over, or it would never arrive.
    const snap = transition !== null && transition.duration === 0;
    if (!snap && sameList(before, list)) return;
    this.retire();
    this.desk.replace(list, write.atUs, this.node === null ? cut : (transition ?? this.#transition(write)));
    this.#announce(before, list);
  }

  // A ramp on a prompt is a transition of that length.
  #transition(write: Write): TransitionSettings {
    if (write.ramp === null) return this.desk.transition;
    const { duration, curve, unit = 'seconds' } = write.ramp;
    return { duration, curve, unit, interpolation: this.desk.transition.interpolation };
  }

  #setWeight(index: number, weight: number, write: Write): void {
    const entry = this.weight(index);
    const before = this.desk.target;
    if (
      before[index]?.weight === weight &&
      write.ramp === null &&
      this.promptsSetBy === write.sender &&
      !this.desk.weightGlides(index)
    )
      return;
    this.promptsSetBy = write.sender;
    this.desk.setWeight(index, weight, write.atUs, write.ramp);
    if (this.desk.weightGlides(index)) this.#signals.glides.start(entry);
    else this.#signals.glides.stop(entry);
    this.#signals.changed(entry);
    this.#announce(before, this.desk.target);
  }

  weightMoved(entry: Entry): void {
    this.#signals.changed(entry);
    this.#signals.changed(this.#entries.prompts);
  }

  #announce(before: readonly WeightedText[], after: readonly WeightedText[]): void {
    this.#signals.touched();
    this.#signals.changed(this.#entries.prompts);
    if (before[0]?.text !== after[0]?.text) this.#signals.changed(this.#entries.prompt);
    for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
      if (before[index]?.text !== after[index]?.text) this.#signals.changed(this.text(index));
      if (before[index]?.weight !== after[index]?.weight) this.#signals.changed(this.weight(index));
    }
  }
}

function sameList(a: readonly WeightedText[], b: readonly WeightedText[]): boolean {
  return (
    a.length === b.length &&
    a.every((entry, index) => entry.text === b[index]?.text && entry.weight === b[index].weight)
  );
}

function kept<T>(map: Map<number, T>, index: number, make: () => T): T {
  const existing = map.get(index);
  if (existing !== undefined) return existing;
  const made = make();
  map.set(index, made);
  return made;
}
