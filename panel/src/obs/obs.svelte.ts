import type { ObsReport, ObsRule } from '../../../src/contract/obs.ts';
import { ask, get, problemOf } from '../daemon/rest.ts';

/** OBS and its rules, as the daemon tells them, and as they are set here. */
export class ObsDesk {
  report = $state.raw<ObsReport | null>(null);
  problem = $state('');

  hear(report: ObsReport): void {
    this.report = report;
  }

  /** Shown at once. */
  put(rule: ObsRule): Promise<void> {
    this.#show((rules) =>
      rules.map((state) => (state.rule.id === rule.id ? { ...state, rule, problem: null } : state)),
    );
    return this.#done(() => ask('PUT', `obs/rules/${rule.id}`, rule));
  }

  remove(id: string): Promise<void> {
    this.#show((rules) => rules.filter(({ rule }) => rule.id !== id));
    return this.#done(() => ask('DELETE', `obs/rules/${id}`));
  }

  #show(change: (rules: ObsReport['rules']) => ObsReport['rules']): void {
    if (this.report !== null) this.report = { ...this.report, rules: change(this.report.rules) };
  }

  async #done(run: () => Promise<unknown>): Promise<void> {
    this.problem = '';
    this.problem = await problemOf(run);
    this.report = await get<ObsReport>('obs').catch(() => this.report);
  }
}
