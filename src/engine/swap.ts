import type { NextEndpoint } from '../contract/endpoint.ts';
import type { ErrorReport } from '../contract/error.ts';
import type { Attachment } from './attachment.ts';
import type { NodePlan } from './node-plan.ts';
import type { Ending } from './retry.ts';
import type { RunnerPool } from './runner-pool.ts';
import { RunnerSeat } from './runner-seat.ts';
import { Successor } from './successor.ts';

/** The node that swaps. */
export interface SwapHost {
  /** Opens it by this plan in a runner of that seat, beside what plays. */
  open(plan: NodePlan, seat: RunnerSeat): Attachment;
  /** What was opened may be linked. */
  opened(): void;
  leave(attachment: Attachment): void;
}

/** The change of a node to other code, configuration or another endpoint, from the wish until that takes over or is given up. */
export class Swap {
  readonly #host: SwapHost;
  readonly #pool: RunnerPool;
  readonly #waiters: (() => void)[] = [];
  #successor: Successor | null = null;

  constructor(host: SwapHost, pool: RunnerPool) {
    this.#host = host;
    this.#pool = pool;
  }

  /** What the node is about to be; null where nothing is to take over. */
  get plan(): NodePlan | null {
    return this.#successor?.plan ?? null;
  }

  /** Null also while what is to take over waits for its next try. */
  get attachment(): Attachment | null {
    return this.#successor?.attachment ?? null;
  }

  get seat(): RunnerSeat | null {
    return this.#successor?.seat ?? null;
  }

  /** Resolves once the change is over, whatever came of it. */
  over(): Promise<void> {
    return new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  settle(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }

  /** Opens what is to take over. */
  begin(plan: NodePlan): void {
    this.#successor = new Successor(plan, new RunnerSeat(this.#pool));
    this.#warm(this.#successor);
  }

  /** What is to take over is open already. */
  adopt(plan: NodePlan, attachment: Attachment): void {
    this.#successor = new Successor(plan, new RunnerSeat(this.#pool));
    this.#successor.begun(attachment, performance.now());
    this.#host.opened();
  }

  /** Only what takes no other runner changed. */
  adjust(plan: NodePlan): void {
    if (this.#successor !== null) this.#successor.plan = plan;
  }

  /** What it waits for can be had now. */
  wake(urls: ReadonlySet<string>): void {
    const url = this.plan?.url ?? null;
    if (url !== null && urls.has(url)) this.#successor?.wake();
  }

  /** It could not be opened, or was lost before it took over: tried again in its time. */
  failed(error: ErrorReport | null, ending: Ending): void {
    const successor = this.#successor;
    successor?.failed(error, ending, () => this.#warm(successor));
  }

  /** Hands out what is to take over; nothing more is tried. */
  take(): { readonly plan: NodePlan; readonly attachment: Attachment | null } | null {
    const successor = this.#successor;
    this.#successor = null;
    successor?.cancel();
    return successor;
  }

  /** Gives it up. */
  drop(): void {
    const attachment = this.take()?.attachment ?? null;
    if (attachment !== null) this.#host.leave(attachment);
  }

  report(nowMs: number): NextEndpoint | null {
    return this.#successor?.report(nowMs) ?? null;
  }

  #warm(successor: Successor): void {
    successor.begun(this.#host.open(successor.plan, successor.seat), performance.now());
    this.#host.opened();
  }
}
