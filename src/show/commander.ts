import type { Clock } from '../contract/clock.ts';
import type { At, Command, CommandResult, Sender, SetResult } from '../contract/command.ts';
import type { ErrorReport } from '../contract/error.ts';
import type { JsonValue } from '../contract/json.ts';
import { isEventAddress } from '../contract/control-event.ts';
import type { ControlItem } from '../contract/protocol.ts';
import type { Quantize } from '../contract/tempo.ts';
import { isOscPattern, MAX_PATTERN, readOscPattern } from '../protocols/osc/pattern.ts';
import type { Activity } from './activity.ts';
import { shortened } from './directory.ts';
import { isTrigger, type Entry } from './entry.ts';
import { isLaunch } from './launch.ts';
import { Misfit } from './misfit.ts';
import { addressed, Planner, write, type Plan, type PlannerDeps } from './planner.ts';
import { readArguments, type PlayedValue } from './play-arguments.ts';
import { Schedule, scheduleFull, type When } from './schedule.ts';
import type { BeatClock } from './tempo.ts';
import type { Timers } from './timers.ts';
import type { Witness } from './witness.ts';

interface Deps extends PlannerDeps {
  readonly tempo: BeatClock;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly activity: Activity;
  /** Stands by whatever is done. */
  readonly witness: Witness;
  /** Seconds that what waits for a beat is run before it. */
  lookahead(): number;
  /** When launches of performers' protocols happen that say nothing of it. */
  quantize(): Quantize;
  /** What a controller does that knows no addresses; it comes back as commands. */
  controllerEvent(item: ControlItem, atUs: number): void;
}

/** A command that passed, and what it waits for. */
interface Ready {
  readonly command: Command;
  readonly plan: Plan;
  readonly when: When | null;
}

/** The one verb layer: whatever a protocol wants changed comes through here. */
export class Commander {
  readonly schedule: Schedule;
  readonly #deps: Deps;
  readonly #planner: Planner;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.schedule = new Schedule({
      ...deps,
      run: (command, sender, dueUs) => this.perform(command, sender, dueUs),
    });
    this.#planner = new Planner(deps, this.schedule);
  }

  runDue(atUs: number): void {
    this.schedule.runDue(atUs);
  }

  close(): void {
    this.schedule.close();
  }

  set(values: Readonly<Record<string, JsonValue>>, sender: Sender): SetResult {
    const applied: { address: string; value: JsonValue }[] = [];
    const rejected: { address: string; error: ErrorReport }[] = [];
    const atUs = this.#deps.clock();
    this.#planner.begin();
    for (const [address, value] of Object.entries(values)) {
      const plan = this.#planner.planSet(address, value, null, undefined, sender);
      if (plan instanceof Misfit) {
        rejected.push({ address, error: this.#refuse(plan, address, sender, value) });
        continue;
      }
      this.#run(plan, sender, atUs);
      applied.push({ address: plan.address, value: plan.value });
    }
    return { applied, scheduled: [], rejected };
  }

  execute(commands: readonly Command[], sender: Sender): CommandResult[] {
    this.#planner.begin();
    const nowUs = this.#deps.clock();
    const judged = commands.map((command) => this.#judge(command, sender, nowUs));
    const ready = judged.flatMap((each) => (each instanceof Misfit ? [] : [each]));
    const waiting = ready.filter(({ when }) => when !== null).length;
    const full = waiting > this.schedule.room() ? scheduleFull() : null;
    if (full !== null || ready.length < judged.length) return this.#refuseAll(commands, judged, full, sender);
    return ready.map(({ command, plan, when }): CommandResult => {
      const { address, value } = plan;
      if (when === null) {
        this.#run(plan, sender, nowUs);
        return { result: 'applied', address, value };
      }
      const byQuantize = plan.at === undefined;
      const id = this.#wait(when, command, address, value, sender, byQuantize);
      return { result: 'scheduled', address, id, atUs: when.dueUs };
    });
  }

  play(items: readonly ControlItem[]): void {
    const atUs = this.#deps.clock();
    for (const item of items) {
      if (isEventAddress(item.address)) {
        this.#deps.controllerEvent(item, atUs);
        continue;
      }
      const misfit = this.#playOne(item, atUs);
      if (misfit !== null) this.#deps.activity.refused(item.sender, item.address, misfit, sent(item));
    }
  }

  #playOne(item: ControlItem, atUs: number): Misfit | (() => Misfit) | null {
    const entry = this.#deps.stages.directory.find(item.address);
    if (entry !== null) return this.#playAt(entry, item, atUs);
    if (isOscPattern(item.address)) return this.#playPattern(item, atUs);
    return () => this.#deps.stages.directory.unknown(item.address);
  }

  /** Every parameter it matches is played, or refuses for itself. */
  #playPattern(item: ControlItem, atUs: number): Misfit | null {
    const { address, sender } = item;
    const pattern = readOscPattern(address);
    const details = { address: shortened(address) };
    if (pattern === null) {
      return new Misfit(
        'E_ADDRESS_UNKNOWN',
        `${details.address} is no OSC pattern: a bracket or brace is left open or holds another, or it is over ${MAX_PATTERN} characters`,
        details,
      );
    }
    const entries = this.#deps.stages.directory.listed().filter((entry) => pattern.matches(entry.address));
    if (entries.length === 0)
      return new Misfit('E_ADDRESS_UNKNOWN', `No parameter has an address like ${details.address}`, details);
    for (const entry of entries) {
      const misfit = this.#playAt(entry, item, atUs);
      if (misfit !== null) this.#deps.activity.refused(sender, entry.address, misfit, sent(item));
    }
    return null;
  }

  #playAt(entry: Entry, item: ControlItem, atUs: number): Misfit | null {
    const read: PlayedValue | Misfit = readArguments(entry, item.args);
    if (read instanceof Misfit) return read;
    const sender: Sender = { id: item.sender, strictness: 'coerce' };
    const value = read.isPress ? true : entry.fit(read.value, 'coerce');
    if (value instanceof Misfit) return value;
    // A pad that is let go, or one that is held, means nothing more. Judged now: by its time it may be down again.
    if (isTrigger(entry) && !read.isPress && !entry.isPress(value === true, item.sender)) return null;
    const launches = this.#deps.quantize() !== 'none' && isLaunch(entry);
    const when = this.#when(read.at, launches, sender, atUs);
    if (when instanceof Misfit) return when;
    if (when === null) {
      const { ramp } = read;
      if (isTrigger(entry))
        this.#deps.witness({ kind: 'press', entry }, item.sender, atUs, () => entry.fire(item.sender, atUs));
      else
        this.#deps.witness({ kind: 'set', entry, value, ramp }, item.sender, atUs, () =>
          write(entry, value, sender, ramp, atUs),
        );
      this.#deps.activity.applied(item.sender, entry.address, value);
      return null;
    }
    if (this.schedule.room() === 0) return scheduleFull();
    const { address } = entry;
    const ramp = read.ramp === null ? {} : { ramp: read.ramp };
    const command: Command = isTrigger(entry)
      ? { kind: 'trigger', address }
      : { kind: 'set', address, value, ...ramp };
    this.#wait(when, command, address, value, sender, read.at === undefined);
    return null;
  }

  #judge(command: Command, sender: Sender, nowUs: number): Ready | Misfit {
    const plan = this.#planner.plan(command, sender);
    if (plan instanceof Misfit) return plan;
    const when = this.#when(plan.at, plan.isLaunch, sender, nowUs);
    return when instanceof Misfit ? when : { command, plan, when };
  }

  /** What a command waits for; null for nothing. */
  #when(at: At | undefined, launches: boolean, { strictness }: Sender, nowUs: number): When | Misfit | null {
    if (at !== undefined || !launches || strictness === 'reject') return this.schedule.when(at, nowUs);
    const grid = this.#deps.quantize();
    return grid === 'none' ? null : this.schedule.when(grid, nowUs);
  }

  #wait(
    when: When,
    command: Command,
    address: string,
    value: JsonValue,
    sender: Sender,
    byQuantize: boolean,
  ): string {
    this.#deps.activity.scheduled(sender.id, address, value, when.dueUs);
    return this.schedule.add(when, command, address, sender, byQuantize);
  }

  /**
   * Does a command now, as of an instant. Answers why it cannot be: the graph may be another one by now, so a command that was
   * good may have nothing to act on.
   */
  perform(command: Command, sender: Sender, dueUs: number): Misfit | null {
    const plan = this.#planner.plan(command, sender);
    if (plan instanceof Misfit) {
      this.#deps.activity.refused(sender.id, addressed(command), plan, wanted(command));
      return plan;
    }
    this.#run(plan, sender, dueUs);
    return null;
  }

  #run(plan: Plan, sender: Sender, atUs: number): void {
    this.#deps.witness(plan.deed, sender.id, atUs, () => plan.run(atUs));
    this.#deps.activity.applied(sender.id, plan.address, plan.value);
  }

  #refuse(misfit: Misfit, address: string, sender: Sender, value: JsonValue): ErrorReport {
    this.#deps.activity.refused(sender.id, address, misfit, value);
    return misfit.report;
  }

  #refuseAll(
    commands: readonly Command[],
    judged: readonly (Ready | Misfit)[],
    full: Misfit | null,
    sender: Sender,
  ): CommandResult[] {
    const bystander =
      full ??
      new Misfit('E_COMMAND_BATCH', 'Not applied, as another command of the same batch was rejected', null);
    if (full !== null) this.#deps.activity.refused(sender.id, '', full);
    return commands.map((command, index) => {
      const misfit = judged[index];
      const address = addressed(command);
      const error =
        misfit instanceof Misfit ? this.#refuse(misfit, address, sender, wanted(command)) : bystander.report;
      return { result: 'rejected', address, error };
    });
  }
}

/** What came with an address, as a person would say it: one value as itself. */
function sent({ args }: ControlItem): JsonValue {
  return args.length === 1 ? (args[0] ?? null) : [...args];
}

function wanted(command: Command): JsonValue {
  if (command.kind === 'set') return command.value;
  return command.kind === 'prompt' ? command.prompts : null;
}
