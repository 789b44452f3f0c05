import type { Command, CommandResult, Sender, ValueChange } from '../../contract/command.ts';
import { failure, isErrorCode, reportOf, type ErrorReport } from '../../contract/error.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type {
  ObsAction,
  ObsHands,
  ObsPart,
  ObsReport,
  ObsRule,
  ObsRuleInput,
  ObsRuleState,
  ObsState,
} from '../../contract/obs.ts';
import type { Preset } from '../../contract/preset.ts';
import type { Activity } from '../activity.ts';
import type { Signals } from '../entry.ts';
import { Misfit } from '../misfit.ts';
import type { ShowPart } from '../part.ts';
import type { ShowFile } from '../show-file.ts';
import { obsEntries, tellMoved, type ObsEntry } from './obs-entries.ts';
import { RuleBook } from './rule-book.ts';
import { problemOf } from './rule-problem.ts';
import { SceneGuard } from './scene-guard.ts';
import { TextFeed } from './text-feed.ts';
import { disconnected, readCollection, readLive } from './told-state.ts';

/** Who recalls presets for rules. A preset that a scene brought in chooses no scene. */
const obsSender = 'obs';

export interface ObsLinkDeps {
  readonly signals: Pick<Signals, 'changed' | 'touched'>;
  /** This preset may come next, and can be loaded; null where none is expected. By id or name. */
  readonly expect: (preset: string | null) => void;
  readonly hasPreset: (preset: string) => boolean;
  /** The verb layer; what it refuses it counts itself. */
  readonly execute: (commands: readonly Command[], sender: Sender) => readonly CommandResult[];
  readonly activity: Pick<Activity, 'applied' | 'refused'>;
  /** Inputs whose levels move something now. */
  readonly metered: () => readonly string[];
  /** What is to be seen, as it is now. */
  readonly prompt: () => string;
  readonly subscribe: (listener: (changes: readonly ValueChange[]) => void) => () => void;
}

/** OBS beside the show: how it is, and the rules by which the two move each other. */
export class ObsLink implements ShowPart, ObsPart {
  readonly entries: readonly ObsEntry[];
  readonly #deps: ObsLinkDeps;
  readonly #book = new RuleBook();
  readonly #guard = new SceneGuard();
  readonly #texts: TextFeed;
  readonly #listeners = new Set<() => void>();
  #state: ObsState = disconnected;
  #error: ErrorReport | null = null;
  #hands: ObsHands | null = null;

  constructor(deps: ObsLinkDeps) {
    this.#deps = deps;
    this.entries = obsEntries(() => this.#state);
    this.#texts = new TextFeed({
      prompt: deps.prompt,
      subscribe: deps.subscribe,
      show: (rule, text) => this.#do(rule, { do: 'text', input: rule.input, text }),
    });
  }

  use(hands: ObsHands): void {
    this.#hands = hands;
    this.#changed();
  }

  told(name: string, data: JsonObject): void {
    if (name === 'obs-collection') {
      const collection = readCollection(data);
      if (collection !== null) this.#become({ ...this.#state, collection });
    }
    if (name !== 'obs-live') return;
    const live = readLive(data);
    if (live === null) return;
    const wasConnected = this.#state.connected;
    this.#error = null;
    this.#become({ ...this.#state, ...live, connected: true });
    if (!wasConnected) this.#greet();
    const chosen = this.#guard.chosen(live.program);
    if (chosen !== null) this.#sceneChosen(chosen);
    this.#previewed();
  }

  gone(error: ErrorReport | null): void {
    this.#error = error;
    this.#become(disconnected);
    this.#previewed();
  }

  report(): ObsReport {
    return {
      on: this.#hands !== null,
      state: this.#state,
      error: this.#hands === null ? null : this.#error,
      rules: this.#book.rules.map((rule) => this.#stateOf(rule)),
    };
  }

  replace(rules: readonly ObsRuleInput[]): ObsReport {
    this.#book.replace(rules);
    this.#rulesChanged();
    return this.report();
  }

  put(given: ObsRuleInput): ObsRuleState {
    const rule = this.#book.put(given);
    this.#rulesChanged();
    return this.#stateOf(rule);
  }

  remove(id: string): void {
    this.#book.remove(id);
    this.#rulesChanged();
  }

  onChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  kept(): Pick<ShowFile, 'obs'> {
    return { obs: { rules: [...this.#book.rules] } };
  }

  restore({ obs }: ShowFile): void {
    this.#book.restore(obs.rules);
    this.#texts.use(this.#book.rules);
    this.#previewed();
    this.#changed();
  }

  close(): void {
    this.#texts.close();
  }

  metersChanged(): void {
    if (this.#state.connected) this.#hands?.meter(this.#deps.metered());
  }

  /** A preset was recalled, by whomever. */
  recalled(preset: Preset, sender: string): void {
    for (const rule of this.#book.rules) {
      if (!rule.enabled || !('preset' in rule) || (rule.preset !== preset.id && rule.preset !== preset.name))
        continue;
      const action = actionOf(rule);
      if (action === null || (action.do === 'scene' && sender === obsSender)) continue;
      void this.#do(rule, action);
    }
  }

  /** An OBS that has come knows nothing of us. */
  #greet(): void {
    this.#texts.again();
    this.metersChanged();
  }

  #sceneChosen(scene: string): void {
    for (const rule of this.#book.rules) {
      if (!rule.enabled || rule.kind !== 'program-preset' || rule.scene !== scene) continue;
      const { preset, morph } = rule;
      const command: Command = { kind: 'preset', preset, ...(morph === null ? {} : { morph }) };
      const [result] = this.#deps.execute([command], { id: obsSender, strictness: 'coerce' });
      if (result?.result === 'rejected') this.#book.failed(rule.id, result.error);
      else this.#book.fired(rule.id);
    }
    this.#changed();
  }

  /** The scene in the preview of studio mode is likely the next in the program. */
  #previewed(): void {
    const { studioMode, preview } = this.#state;
    const next = this.#book.rules
      .filter((rule) => rule.kind === 'program-preset')
      .find(({ enabled, warm, scene }) => enabled && warm && scene === preview);
    this.#deps.expect(studioMode ? (next?.preset ?? null) : null);
  }

  /** Where OBS was not asked for, its rules rest. */
  #do(rule: ObsRule, action: ObsAction): Promise<void> {
    const hands = this.#hands;
    return hands === null ? Promise.resolve() : this.#doWith(hands, rule, action);
  }

  async #doWith(hands: ObsHands, rule: ObsRule, action: ObsAction): Promise<void> {
    const address = `/obs/rules/${rule.id}`;
    const asked = action.do === 'scene' ? this.#guard.asks(action.scene) : null;
    try {
      if (!this.#state.connected) throw failure('E_OBS_UNREACHABLE', 'OBS is not connected');
      await hands.act(action);
      asked?.done();
      this.#book.fired(rule.id);
      this.#deps.activity.applied(obsSender, address, wordOf(action));
    } catch (error) {
      asked?.failed();
      const problem = problemOf(rule, this.#state, this.#deps.hasPreset) ?? reportOf(error);
      this.#book.failed(rule.id, problem);
      const code = isErrorCode(problem.code) ? problem.code : 'E_INTERNAL';
      this.#deps.activity.refused(obsSender, address, new Misfit(code, problem.message, problem.details));
    }
    this.#changed();
  }

  #stateOf(rule: ObsRule): ObsRuleState {
    const problem = problemOf(rule, this.#state, this.#deps.hasPreset);
    return { rule, problem, ...this.#book.tally(rule.id) };
  }

  #become(state: ObsState): void {
    const before = this.entries.map((entry) => entry.read());
    this.#state = state;
    tellMoved(this.entries, before, this.#deps.signals);
    this.#changed();
  }

  #rulesChanged(): void {
    this.#texts.use(this.#book.rules);
    this.#previewed();
    this.#deps.signals.touched();
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What a rule that follows a preset does in OBS; null for the others. */
function actionOf(rule: ObsRule): ObsAction | null {
  switch (rule.kind) {
    case 'preset-scene':
      return { do: 'scene', scene: rule.scene };
    case 'preset-source':
      return { do: 'source', scene: rule.scene, source: rule.source, visible: rule.visible };
    case 'preset-filter':
      return { do: 'filter', source: rule.source, filter: rule.filter, on: rule.on };
    case 'preset-media':
      return { do: 'media', input: rule.input, action: rule.action };
    case 'program-preset':
    case 'prompt-text':
      return null;
  }
}

/** What was done, for the activity. */
function wordOf(action: ObsAction): JsonValue {
  switch (action.do) {
    case 'scene':
      return action.scene;
    case 'source':
      return action.visible;
    case 'filter':
      return action.on;
    case 'media':
      return action.action;
    case 'text':
      return action.text;
  }
}
