import type { ValueChange } from '../../contract/command.ts';
import type { ObsRule } from '../../contract/obs.ts';

type TextRule = Extract<ObsRule, { kind: 'prompt-text' }>;

interface Deps {
  readonly prompt: () => string;
  readonly subscribe: (listener: (changes: readonly ValueChange[]) => void) => () => void;
  /** Resolves when OBS has taken it, or refused. */
  readonly show: (rule: TextRule, text: string) => Promise<void>;
}

interface Screen {
  readonly rule: TextRule;
  shown: string | null;
  busy: boolean;
}

/** Text sources that show the prompt: of each, one text is on its way at a time, and the newest follows. */
export class TextFeed {
  readonly #deps: Deps;
  #screens: readonly Screen[] = [];
  #unsubscribe: (() => void) | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  use(rules: readonly ObsRule[]): void {
    const wanted = rules.filter((rule) => rule.kind === 'prompt-text').filter(({ enabled }) => enabled);
    const before = new Map(this.#screens.map((screen) => [screen.rule, screen]));
    this.#screens = wanted.map((rule) => before.get(rule) ?? { rule, shown: null, busy: false });
    if (wanted.length === 0) return this.close();
    this.#unsubscribe ??= this.#deps.subscribe((changes) => {
      if (changes.some(({ address }) => address === '/prompt' || address.startsWith('/prompts')))
        this.#tell();
    });
    this.#tell();
  }

  /** OBS has come, and may show anything. */
  again(): void {
    for (const screen of this.#screens) screen.shown = null;
    this.#tell();
  }

  close(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #tell(): void {
    for (const screen of this.#screens) void this.#show(screen);
  }

  async #show(screen: Screen): Promise<void> {
    const text = this.#deps.prompt();
    if (screen.busy || screen.shown === text) return;
    screen.busy = true;
    screen.shown = text;
    await this.#deps.show(screen.rule, text);
    screen.busy = false;
    if (this.#screens.includes(screen)) void this.#show(screen);
  }
}
