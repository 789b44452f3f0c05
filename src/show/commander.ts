import type { Clock } from '../contract/clock.ts';
import type { Command, CommandResult, Sender, SetResult, Strictness } from '../contract/command.ts';
import type { ErrorReport } from '../contract/error.ts';
import type { JsonValue } from '../contract/json.ts';
import type { ControlItem } from '../contract/protocol.ts';
import { isOscPattern, MAX_PATTERN, readOscPattern } from '../protocols/osc/pattern.ts';
import type { Activity } from './activity.ts';
import { shortened, unknownAddress } from './directory.ts';
import { isTrigger, type Entry, type Ramp } from './entry.ts';
import { Misfit } from './misfit.ts';
import { readArguments } from './play-arguments.ts';
import { presetUnknown } from './presets/preset-entry.ts';
import type { Presets } from './presets/presets.ts';
import { pendingLimit, Scheduler } from './scheduler.ts';
import type { StageSet } from './stage-set.ts';
import { gridBeats, type TempoClock } from './tempo.ts';
import type { Timers } from './timers.ts';

/** Beyond a day, a time is a mistake: nothing takes a command back that waits. */
const longestWaitUs = 86_400e6;

/** Finding what was probably meant takes about a tenth of a millisecond; of one request, only so many are told. */
const suggestionsPerRequest = 8;

type At = Command extends infer C ? (C extends { at?: infer A } ? A : never) : never;

/** A command that was found good: what is left to do cannot fail. */
interface Plan {
  readonly address: string;
  readonly value: JsonValue;
  readonly at: At;
  run(atUs: number): void;
}

interface Deps {
  readonly stages: StageSet;
  readonly tempo: TempoClock;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly activity: Activity;
  /** Any node of the graph can be reloaded. */
  hasNode(node: string): boolean;
  reload(node: string): void;
  readonly presets: Pick<Presets, 'find' | 'recall'>;
}

/** The one verb layer: whatever a protocol wants changed comes through here. */
export class Commander {
  readonly #deps: Deps;
  readonly #scheduler: Scheduler<{ readonly command: Command; readonly sender: Sender }>;
  #suggestionsLeft = suggestionsPerRequest;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#scheduler = new Scheduler(deps.clock, deps.timers, ({ command, sender }, dueUs) => {
      // The graph may be another one by now, so a command that was good may have nothing to act on.
      const plan = this.#plan(command, sender);
      if (plan instanceof Misfit) return deps.activity.refused(sender.id, addressed(command), plan);
      plan.run(dueUs);
      deps.activity.applied(sender.id, plan.address, plan.value);
    });
  }

  runDue(atUs: number): void {
    this.#scheduler.runDue(atUs);
  }

  close(): void {
    this.#scheduler.close();
  }

  set(values: Readonly<Record<string, JsonValue>>, sender: Sender): SetResult {
    const applied: { address: string; value: JsonValue }[] = [];
    const rejected: { address: string; error: ErrorReport }[] = [];
    const atUs = this.#deps.clock();
    this.#suggestionsLeft = suggestionsPerRequest;
    for (const [address, value] of Object.entries(values)) {
      const plan = this.#planSet(address, value, null, undefined, sender);
      if (plan instanceof Misfit) {
        rejected.push({ address, error: this.#refuse(plan, address, sender, value) });
        continue;
      }
      plan.run(atUs);
      this.#deps.activity.applied(sender.id, plan.address, plan.value);
      applied.push({ address: plan.address, value: plan.value });
    }
    return { applied, scheduled: [], rejected };
  }

  execute(commands: readonly Command[], sender: Sender): CommandResult[] {
    this.#suggestionsLeft = suggestionsPerRequest;
    const plans = commands.map((command) => this.#plan(command, sender));
    const nowUs = this.#deps.clock();
    const dues = plans.map((plan) => (plan instanceof Misfit ? null : this.#dueUs(plan.at, nowUs)));
    for (const [index, due] of dues.entries())
      if (due !== null && due > nowUs + longestWaitUs) plans[index] = tooFar();
    const waiting = dues.filter((due) => due !== null).length;
    const full = waiting > this.#scheduler.room() ? scheduleFull() : null;
    if (full !== null || plans.some((plan) => plan instanceof Misfit))
      return this.#refuseAll(commands, plans, full, sender);
    return plans.flatMap((plan, index): CommandResult[] => {
      const command = commands[index];
      if (plan instanceof Misfit || command === undefined) return [];
      const dueUs = dues[index] ?? null;
      if (dueUs !== null) {
        this.#deps.activity.scheduled(sender.id, plan.address, plan.value, dueUs);
        return [
          {
            result: 'scheduled',
            address: plan.address,
            id: this.#scheduler.add(dueUs, { command, sender }),
            atUs: dueUs,
          },
        ];
      }
      plan.run(nowUs);
      this.#deps.activity.applied(sender.id, plan.address, plan.value);
      return [{ result: 'applied', address: plan.address, value: plan.value }];
    });
  }

  play(items: readonly ControlItem[]): void {
    const atUs = this.#deps.clock();
    for (const item of items) {
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
    if (isTrigger(entry) && item.args.length === 0) {
      entry.fire(item.sender, atUs);
      this.#deps.activity.applied(item.sender, entry.address, true);
      return null;
    }
    const [only] = item.args;
    if (only !== undefined && item.args.length === 1) {
      const taken = entry.fit(only, 'coerce');
      if (taken instanceof Misfit) return taken;
      write(entry, taken, item.sender, 'coerce', null, atUs);
      this.#deps.activity.applied(item.sender, entry.address, taken);
      return null;
    }
    const read = readArguments(entry, item.args);
    if (read instanceof Misfit) return read;
    const value = entry.fit(read.value, 'coerce');
    if (value instanceof Misfit) return value;
    const dueUs = read.at === null ? null : this.#dueUs(read.at, atUs);
    if (dueUs === null) {
      write(entry, value, item.sender, 'coerce', read.ramp, atUs);
      this.#deps.activity.applied(item.sender, entry.address, value);
      return null;
    }
    if (this.#scheduler.room() === 0) return scheduleFull();
    const ramp = read.ramp === null ? {} : { ramp: read.ramp };
    const command: Command = { kind: 'set', address: entry.address, value, ...ramp };
    this.#scheduler.add(dueUs, { command, sender: { id: item.sender, strictness: 'coerce' } });
    this.#deps.activity.scheduled(item.sender, entry.address, value, dueUs);
    return null;
  }

  #plan(command: Command, sender: Sender): Plan | Misfit {
    switch (command.kind) {
      case 'set':
        return this.#planSet(command.address, command.value, command.ramp ?? null, command.at, sender);
      case 'trigger':
        return this.#planTrigger(command.address, command.at, sender);
      case 'prompt':
        return this.#planPrompt(command, sender);
      case 'preset':
        return this.#planPreset(command, sender);
      case 'reload': {
        const { node } = command;
        if (!this.#deps.hasNode(node))
          return new Misfit('E_GRAPH_UNKNOWN_NODE', `The graph has no node "${node}"`, { node });
        return { address: `/${node}`, value: null, at: undefined, run: () => this.#deps.reload(node) };
      }
    }
  }

  #planSet(address: string, value: JsonValue, ramp: Ramp | null, at: At, sender: Sender): Plan | Misfit {
    const entry = this.#deps.stages.directory.find(address);
    if (entry === null) return this.#unknown(address);
    if (ramp !== null && !entry.canRamp)
      return new Misfit('E_COMMAND_INVALID', `${entry.address} cannot glide; set it without a ramp`, {
        address,
      });
    const fitted = entry.fit(value, sender.strictness);
    if (fitted instanceof Misfit) return fitted;
    return {
      address: entry.address,
      value: fitted,
      at,
      run: (atUs) => write(entry, fitted, sender.id, sender.strictness, ramp, atUs),
    };
  }

  #planTrigger(address: string, at: At, sender: Sender): Plan | Misfit {
    const entry = this.#deps.stages.directory.find(address);
    if (entry === null) return this.#unknown(address);
    if (!isTrigger(entry))
      return new Misfit('E_VALUE_TYPE', `${entry.address} is no trigger; set its value instead`, { address });
    return { address: entry.address, value: true, at, run: (atUs) => entry.fire(sender.id, atUs) };
  }

  #planPrompt(command: Extract<Command, { kind: 'prompt' }>, sender: Sender): Plan | Misfit {
    const { node, prompts, interpolation, transition } = command;
    const { stages } = this.#deps;
    if (node !== null && !this.#deps.hasNode(node))
      return new Misfit('E_GRAPH_UNKNOWN_NODE', `The graph has no node "${node}"`, { node });
    const scope = node === null ? stages.house : (stages.get(node)?.prompts ?? null);
    if (scope === null)
      return new Misfit('E_PROMPT_INVALID', `Node "${node ?? ''}" has no prompts`, { node });
    const value = prompts.map((entry) => ({ text: entry.text, weight: entry.weight }));
    return {
      address: scope.address('prompts'),
      value,
      at: command.at,
      run(atUs) {
        const by = { sender: sender.id, atUs, ramp: null };
        if (interpolation !== undefined) scope.setInterpolation(interpolation, by);
        scope.replace(prompts, transition ?? null, by);
      },
    };
  }

  #planPreset(command: Extract<Command, { kind: 'preset' }>, sender: Sender): Plan | Misfit {
    const { preset, morph, at } = command;
    const { presets } = this.#deps;
    const found = presets.find(preset);
    if (found === null) return presetUnknown(preset);
    return {
      address: '/preset',
      value: found.name,
      at,
      run: (atUs) => presets.recall(found, morph ?? {}, { sender: sender.id, atUs }),
    };
  }

  #unknown(address: string): Misfit {
    this.#suggestionsLeft -= 1;
    return this.#suggestionsLeft < 0
      ? unknownAddress(address, null)
      : this.#deps.stages.directory.unknown(address);
  }

  /** When it is to happen, or null for at once. */
  #dueUs(at: At, nowUs: number): number | null {
    if (at === undefined || at === 'now') return null;
    if (typeof at === 'object') {
      const { tempo } = this.#deps;
      const dueUs =
        'timeUs' in at
          ? at.timeUs
          : 'seconds' in at
            ? nowUs + at.seconds * 1e6
            : nowUs + (at.beats * 60e6) / tempo.at(nowUs).bpm;
      return dueUs > nowUs ? dueUs : null;
    }
    return this.#deps.tempo.nextUs(nowUs, gridBeats[at]);
  }

  #refuse(misfit: Misfit, address: string, sender: Sender, value: JsonValue): ErrorReport {
    this.#deps.activity.refused(sender.id, address, misfit, value);
    return misfit.report;
  }

  #refuseAll(
    commands: readonly Command[],
    plans: readonly (Plan | Misfit)[],
    full: Misfit | null,
    sender: Sender,
  ): CommandResult[] {
    const bystander =
      full ??
      new Misfit('E_COMMAND_BATCH', 'Not applied, as another command of the same batch was rejected', null);
    if (full !== null) this.#deps.activity.refused(sender.id, '', full);
    return commands.map((command, index) => {
      const plan = plans[index];
      const address = addressed(command);
      const error =
        plan instanceof Misfit ? this.#refuse(plan, address, sender, wanted(command)) : bystander.report;
      return { result: 'rejected', address, error };
    });
  }
}

function write(
  entry: Entry,
  value: JsonValue,
  sender: string,
  strictness: Strictness,
  ramp: Ramp | null,
  atUs: number,
): void {
  if (isTrigger(entry) && strictness === 'coerce') entry.press(value === true, sender, atUs);
  else entry.apply(value, { sender, atUs, ramp });
}

/** What came with an address, as a person would say it: one value as itself. */
function sent({ args }: ControlItem): JsonValue {
  return args.length === 1 ? (args[0] ?? null) : [...args];
}

function wanted(command: Command): JsonValue {
  if (command.kind === 'set') return command.value;
  return command.kind === 'prompt' ? command.prompts : null;
}

function tooFar(): Misfit {
  return new Misfit('E_COMMAND_INVALID', 'at: more than a day ahead; times are monotonic microseconds', null);
}

function scheduleFull(): Misfit {
  return new Misfit('E_SCHEDULE_FULL', `${pendingLimit} commands are waiting for their time already`, {
    limit: pendingLimit,
  });
}

function addressed(command: Command): string {
  switch (command.kind) {
    case 'set':
    case 'trigger':
      return command.address;
    case 'prompt':
      return command.node === null ? '/prompts' : `/${command.node}/prompts`;
    case 'reload':
      return `/${command.node}`;
    case 'preset':
      return '/preset';
  }
}
