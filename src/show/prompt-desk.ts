import type { TransitionSettings } from '../contract/command.ts';
import { transitionSchema } from '../contract/command.ts';
import { emptyPrompt, type Interpolation, type PromptMix, type WeightedText } from '../contract/prompt.ts';
import { shape } from './curve.ts';
import type { Ramp } from './entry.ts';
import { glideAt, glideEnded, progressOf, startGlide, type Glide, type Progress } from './glide.ts';
import { flatten, sharesOf, type Shares } from './prompt-shares.ts';
import type { TempoClock } from './tempo.ts';

interface Blend {
  readonly from: Shares;
  readonly settings: TransitionSettings;
  /** Null where it is measured in steps. */
  readonly progress: Progress | null;
  /** Calls since it began; the measure of a transition in steps. */
  calls: number;
}

export const cut: TransitionSettings = transitionSchema.parse({});

/**
 * The prompts of one stage: the list that was asked for, and the way there from what was played before. A transition that is
 * interrupted goes on from the present mix, flattened, so that however often that happens the mix stays within `mixLimit`.
 */
export class PromptDesk {
  transition: TransitionSettings = cut;
  #interpolation: Interpolation = 'linear';
  #list: readonly WeightedText[] = [];
  #weightGlides = new Map<number, Glide>();
  #blend: Blend | null = null;
  /** Kept while nothing moves, so that a call of a resting show costs nothing. */
  #resting: PromptMix | null = emptyPrompt;
  readonly #tempo: TempoClock;

  constructor(tempo: TempoClock) {
    this.#tempo = tempo;
  }

  get interpolation(): Interpolation {
    return this.#interpolation;
  }

  set interpolation(value: Interpolation) {
    this.#interpolation = value;
    this.#resting = null;
  }

  /** The list asked for, ends of weight glides included. */
  get target(): readonly WeightedText[] {
    return this.#list;
  }

  /** The list asked for, with the weights of this instant. */
  list(atUs: number): readonly WeightedText[] {
    if (this.#weightGlides.size === 0) return this.#list;
    return this.#list.map((entry, index) => ({ text: entry.text, weight: this.weight(index, atUs) }));
  }

  weight(index: number, atUs: number): number {
    const glide = this.#weightGlides.get(index);
    const present = glide === undefined ? this.#list[index]?.weight : glideAt('number', glide, atUs);
    return typeof present === 'number' ? present : 0;
  }

  /** Plays another list: at once where the transition has no length, else from the present mix. */
  replace(list: readonly WeightedText[], atUs: number, transition: TransitionSettings): void {
    const from = transition.duration > 0 ? this.#mixed(atUs) : null;
    this.#list = list;
    this.#weightGlides.clear();
    const { duration, unit } = transition;
    const progress = unit === 'steps' ? null : progressOf({ duration, unit }, atUs, this.#tempo);
    this.#blend = from === null ? null : { from, settings: transition, progress, calls: 0 };
    this.#resting = null;
  }

  /** Weights answer at once, within a running transition too, or glide by themselves. */
  setWeight(index: number, weight: number, atUs: number, ramp: Ramp | null): void {
    const present = this.weight(index, atUs);
    this.#list = padded(this.#list, index).map((entry, at) =>
      at === index ? { text: entry.text, weight } : entry,
    );
    this.#weightGlides.delete(index);
    if (ramp !== null && ramp.duration > 0) {
      this.#weightGlides.set(index, startGlide(present, weight, ramp, atUs, this.#tempo));
    }
    this.#resting = null;
  }

  weightGlides(index: number): boolean {
    return this.#weightGlides.has(index);
  }

  /** Takes the end of a weight's glide where its time has come; answers whether it has arrived. */
  settleWeight(index: number, atUs: number): boolean {
    const glide = this.#weightGlides.get(index);
    if (glide === undefined) return true;
    if (!glideEnded(glide, atUs)) return false;
    this.#weightGlides.delete(index);
    this.#resting = null;
    return true;
  }

  /** A call of the stage is about to be sampled. */
  countCall(): void {
    if (this.#blend !== null) this.#blend.calls += 1;
  }

  mix(atUs: number): PromptMix {
    if (this.#resting !== null) return this.#resting;
    const list = this.list(atUs);
    const t = this.#progress(atUs);
    if (this.#blend === null || t >= 1) {
      this.#blend = null;
      const mix = { texts: heard(list), interpolation: this.#interpolation, blend: null };
      if (this.#weightGlides.size === 0) this.#resting = mix;
      return mix;
    }
    const { from, settings } = this.#blend;
    const to = sharesOf(list);
    const eased = shape(settings.curve, t);
    return {
      texts: flatten(from, to, eased),
      interpolation: this.#interpolation,
      blend: { from, to, t: eased, interpolation: settings.interpolation },
    };
  }

  #mixed(atUs: number): Shares {
    const to = sharesOf(this.list(atUs));
    return this.#blend === null
      ? to
      : flatten(this.#blend.from, to, shape(this.#blend.settings.curve, this.#progress(atUs)));
  }

  // 0..1, before the curve.
  #progress(atUs: number): number {
    const blend = this.#blend;
    if (blend === null) return 1;
    return blend.progress?.(atUs) ?? blend.calls / blend.settings.duration;
  }
}

/** The list with at least `index + 1` entries; new ones are silent until they have a text. */
export function padded(list: readonly WeightedText[], index: number): readonly WeightedText[] {
  if (list.length > index) return list;
  return [...list, ...Array.from({ length: index + 1 - list.length }, () => ({ text: '', weight: 1 }))];
}

// What pipelines get of a resting list. Texts of weight 0 stay in, so that they are encoded before a fader comes up.
function heard(list: readonly WeightedText[]): readonly WeightedText[] {
  const texts = list.filter((entry) => entry.text.trim() !== '');
  return texts.some((entry) => entry.weight > 0) ? texts : [];
}
