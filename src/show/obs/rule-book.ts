import type { z } from 'zod';
import { failure, type ErrorReport } from '../../contract/error.ts';
import {
  obsRuleLimit,
  obsRuleListSchema,
  obsRuleSchema,
  type ObsRule,
  type ObsRuleInput,
} from '../../contract/obs.ts';

interface Tally {
  fired: number;
  failed: number;
  lastError: ErrorReport | null;
}

/** The rules of a show, and how often each was carried out. */
export class RuleBook {
  #rules: readonly ObsRule[] = [];
  readonly #tallies = new Map<string, Tally>();

  get rules(): readonly ObsRule[] {
    return this.#rules;
  }

  /** Throws `E_OBS_RULE`. */
  replace(rules: readonly ObsRuleInput[]): void {
    const parsed = checked(obsRuleListSchema.safeParse(rules));
    const ids = parsed.map(({ id }) => id);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) throw failure('E_OBS_RULE', `Two rules have the id "${twice}"`, { rule: twice });
    this.restore(parsed);
  }

  /** Throws `E_OBS_RULE`. */
  put(given: ObsRuleInput): ObsRule {
    const rule = checked(obsRuleSchema.safeParse(given));
    const known = this.#rules.some(({ id }) => id === rule.id);
    if (!known && this.#rules.length >= obsRuleLimit)
      throw failure('E_OBS_RULE', `A show holds ${obsRuleLimit} rules for OBS`, { limit: obsRuleLimit });
    this.#rules = known
      ? this.#rules.map((each) => (each.id === rule.id ? rule : each))
      : [...this.#rules, rule];
    this.#tallies.delete(rule.id);
    return rule;
  }

  /** Throws `E_OBS_RULE_UNKNOWN`. */
  remove(id: string): void {
    if (!this.#rules.some((rule) => rule.id === id))
      throw failure('E_OBS_RULE_UNKNOWN', `There is no rule "${id}"`, { rule: id });
    this.#rules = this.#rules.filter((rule) => rule.id !== id);
    this.#tallies.delete(id);
  }

  /** Rules of a show that is opened. */
  restore(rules: readonly ObsRule[]): void {
    this.#rules = rules;
    const ids = new Set(rules.map(({ id }) => id));
    for (const id of this.#tallies.keys()) if (!ids.has(id)) this.#tallies.delete(id);
  }

  tally(id: string): Readonly<Tally> {
    return this.#tallies.get(id) ?? { fired: 0, failed: 0, lastError: null };
  }

  fired(id: string): void {
    const tally = this.#open(id);
    tally.fired += 1;
    tally.lastError = null;
  }

  failed(id: string, error: ErrorReport): void {
    const tally = this.#open(id);
    tally.failed += 1;
    tally.lastError = error;
  }

  #open(id: string): Tally {
    const known = this.#tallies.get(id);
    if (known !== undefined) return known;
    const made = { fired: 0, failed: 0, lastError: null };
    this.#tallies.set(id, made);
    return made;
  }
}

function checked<T>(result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = (issue?.path ?? []).join('.');
  throw failure('E_OBS_RULE', `${place === '' ? 'The rule' : place}: ${issue?.message ?? 'no rule'}`);
}
