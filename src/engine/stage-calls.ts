import type { CallValues, Mode } from '../contract/call.ts';
import { nowUs } from '../contract/clock.ts';
import type { Attachment } from './attachment.ts';
import { CallPacer } from './call-pacer.ts';
import type { Link } from './hub/link.ts';
import { ModeResolver } from './mode-resolver.ts';
import type { NodeDeps } from './node-deps.ts';
import type { NodePlan } from './node-plan.ts';

/** What a stage is called with, and when it is called without input. Of an adapter nothing: no mode, no values, no beat. */
export class StageCalls {
  readonly #id: string;
  readonly #deps: Pick<NodeDeps, 'values'>;
  readonly #output: Link | null;
  /** The one that plays. */
  readonly #active: () => Attachment | null;
  readonly #pacer: CallPacer;
  readonly #mode: ModeResolver | null;

  constructor(
    { id, rateHz, descriptor }: NodePlan,
    deps: Pick<NodeDeps, 'values'>,
    output: Link | null,
    active: () => Attachment | null,
  ) {
    this.#id = id;
    this.#deps = deps;
    this.#output = output;
    this.#active = active;
    this.#mode = descriptor === null ? null : new ModeResolver(descriptor);
    this.#pacer = new CallPacer(
      rateHz,
      () => this.#mayCall(),
      () => active()?.dispatch([]),
    );
  }

  get mode(): Mode | null {
    return this.#mode?.current ?? null;
  }

  use({ descriptor, rateHz }: NodePlan): void {
    this.#mode?.use(descriptor);
    this.#pacer.rateHz = rateHz;
  }

  /** True where the mode is another now. */
  resolveMode(inputLive: boolean): boolean {
    const { values } = this.#deps;
    if (this.#mode?.resolve(values.requestedMode(this.#id), inputLive) !== true) return false;
    values.modeResolved(this.#id, this.#mode.current);
    return true;
  }

  values(): CallValues | null {
    return this.#mode === null ? null : this.#deps.values.sample(this.#id, nowUs(), this.#mode.current);
  }

  /** It waits for its next call, and is told of a mode that it does not know. Without input it is called by its own beat. */
  taken(attachment: Attachment): void {
    if (this.#mode === null) return;
    attachment.tellMode(this.#mode.current);
    if (attachment.intake?.count !== 0) return;
    if (attachment === this.#active()) this.#pacer.request();
    // What is to take over makes its first frame at once.
    else if (attachment.published === 0) attachment.dispatch([]);
  }

  /** The one that plays is another. */
  goOn(): void {
    const intake = this.#active()?.intake;
    if (intake?.ready === true && intake.count === 0) this.#pacer.request();
  }

  stop(): void {
    this.#pacer.stop();
  }

  #mayCall(): boolean {
    const active = this.#active();
    const output = this.#output;
    const intake = active?.intake;
    if (intake?.ready !== true || intake.count !== 0 || output === null || this.#deps.values.paused())
      return false;
    return active?.published === 0 || (output.consumers > 0 && output.newestTaken);
  }
}
