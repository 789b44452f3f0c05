// Stands for the rules between OBS and the show, and for the running adapter. It cannot show OBS, and judges no names.
import { failure } from '../../../src/contract/error.ts';
import type { JsonObject, JsonValue } from '../../../src/contract/json.ts';
import type { ObsApi, ObsDoor, ObsReport, ObsRuleInput, ObsRuleState } from '../../../src/contract/obs.ts';
import { RuleBook } from '../../../src/show/obs/rule-book.ts';
import { disconnected } from '../../../src/show/obs/told-state.ts';

export class ObsDouble implements ObsApi, ObsDoor {
  readonly asked: [method: string, params: JsonObject][] = [];
  readonly #book = new RuleBook();
  readonly #listeners = new Set<() => void>();

  report(): ObsReport {
    const rules = this.#book.rules.map((rule) => ({ rule, problem: null, ...this.#book.tally(rule.id) }));
    return { on: true, state: disconnected, error: null, rules };
  }

  replace(rules: readonly ObsRuleInput[]): ObsReport {
    this.#book.replace(rules);
    this.#changed();
    return this.report();
  }

  put(given: ObsRuleInput): ObsRuleState {
    const rule = this.#book.put(given);
    this.#changed();
    return { rule, problem: null, ...this.#book.tally(rule.id) };
  }

  remove(id: string): void {
    this.#book.remove(id);
    this.#changed();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  request(method: string, params: JsonObject): Promise<JsonValue> {
    this.asked.push([method, params]);
    return Promise.reject(failure('E_OBS_OFF', 'Reverie was started without OBS; start it with --obs'));
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
