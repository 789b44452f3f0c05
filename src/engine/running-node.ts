import type { CallValues, LoadValues, Mode } from '../contract/call.ts';
import type { EndpointState, EndpointStatus } from '../contract/endpoint.ts';
import type { NodeLog, NodeStatus } from '../contract/engine-api.ts';
import type { ErrorReport } from '../contract/error.ts';
import { sameSize, type Size } from '../contract/frame.ts';
import { PROTOCOL_VERSION, type FromRunner, type NodeOpening } from '../contract/protocol.ts';
import type { NodeState } from '../contract/status.ts';
import { Attachment, type AttachmentEvents } from './attachment.ts';
import type { BulkItem } from './bulk-reader.ts';
import { Comeback } from './comeback.ts';
import { Condition } from './condition.ts';
import { EndpointProgress } from './endpoint-progress.ts';
import type { Link } from './hub/link.ts';
import { endOverdueCall, endpointStateNow, givesFrames, stateNow } from './node-health.ts';
import type { NodeDeps } from './node-deps.ts';
import { canPlayBeside, isSamePlace, openingOf, type NodePlan } from './node-plan.ts';
import type { Ending } from './retry.ts';
import type { RunnerExit, RunnerProcess } from './runner-process.ts';
import { RunnerSeat } from './runner-seat.ts';
import { StageCalls } from './stage-calls.ts';
import { isLoadedWith, Standby } from './standby.ts';
import { StatsBook } from './stats-book.ts';
import { Swap } from './swap.ts';

/** An input is live while its last frame is younger than this. */
const INPUT_LIVE_MS = 1_500;

/** One node of the playing graph: its attachment, what is to take over from it, what went wrong, and when it is tried again. */
export class RunningNode {
  readonly id: string;
  readonly stats = new StatsBook();
  readonly output: Link | null;
  readonly #deps: NodeDeps;
  readonly #condition: Condition;
  readonly #comeback = new Comeback();
  readonly #calls: StageCalls;
  readonly #seat: RunnerSeat;
  readonly #swap: Swap;
  readonly #standby: Standby;
  readonly #progress = new EndpointProgress();
  /** Of what plays; what it is to change to is the swap's. */
  #plan: NodePlan;
  #active: Attachment | null = null;
  #restarts = 0;
  /** The size that its consumers would like. */
  #wanted: Size | null = null;
  #closed = false;
  #lastFrameMs = -Infinity;
  /** Its last frame is old: consumers with a fallback look elsewhere. */
  down = true;

  constructor(plan: NodePlan, deps: NodeDeps) {
    this.id = plan.id;
    this.#plan = plan;
    this.#deps = deps;
    this.output =
      plan.role === 'source' || plan.role === 'stage' ? deps.board.open(plan.id, plan.lockstep) : null;
    this.#condition = new Condition(plan, deps);
    this.#seat = new RunnerSeat(deps.pool);
    this.#swap = new Swap(
      {
        open: (next, seat) => this.#attach(next, seat.for(next)),
        opened: () => deps.wire(this.id),
        leave: (attachment) => this.#leave(attachment),
      },
      deps.pool,
    );
    this.#standby = new Standby({
      active: () => this.#active,
      hasRoom: () => this.#swap.plan === null && this.#canWarm(this.#plan),
      // Nothing is in a hurry: the spare stays for what is.
      open: (load) => this.#attach(this.#plan, deps.pool.plain(), load),
      leave: (attachment) => this.#leave(attachment),
      changed: () => this.#tell(),
    });
    this.#calls = new StageCalls(plan, deps, this.output, () => this.#active);
  }

  /** What it is, or is about to be. */
  get plan(): NodePlan {
    return this.#swap.plan ?? this.#plan;
  }

  /** Those that play or are about to. */
  get attachments(): Attachment[] {
    return [this.#active, this.#swap.attachment].filter((attachment) => attachment !== null);
  }

  get mode(): Mode | null {
    return this.#calls.mode;
  }

  start(): void {
    if (this.#closed) return;
    this.#active = this.#attach(this.#plan, this.#seat.for(this.#plan));
    this.#progress.tried(performance.now());
    this.#become('starting');
    this.#deps.wire(this.id);
  }

  /**
   * Other code or configuration: the new runner is warmed while the old one plays. Resolves once it took over or failed. An
   * endpoint that is not there is tried on, and the old one plays until it is.
   */
  swap(plan: NodePlan): Promise<void> {
    this.#calls.use(plan);
    const over = this.#swap.over();
    const isBack = this.#swap.plan !== null && isSamePlace(this.#plan, plan);
    this.#swap.drop();
    const ready = this.#takeStandby(plan);
    if (isBack && this.#active !== null) {
      // What plays was picked again before the other came.
      this.adjust(plan);
      this.#tell();
      this.#swap.settle();
    } else if (ready !== null) {
      this.#swap.adopt(plan, ready);
      this.#greet(ready);
      this.#tell();
    } else if (this.#canWarm(plan)) {
      this.#swap.begin(plan);
      this.#tell();
    } else {
      // The last frame is held.
      this.#becomePlan(plan);
      this.#restart(0);
    }
    return over;
  }

  /** Its load parameters came to rest: a swap, unless what plays or comes was loaded with just these. */
  async loadMoved(): Promise<void> {
    const latest = this.#swap.attachment ?? this.#active;
    const load = this.#deps.values.loadValues(this.id);
    if (latest === null || !isLoadedWith(latest, load)) await this.swap(this.plan);
  }

  /** Load values that it may soon be asked for: it is loaded with them, and held beside what plays. Null holds none. */
  prepare(load: LoadValues | null): void {
    // What was held may be asked for just now, and have no rest yet.
    if (this.#standby.isFor(this.#deps.values.loadValues(this.id))) void this.loadMoved();
    this.#standby.want(load);
  }

  /** Lets what is to take over do so at once, whether or not it has a frame; the last one is held until then. */
  takeOver(): void {
    if (this.#swap.attachment !== null) return this.#promote('starting');
    const next = this.#swap.take();
    if (next === null) return;
    this.#becomePlan(next.plan);
    this.#restart(0);
  }

  /** Its endpoint, for which it waits, is there. */
  wake(urls: ReadonlySet<string>): void {
    if (this.#plan.url !== null && urls.has(this.#plan.url)) this.#comeback.now();
    this.#swap.wake(urls);
  }

  /** Only what takes no other runner changed. */
  adjust(plan: NodePlan): void {
    if (this.#swap.plan === null) this.#plan = plan;
    else {
      const { aspect, picture, rateHz, fallback, force } = plan;
      this.#swap.adjust(plan);
      this.#plan = { ...this.#plan, aspect, picture, rateHz, fallback, force };
    }
    this.#calls.use(plan);
    const { aspect, picture, descriptor } = plan;
    if (descriptor !== null) return;
    for (const { runner } of this.attachments) runner.send({ t: 'picture', node: this.id, aspect, picture });
  }

  /** The size its consumers would like; a source that converts anyway delivers it. Null where it is all the same to them. */
  want(size: Size | null): void {
    if (sameSize(this.#wanted, size)) return;
    this.#wanted = size;
    for (const { runner } of this.attachments) this.#tellWanted(runner);
  }

  /** The size it would like its own input to have. Stays while its runner is down: it will want the same again. */
  wish: Size | null = null;

  /** Hears that it wishes another one. */
  onWish: () => void = () => undefined;

  /** Whether a frame of it came lately. */
  flowing(nowMs: number): boolean {
    return nowMs - this.#lastFrameMs < INPUT_LIVE_MS;
  }

  /** A frame of one of its attachments is the newest of its link. */
  published(epoch: number): void {
    this.#lastFrameMs = performance.now();
    if (this.#swap.attachment?.epoch === epoch) this.#promote('live');
    else if (this.#condition.status.state === 'stalled' && this.#plan.role === 'source') this.#become('live');
    if (this.down) {
      this.down = false;
      this.#deps.rewire();
    }
  }

  /** The mode a person asked for, or whether inputs are live, may have changed. */
  resolveMode(inputLive: boolean): void {
    if (!this.#calls.resolveMode(inputLive) || this.mode === null) return;
    for (const attachment of this.attachments) attachment.tellMode(this.mode);
    // The mode is part of the report: who shows only what counts in it hears of it.
    this.#tell();
  }

  /** Called a few times a second: hangs, stalls, slow inference. */
  judge(nowMs: number, inputLive: boolean, inputRateHz: number): void {
    this.resolveMode(inputLive);
    for (const attachment of this.attachments) endOverdueCall(attachment, nowMs);
    // How far it is with its endpoint changes with time alone, too.
    if (this.#plan.url !== null && this.#progress.isNews(this.#endpointState())) this.#tell();
    const active = this.#active;
    if (
      active === null ||
      active.liveSinceMs === null ||
      this.#condition.status.state === 'failed' ||
      this.#condition.status.state === 'off'
    )
      return;
    if (!this.#giving(nowMs)) return this.#stall();
    const needsInput = this.#plan.takesInput && this.mode !== 'text';
    const tookHz = this.mode === 'video' ? this.stats.rates(nowMs).inHz : null;
    const state = stateNow(active, nowMs, needsInput && !inputLive, tookHz, inputRateHz);
    if (state !== this.#condition.status.state) this.#become(state);
  }

  gate(closed: boolean): void {
    for (const attachment of this.attachments) attachment.intake?.gate(closed);
  }

  slowestCallMs(): number {
    return Math.max(0, ...this.attachments.map((attachment) => attachment.slowestCallMs));
  }

  report(): NodeStatus {
    return {
      id: this.id,
      // A finder is hidden, and never reported.
      role: this.#plan.role === 'finder' ? 'control' : this.#plan.role,
      module: this.#plan.moduleId,
      pid: this.#active?.runner.pid ?? null,
      warmingPid: this.#swap.attachment?.runner.pid ?? null,
      standby: this.#standby.report,
      status: this.#condition.status,
      mode: this.mode,
      size: this.output?.size ?? null,
      info: this.#active?.info ?? {},
      restarts: this.#restarts,
      fault: this.#condition.fault,
      endpoint: this.#endpointStatus(),
    };
  }

  log(): NodeLog {
    return { runner: this.#active?.runner.lastLines() ?? [], fault: this.#condition.faultLog };
  }

  get active(): Attachment | null {
    return this.#active;
  }

  close(): void {
    this.#closed = true;
    this.#comeback.cancel();
    this.#calls.stop();
    this.#swap.drop();
    this.#standby.drop();
    this.#leave(this.#active);
    this.#active = null;
    this.#seat.close();
    if (this.output !== null) this.#deps.board.close(this.output);
    this.#swap.settle();
  }

  #attach(plan: NodePlan, runner: RunnerProcess, load: LoadValues = {}): Attachment {
    const attachment = new Attachment(
      this.id,
      runner,
      this.#deps.board,
      this.output,
      plan.takesInput,
      this.#events,
    );
    const now = this.#calls.values();
    attachment.open(
      PROTOCOL_VERSION,
      this.#opening(plan, now && { ...now, values: { ...now.values, ...load } }),
    );
    if (this.#wanted !== null) this.#tellWanted(runner);
    if (this.#deps.values.paused()) attachment.intake?.gate(true);
    return attachment;
  }

  /** Not where nothing is on show that a gap would harm, an endpoint cannot be opened twice, or memory takes one alone. */
  #canWarm(plan: NodePlan): boolean {
    if (this.#active === null || this.#active.liveSinceMs === null) return false;
    const noRoomForBoth = plan.descriptor !== null && this.#deps.vramProblem(plan.descriptor) !== null;
    return !noRoomForBoth && canPlayBeside(this.#plan, plan);
  }

  #opening(plan: NodePlan, values: CallValues | null): NodeOpening {
    return openingOf(plan, values, this.#deps.providers(), this.#deps.cacheDir);
  }

  /** Where that is not what is wanted now, it goes on waiting, but not for other code. */
  #takeStandby(plan: NodePlan): Attachment | null {
    if (this.#standby.attachment === null) return null;
    const ready = this.#standby.take(this.#opening(plan, null), this.#deps.values.loadValues(this.id));
    if (ready === null && plan.module !== this.#plan.module) this.#standby.drop();
    return ready;
  }

  /** What was opened before it was wanted is told what it missed, and makes its first frame. */
  #greet(attachment: Attachment): void {
    attachment.intake?.gate(this.#deps.values.paused());
    this.#tellWanted(attachment.runner);
    if (attachment.intake?.ready === true) this.#onTaken(attachment);
  }

  #leave(attachment: Attachment | null): void {
    attachment?.close();
    this.#releaseRunner(attachment);
  }

  readonly #events: AttachmentEvents = {
    status: (attachment, state, error) => this.#onStatus(attachment, state, error),
    exited: (attachment, exit) => this.#onExit(attachment, exit),
    callValues: () => this.#calls.values(),
    taken: (attachment) => this.#onTaken(attachment),
    wants: (attachment) => {
      if (attachment === this.#active) this.#wishAs(attachment);
    },
    other: (message) => this.#onOther(message),
    bulk: (item: BulkItem) => this.#deps.bulk(item),
    linesDropped: (lines) => this.stats.linesDropped(lines),
  };

  #onTaken(attachment: Attachment): void {
    if (attachment === this.#standby.attachment) this.#tell();
    else this.#calls.taken(attachment);
  }

  #onOther(message: Extract<FromRunner, { t: 'event' | 'command' | 'stats' }>): void {
    if (message.t === 'stats') this.stats.add(message.stats, performance.now());
    else if (message.t === 'command') this.#deps.control(message.batch);
    else this.#deps.emit({ type: 'node-event', node: this.id, name: message.name, data: message.data });
  }

  /** What was warmed beside it is it from now on. */
  #promote(state: 'live' | 'starting'): void {
    const before = this.#active;
    const next = this.#swap.take();
    if (next === null || next.attachment === null) return;
    const { attachment, plan } = next;
    this.#comeback.cancel();
    this.#active = attachment;
    this.#leave(before);
    this.#becomePlan(plan);
    if (state === 'live') this.#progress.lived();
    this.#wishAs(attachment);
    this.#become(state);
    this.#swap.settle();
    this.#calls.goOn();
    this.#standby.open();
  }

  #onStatus(attachment: Attachment, state: NodeState, error: ErrorReport | null): void {
    if (state === 'failed') return this.#fail(attachment, error, null, 'crash');
    if (error !== null) this.#condition.note(attachment.runner, error, null);
    // A source takes over with its first frame; a sink makes none, and says that it has shown one.
    if (attachment === this.#swap.attachment && state === 'live' && this.#plan.role === 'sink')
      return this.#promote('live');
    if (attachment !== this.#active) return;
    if (state === 'off') this.#comeback.cancel();
    if (state === 'live') {
      this.#progress.lived();
      this.#swap.settle();
      this.#standby.open();
      if (!this.#giving(performance.now())) return this.#stall();
    }
    this.#become(state);
  }

  #onExit(attachment: Attachment, exit: RunnerExit): void {
    const error = { code: exit.code, message: exit.message, remedy: null, details: null };
    this.#fail(attachment, error, exit, exit.byStranger ? 'signal' : 'crash');
  }

  /** The attachment is lost: note why, let go of its runner, plan the next. */
  #fail(attachment: Attachment, error: ErrorReport | null, exit: RunnerExit | null, ending: Ending): void {
    this.#condition.note(attachment.runner, error, exit);
    if (this.#standby.lost(attachment)) {
      this.#leave(attachment);
      return this.#tell();
    }
    const isNext = attachment === this.#swap.attachment;
    const plan = isNext ? this.plan : this.#plan;
    const seat = (isNext ? this.#swap.seat : null) ?? this.#seat;
    const adapterFailed = exit === null && plan.descriptor === null;
    attachment.close();
    if (adapterFailed && plan.shared === null) seat.keep(attachment.runner);
    else this.#releaseRunner(attachment);
    if (isNext) return this.#warmingFailed(plan, attachment, error, exit === null ? null : ending);
    if (attachment !== this.#active) return;
    this.#active = null;
    this.#progress.failed();
    this.#calls.stop();
    if (!this.down) {
      this.down = true;
      this.#deps.rewire();
    }
    this.#swap.settle();
    this.#restart(this.#comeback.delayAfter(adapterFailed ? 'absent' : ending, attachment.livedMs()));
  }

  /** The old one plays on. An endpoint or a process is worth another try; code of a pipeline that said no is not. */
  #warmingFailed(plan: NodePlan, refused: Attachment, error: ErrorReport | null, death: Ending | null): void {
    const { descriptor } = plan;
    if (descriptor !== null && death === null) {
      this.#swap.take();
      // The graph names it; what plays is another thing only where its code or configuration is.
      this.#plan = plan;
    } else {
      this.#swap.failed(error, death ?? 'absent');
    }
    this.#tell();
    this.#swap.settle();
    if (descriptor === null || death !== null) return;
    const playing = this.#active?.opening ?? null;
    // Where it is the same code, what it would not load is taken back: a panel must show what plays.
    if (playing !== null && playing.values !== null && playing.module === refused.opening?.module)
      this.#deps.values.loadRefused(this.id, playing.values.values);
  }

  #becomePlan(plan: NodePlan): void {
    if (plan.url !== this.#plan.url) this.#progress.begin(performance.now());
    this.#plan = plan;
  }

  #restart(delayMs: number): void {
    this.#comeback.cancel();
    const active = this.#active;
    this.#active = null;
    this.#leave(active);
    if (this.#closed) return;
    this.#restarts += active === null ? 1 : 0;
    if (delayMs === 0) return this.start();
    this.#become('failed', delayMs);
    this.#comeback.in(delayMs, () => this.start());
  }

  #become(state: NodeState, retryInMs: number | null = null): void {
    this.#condition.become(state, this.#plan, retryInMs);
    this.#tell();
  }

  /** Whether frames pass: those of a source are young, and a sink does not keep one for long. */
  #giving(nowMs: number): boolean {
    return this.#active === null || givesFrames(this.#plan, this.#active, nowMs - this.#lastFrameMs, nowMs);
  }

  #stall(): void {
    if (this.#condition.status.state !== 'stalled') this.#become('stalled');
  }

  #endpointState(): EndpointState {
    return endpointStateNow(this.#active, this.#condition.status.state, this.#progress);
  }

  #endpointStatus(): EndpointStatus | null {
    const { url } = this.#plan;
    if (url === null) return null;
    const told = this.#progress.tell(this.#endpointState(), this.#deps.wallClock());
    return { url, ...told, next: this.#swap.report(performance.now()) };
  }

  #tell(): void {
    if (!this.#closed && !this.#plan.hidden) this.#deps.emit({ type: 'status', node: this.report() });
  }

  #wishAs({ want }: Attachment): void {
    if (sameSize(this.wish, want)) return;
    this.wish = want;
    this.onWish();
  }

  #tellWanted(runner: RunnerProcess): void {
    runner.send({ t: 'want', node: this.id, size: this.#wanted });
  }

  #releaseRunner(attachment: Attachment | null): void {
    if (attachment !== null) this.#deps.pool.release(attachment.runner);
  }
}
