import type { At, Command, Sender, Strictness } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import type { Bindings } from './bindings/bindings.ts';
import { unknownAddress } from './directory.ts';
import { isTrigger, type Entry, type Ramp } from './entry.ts';
import { isLaunch } from './launch.ts';
import { Misfit } from './misfit.ts';
import type { Modulations } from './modulation/modulations.ts';
import { presetUnknown } from './presets/preset-entry.ts';
import type { Presets } from './presets/presets.ts';
import type { Schedule } from './schedule.ts';
import type { StageSet } from './stage-set.ts';
import type { Deed } from './witness.ts';

/** Finding what was probably meant takes about a tenth of a millisecond; of one request, only so many are told. */
const suggestionsPerRequest = 8;

/** A command that was found good: what is left to do cannot fail. */
export interface Plan {
  readonly address: string;
  readonly value: JsonValue;
  readonly at: At | undefined;
  /** One of those that performers start on the grid of /tempo/quantize. */
  readonly isLaunch: boolean;
  readonly deed: Deed;
  run(atUs: number): void;
}

export interface PlannerDeps {
  readonly stages: StageSet;
  readonly modulations: Modulations;
  readonly presets: Pick<Presets, 'find' | 'recall'>;
  readonly bindings: Pick<Bindings, 'learn' | 'cancelLearn'>;
  /** Any node of the graph can be reloaded. */
  hasNode(node: string): boolean;
  reload(node: string): void;
}

/** Judges commands: what each would do, or why it cannot be. Changes nothing. */
export class Planner {
  readonly #deps: PlannerDeps;
  readonly #schedule: Pick<Schedule, 'has' | 'cancel'>;
  #suggestionsLeft = suggestionsPerRequest;

  constructor(deps: PlannerDeps, schedule: Pick<Schedule, 'has' | 'cancel'>) {
    this.#deps = deps;
    this.#schedule = schedule;
  }

  /** Another request: suggestions are made again. */
  begin(): void {
    this.#suggestionsLeft = suggestionsPerRequest;
  }

  plan(command: Command, sender: Sender): Plan | Misfit {
    switch (command.kind) {
      case 'set':
        return this.planSet(command.address, command.value, command.ramp ?? null, command.at, sender);
      case 'trigger':
        return this.#planTrigger(command.address, command.at, sender);
      case 'prompt':
        return this.#planPrompt(command, sender);
      case 'preset':
        return this.#planPreset(command, sender);
      case 'reload':
        return this.#planReload(command);
      case 'modulate':
        return this.#planModulate(command, sender);
      case 'cancel':
        return this.#planCancel(command, sender);
      case 'learn':
        return this.#planLearn(command);
    }
  }

  planSet(
    address: string,
    value: JsonValue,
    ramp: Ramp | null,
    at: At | undefined,
    sender: Sender,
  ): Plan | Misfit {
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
      isLaunch: isLaunch(entry),
      deed: isTrigger(entry) ? { kind: 'press', entry } : { kind: 'set', entry, value: fitted, ramp },
      run: (atUs) => write(entry, fitted, sender, ramp, atUs),
    };
  }

  #planTrigger(address: string, at: At | undefined, sender: Sender): Plan | Misfit {
    const entry = this.#deps.stages.directory.find(address);
    if (entry === null) return this.#unknown(address);
    if (!isTrigger(entry))
      return new Misfit('E_VALUE_TYPE', `${entry.address} is no trigger; set its value instead`, { address });
    return {
      address: entry.address,
      value: true,
      at,
      isLaunch: isLaunch(entry),
      deed: { kind: 'press', entry },
      run: (atUs) => entry.fire(sender.id, atUs),
    };
  }

  #planPrompt(command: Extract<Command, { kind: 'prompt' }>, sender: Sender): Plan | Misfit {
    const { node, prompts, interpolation, transition } = command;
    const { stages } = this.#deps;
    if (node !== null && !this.#deps.hasNode(node)) return unknownNode(node);
    const scope = stages.scope(node);
    if (scope === null)
      return new Misfit('E_PROMPT_INVALID', `Node "${node ?? ''}" has no prompts`, { node });
    const value = prompts.map((entry) => ({ text: entry.text, weight: entry.weight }));
    return {
      address: scope.address('prompts'),
      value,
      at: command.at,
      isLaunch: true,
      deed: { kind: 'command', command },
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
      isLaunch: true,
      deed: { kind: 'command', command },
      run: (atUs) => presets.recall(found, morph ?? {}, { sender: sender.id, atUs }),
    };
  }

  #planReload(command: Extract<Command, { kind: 'reload' }>): Plan | Misfit {
    const { node } = command;
    if (!this.#deps.hasNode(node)) return unknownNode(node);
    const run = (): void => this.#deps.reload(node);
    const deed: Deed = { kind: 'command', command };
    return { address: `/${node}`, value: null, at: undefined, isLaunch: false, deed, run };
  }

  #planModulate(command: Extract<Command, { kind: 'modulate' }>, sender: Sender): Plan | Misfit {
    const entry = this.#deps.stages.directory.find(command.address);
    if (entry === null) return this.#unknown(command.address);
    const { modulations } = this.#deps;
    const { modulation, at } = command;
    const misfit = modulation === null ? null : modulations.refusal(entry);
    if (misfit !== null) return misfit;
    return {
      address: `${entry.address}/lfo`,
      value: modulation,
      at,
      isLaunch: false,
      deed: { kind: 'command', command },
      run: (atUs) => modulations.put(entry.address, modulation, sender.id, atUs),
    };
  }

  #planCancel(command: Extract<Command, { kind: 'cancel' }>, sender: Sender): Plan | Misfit {
    const { id } = command;
    if (id !== null && !this.#schedule.has(id))
      return new Misfit('E_SCHEDULE_UNKNOWN', `No command "${id}" is waiting`, { id });
    const run = (): void => this.#schedule.cancel(id, sender);
    const deed: Deed = { kind: 'command', command };
    return { address: '/tempo/cancel', value: id, at: undefined, isLaunch: false, deed, run };
  }

  #planLearn(command: Extract<Command, { kind: 'learn' }>): Plan | Misfit {
    const { address, mode, seconds = 20 } = command;
    const { bindings, stages } = this.#deps;
    const entry = address === null ? null : stages.directory.find(address);
    if (address !== null && entry === null) return this.#unknown(address);
    const deed: Deed = { kind: 'command', command };
    const run = (): void => {
      if (entry === null) return void bindings.cancelLearn();
      const target = { kind: 'address', address: entry.address } as const;
      bindings.learn({ target, bank: null, seconds, taken: 'ask', ...(mode === undefined ? {} : { mode }) });
    };
    const plain = { value: null, at: undefined, isLaunch: false };
    return { address: entry?.address ?? '', ...plain, deed, run };
  }

  #unknown(address: string): Misfit {
    this.#suggestionsLeft -= 1;
    return this.#suggestionsLeft < 0
      ? unknownAddress(address, null)
      : this.#deps.stages.directory.unknown(address);
  }
}

/** Where a command that was not found good would have gone. */
export function addressed(command: Command): string {
  switch (command.kind) {
    case 'set':
    case 'trigger':
      return command.address;
    case 'prompt':
      return command.node === null ? '/prompts' : `/${command.node}/prompts`;
    case 'preset':
      return '/preset';
    case 'reload':
      return `/${command.node}`;
    case 'modulate':
      return `${command.address}/lfo`;
    case 'cancel':
      return '/tempo/cancel';
    case 'learn':
      return command.address ?? '';
  }
}

function unknownNode(node: string): Misfit {
  return new Misfit('E_GRAPH_UNKNOWN_NODE', `The graph has no node "${node}"`, { node });
}

export function write(
  entry: Entry,
  value: JsonValue,
  sender: { readonly id: string; readonly strictness: Strictness },
  ramp: Ramp | null,
  atUs: number,
): void {
  if (!isTrigger(entry) || sender.strictness === 'reject')
    entry.apply(value, { sender: sender.id, atUs, ramp });
  else if (entry.isPress(value === true, sender.id)) entry.fire(sender.id, atUs);
}
