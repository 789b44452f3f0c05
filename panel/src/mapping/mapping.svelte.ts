import type {
  BindingReport,
  BindingState,
  BindingTarget,
  LearnState,
} from '../../../src/contract/binding.ts';
import { ask, get, problemOf, reasonOf } from '../daemon/rest.ts';
import { isSame } from './target.ts';

/** How long the daemon listens for a control that moves. */
const LEARN_SECONDS = 20;

/** Which control of which device plays what, and how one is bound to another: all of it the daemon's. */
export class Mapping {
  /** Controls on this page are chosen to be bound, and do not play. */
  on = $state(false);
  bindings = $state.raw<readonly BindingState[]>([]);
  learn = $state.raw<LearnState>({ state: 'idle' });
  bank = $state(1);
  /** Events that nothing is bound to. */
  unbound = $state.raw<BindingReport['unbound']>({ count: 0, last: null });
  problem = $state('');

  /** All of it anew. */
  async refresh(): Promise<void> {
    try {
      const report = await get<BindingReport>('bindings');
      this.bindings = report.bindings;
      this.learn = report.learn;
      this.bank = report.bank;
      this.unbound = report.unbound;
    } catch (error) {
      this.problem = reasonOf(error);
    }
  }

  hear(learn: LearnState): void {
    this.learn = learn;
    if (learn.state === 'bound') void this.refresh();
  }

  of(target: BindingTarget): readonly BindingState[] {
    return this.bindings.filter((binding) => isSame(binding.target, target));
  }

  isLearning(target: BindingTarget): boolean {
    const { learn } = this;
    return (learn.state === 'listening' || learn.state === 'asking') && isSame(learn.target, target);
  }

  get isBusy(): boolean {
    return this.learn.state === 'listening' || this.learn.state === 'asking';
  }

  begin(): void {
    this.on = true;
    this.problem = '';
    void this.refresh();
  }

  end(): void {
    this.on = false;
    if (this.isBusy) void this.cancel();
  }

  /** The next control that moves is bound to it. */
  choose(target: BindingTarget): Promise<void> {
    if (this.isLearning(target)) return this.cancel();
    return this.#learning('POST', 'bindings/learn', { target, seconds: LEARN_SECONDS });
  }

  answer(answer: 'replace' | 'add'): Promise<void> {
    return this.#learning('POST', 'bindings/learn/answer', { answer });
  }

  cancel(): Promise<void> {
    return this.#learning('DELETE', 'bindings/learn');
  }

  remove(id: string): Promise<void> {
    return this.#change('DELETE', id);
  }

  change(id: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#change('PATCH', id, fields);
  }

  async #learning(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<void> {
    this.problem = '';
    this.problem = await problemOf(async () => {
      this.learn = await ask<LearnState>(method, path, body);
    });
  }

  async #change(method: 'PATCH' | 'DELETE', id: string, body?: unknown): Promise<void> {
    this.problem = '';
    this.problem = await problemOf(() => ask(method, `bindings/${encodeURIComponent(id)}`, body));
    await this.refresh();
  }
}
