import type { ErrorReport } from '../contract/error.ts';
import type { Fault, NodeState, Status } from '../contract/status.ts';
import type { NodeDeps } from './node-deps.ts';
import type { NodePlan } from './node-plan.ts';
import type { RunnerExit, RunnerProcess } from './runner-process.ts';
import { faultOf, runningWords } from './words.ts';

/** How a node is, in words for a person, and the last thing that went wrong, kept after recovery. */
export class Condition {
  readonly #node: string;
  readonly #deps: Pick<NodeDeps, 'wallClock' | 'log' | 'emit'>;
  #status: Status;
  #fault: Fault | null = null;
  #faultLog: readonly string[] = [];

  constructor(plan: NodePlan, deps: Pick<NodeDeps, 'wallClock' | 'log' | 'emit'>) {
    this.#node = plan.id;
    this.#deps = deps;
    this.#status = this.#inWords('starting', plan, null);
  }

  get status(): Status {
    return this.#status;
  }

  get fault(): Fault | null {
    return this.#fault;
  }

  /** What the runner had said when the last thing went wrong, of which the fault holds an excerpt. */
  get faultLog(): readonly string[] {
    return this.#faultLog;
  }

  /** Another state, or the same in other words; `since` stays where neither changed. */
  become(state: NodeState, plan: NodePlan, retryInMs: number | null = null): void {
    const next = this.#inWords(state, plan, retryInMs);
    const same = next.state === this.#status.state && next.message === this.#status.message;
    this.#status = same ? { ...next, since: this.#status.since } : next;
  }

  /** Something went wrong: kept, logged and told. */
  note(runner: RunnerProcess, error: ErrorReport | null, exit: RunnerExit | null): void {
    this.#faultLog = runner.lastWords();
    const fault = faultOf(this.#node, runner.pid, error, exit, this.#faultLog, this.#deps.wallClock());
    this.#fault = fault;
    this.#deps.log('warn', this.#node, `${fault.code}: ${fault.message}`);
    this.#deps.emit({ type: 'fault', fault });
  }

  #inWords(state: NodeState, plan: NodePlan, retryInMs: number | null): Status {
    const words = runningWords(state, plan, this.#fault, retryInMs);
    return { state, ...words, context: {}, since: this.#deps.wallClock() };
  }
}
