import type { NextEndpoint } from '../contract/endpoint.ts';
import type { ErrorReport } from '../contract/error.ts';
import type { Attachment } from './attachment.ts';
import { Comeback } from './comeback.ts';
import { EndpointProgress } from './endpoint-progress.ts';
import type { NodePlan } from './node-plan.ts';
import type { Ending } from './retry.ts';
import type { RunnerSeat } from './runner-seat.ts';

/** What is to take over from what plays: warmed beside it, and tried again where it could not be opened. */
export class Successor {
  plan: NodePlan;
  attachment: Attachment | null = null;
  readonly seat: RunnerSeat;
  readonly progress = new EndpointProgress();
  readonly #comeback = new Comeback();
  #error: ErrorReport | null = null;

  constructor(plan: NodePlan, seat: RunnerSeat) {
    this.plan = plan;
    this.seat = seat;
  }

  begun(attachment: Attachment, nowMs: number): void {
    this.attachment = attachment;
    this.progress.tried(nowMs);
  }

  failed(error: ErrorReport | null, ending: Ending, again: () => void): void {
    this.attachment = null;
    this.#error = error;
    this.progress.failed();
    this.#comeback.in(this.#comeback.delayAfter(ending, 0), again);
  }

  /** What it waits for can be had now. */
  wake(): void {
    this.#comeback.now();
  }

  /** It takes over or is given up: nothing more is tried. */
  cancel(): void {
    this.seat.close();
    this.#comeback.cancel();
  }

  report(nowMs: number): NextEndpoint | null {
    const { url } = this.plan;
    return url === null ? null : { url, state: this.progress.state(nowMs, null), error: this.#error };
  }
}
