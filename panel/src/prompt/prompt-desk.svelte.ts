import type { WeightedText } from '../../../src/contract/prompt.ts';
import type { Connection } from '../daemon/connection.ts';
import { refusalOf } from '../daemon/messages.ts';
import type { Control } from '../values/control.ts';
import type { Values } from '../values/values.svelte.ts';
import { doneWords, emptyMix, mixOf, sameTexts, spoken, weightRange } from './mix.ts';

const HAND_LEAVES_MS = 400;

/** The prompts of the whole show: written here, played when sent, shown as they are when another changes them. */
export class PromptDesk {
  /** What was written and does not play yet; null while nothing is. */
  #draft = $state.raw<readonly WeightedText[] | null>(null);
  /** Weights that a hand is on, by place in the list. */
  #held = $state.raw<Readonly<Record<number, number>>>({});
  said = $state('');
  refused = $state(false);
  sending = $state(false);
  readonly #connection: Connection;
  readonly #values: Values;
  #leaving = 0;

  constructor(connection: Connection, values: Values) {
    this.#connection = connection;
    this.#values = values;
  }

  get playing(): readonly WeightedText[] {
    return mixOf(this.#values.get('/prompts')?.value ?? []);
  }

  get rows(): readonly WeightedText[] {
    if (this.#draft !== null) return this.#draft;
    return this.playing.length === 0 ? emptyMix : this.playing;
  }

  /** Whether what is written differs from what plays. */
  get edited(): boolean {
    return this.#draft !== null && !sameTexts(spoken(this.#draft), this.playing);
  }

  write(index: number, text: string): void {
    this.#draft = this.rows.map((prompt, at) => (at === index ? { ...prompt, text } : prompt));
    this.said = '';
  }

  add(): void {
    this.#draft = [...this.rows, { text: '', weight: 1 }];
  }

  remove(index: number): void {
    this.#draft = this.rows.filter((_, at) => at !== index);
  }

  /** Shows again what plays. */
  discard(): void {
    this.#draft = null;
  }

  /** The weight of a prompt as a fader: of what plays it is played at once, of what is only written it waits for Send. */
  weight(index: number): Control | null {
    const spec = this.#values.get('/transition/duration')?.spec;
    if (spec === undefined) return null;
    const ui = { ...spec.ui, label: `How much prompt ${index + 1} counts`, unit: null };
    const specNow = () => ({
      ...spec,
      ...weightRange(this.rows),
      key: `prompts/${index}/weight`,
      type: 'number' as const,
      default: 1,
      description: '',
      ui,
    });
    const weightNow = () => this.#held[index] ?? this.rows[index]?.weight ?? 1;
    return {
      address: `/prompts/${index}/weight`,
      get spec() {
        return specNow();
      },
      get value() {
        return weightNow();
      },
      refusal: null,
      waits: false,
      set: (value) => this.#weigh(index, Number(value)),
      hold: () => clearTimeout(this.#leaving),
      letGo: () => this.#letGo(),
      fire: () => undefined,
    };
  }

  async send(): Promise<void> {
    const prompts = spoken(this.rows);
    this.sending = true;
    const answer = await this.#connection.ask({ type: 'command', commands: [{ kind: 'prompt', prompts }] });
    this.sending = false;
    const refusal = refusalOf(answer);
    this.refused = refusal !== null;
    const duration = Number(this.#values.get('/transition/duration')?.value ?? 0);
    const unit = String(this.#values.get('/transition/unit')?.value ?? 'seconds');
    this.said = refusal ?? doneWords(prompts.length, duration, unit);
    // Kept until the daemon tells them as what plays, so that the old ones do not flash up between.
    if (refusal === null) this.#draft = prompts.length === 0 ? null : prompts;
  }

  /** Call when the playing prompts change: a draft that plays is none. */
  settle(): void {
    if (this.#draft !== null && sameTexts(this.#draft, this.playing)) this.#draft = null;
  }

  #weigh(index: number, weight: number): void {
    this.#held = { ...this.#held, [index]: weight };
    if (this.#draft !== null) {
      this.#draft = this.#draft.map((prompt, at) => (at === index ? { ...prompt, weight } : prompt));
    }
    if (!this.edited) this.#values.send(`/prompts/${index}/weight`, weight);
  }

  #letGo(): void {
    clearTimeout(this.#leaving);
    this.#leaving = window.setTimeout(() => (this.#held = {}), HAND_LEAVES_MS);
  }
}
