import type { Mode, RequestedMode } from '../contract/call.ts';
import type { Strictness } from '../contract/command.ts';
import type { StageNode } from '../contract/graph.ts';
import type { JsonValue } from '../contract/json.ts';
import { stageKeys } from '../contract/address.ts';
import type { ParameterSpec } from '../contract/parameter.ts';
import type { PipelineDescriptor } from '../contract/pipeline.ts';
import type { Entry, Signals, Write } from './entry.ts';
import { ownSpec } from './entry.ts';
import { fit } from './fit.ts';
import { Misfit } from './misfit.ts';
import { ParameterEntry, TriggerEntry, type StageSide } from './parameter-entry.ts';
import type { PromptScope } from './prompt-scope.ts';
import { ruleOf, rulesOf, type Rule } from './rule.ts';

export type StageValues = Readonly<Record<string, JsonValue>>;

/** A stage as the show sees it: the values of its pipeline's parameters, its mode and its prompts. */
export class Stage implements StageSide {
  readonly node: string;
  readonly pipeline: string;
  readonly parameters: readonly ParameterEntry[];
  readonly triggers: readonly TriggerEntry[];
  readonly mode: ModeEntry;
  /** Null where the pipeline has no prompts. */
  readonly prompts: PromptScope | null;
  readonly #descriptor: PipelineDescriptor;
  readonly #gliding = new Set<ParameterEntry>();
  #resolved: Mode;
  #values: StageValues | null = null;
  #counts: Readonly<Record<string, number>> | null = null;
  /** Values of the pipeline that plays on until this one is warm; its runner is still sampled under the same node id. */
  #carried: StageValues = {};

  constructor(
    node: StageNode,
    descriptor: PipelineDescriptor,
    prompts: PromptScope | null,
    signals: Signals,
  ) {
    this.node = node.id;
    this.pipeline = node.pipeline;
    this.#descriptor = descriptor;
    this.prompts = prompts;
    const taken: readonly string[] = stageKeys;
    const rules = rulesOf(descriptor.schema).filter((rule) => !taken.includes(rule.spec.key));
    this.parameters = rules
      .filter((rule) => rule.spec.type !== 'trigger')
      .map((rule) => new ParameterEntry(rule, this, signals));
    this.triggers = rules
      .filter((rule) => rule.spec.type === 'trigger')
      .map((rule) => new TriggerEntry(rule, this, signals));
    this.mode = new ModeEntry(node.id, Object.keys(descriptor.modes).filter(isMode), signals);
    this.#resolved = defaultMode(descriptor);
  }

  /** The mode its values are for: the engine's word in `auto`, else what was asked for. */
  get resolved(): Mode {
    return this.#resolved;
  }

  /** The engine switched modes: parameters that nobody set take the new mode's defaults. */
  resolve(mode: Mode): void {
    if (mode === this.#resolved) return;
    const before = this.parameters.map((entry) => this.initial(entry.rule.spec));
    this.#resolved = mode;
    this.invalidate();
    for (const [index, entry] of this.parameters.entries()) entry.followMode(before[index] ?? null);
  }

  initial(spec: ParameterSpec): JsonValue {
    return this.#descriptor.modes[this.#resolved]?.values?.[spec.key] ?? spec.default;
  }

  /** Values by bare key. The same object until one of them changes; never written to afterwards. */
  values(atUs: number): StageValues {
    if (this.#values !== null && this.#gliding.size === 0) return this.#values;
    const values: Record<string, JsonValue> = { ...this.#carried };
    for (const entry of this.parameters) values[entry.rule.spec.key] = entry.read(atUs);
    this.#values = values;
    return values;
  }

  loadValues(atUs: number): Record<string, JsonValue> {
    const values: Record<string, JsonValue> = {};
    for (const entry of this.parameters)
      if (entry.rule.spec.ui.load) values[entry.rule.spec.key] = entry.read(atUs);
    return values;
  }

  /** Load parameters take the values that play, without another load. */
  putBack(playing: StageValues, atUs: number): void {
    for (const entry of this.parameters) {
      const value = playing[entry.rule.spec.key];
      if (entry.rule.spec.ui.load && value !== undefined) entry.putBack(value, atUs);
    }
  }

  counts(): Readonly<Record<string, number>> {
    this.#counts ??= Object.fromEntries(this.triggers.map((entry) => [entry.spec.key, entry.count]));
    return this.#counts;
  }

  entries(): Entry[] {
    return [...this.parameters, ...this.triggers, this.mode];
  }

  /** What was set by hand, mode included, by bare key. */
  byHand(): Record<string, JsonValue> {
    const kept: Record<string, JsonValue> = {};
    for (const entry of this.parameters) if (entry.byHand !== null) kept[entry.rule.spec.key] = entry.byHand;
    if (this.mode.byHand !== null) kept['mode'] = this.mode.byHand;
    return kept;
  }

  /** Takes back kept values where they fit; answers the keys that it could not use. */
  restore(kept: StageValues, setBy: string, strictness: Strictness): string[] {
    return Object.entries(kept)
      .filter(([key, value]) => {
        const entry = key === 'mode' ? this.mode : this.parameters.find((each) => each.rule.spec.key === key);
        return entry === undefined || !entry.restore(value, setBy, strictness);
      })
      .map(([key]) => key);
  }

  /** Takes over from a stage of the same id whose pipeline was changed. */
  carry(before: Stage, atUs: number): void {
    this.restore(before.byHand(), 'show', 'reject');
    this.#carried = Object.fromEntries(
      before.parameters.map((entry) => [entry.rule.spec.key, entry.read(atUs)]),
    );
    this.countOn(before);
  }

  /** Buttons go on counting where the stage before was: runners act on the difference. */
  countOn(before: Stage): void {
    for (const entry of this.triggers) entry.count = before.counts()[entry.spec.key] ?? 0;
  }

  invalidate(): void {
    this.#values = null;
    this.#counts = null;
  }

  glideStarted(entry: ParameterEntry): void {
    this.#gliding.add(entry);
  }

  glideEnded(entry: ParameterEntry): void {
    this.#gliding.delete(entry);
    this.#values = null;
  }

  /** It left the graph: nothing of it glides on. */
  retire(signals: Signals): void {
    for (const entry of this.#gliding) signals.glides.stop(entry);
    this.#gliding.clear();
  }
}

/** `/node/mode`. */
class ModeEntry implements Entry {
  readonly address: string;
  readonly node: string;
  readonly spec: ParameterSpec;
  readonly canRamp = false;
  setBy: string | null = null;
  byHand: JsonValue = null;
  readonly #rule: Rule;
  readonly #signals: Signals;

  constructor(node: string, modes: readonly Mode[], signals: Signals) {
    this.node = node;
    this.address = `/${node}/mode`;
    const only = modes.length === 1 ? modes[0] : undefined;
    this.spec = ownSpec(
      'mode',
      'enum',
      only ?? 'auto',
      'Made from the prompt alone, from the video input, or from video while an input is live',
      {
        label: 'Mode',
        order: -1,
        choices: only === undefined ? ['text', 'video', 'auto'] : [only],
      },
    );
    this.#rule = ruleOf(this.spec);
    this.#signals = signals;
  }

  get requested(): RequestedMode {
    const value = this.byHand ?? this.spec.default;
    return value === 'text' || value === 'video' ? value : 'auto';
  }

  fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit {
    return value === null ? null : fit(this.#rule, this.address, value, strictness);
  }

  apply(value: JsonValue, write: Write): void {
    const before = this.requested;
    if (this.byHand === value && this.setBy === write.sender) return;
    this.byHand = value;
    this.setBy = value === null ? null : write.sender;
    this.#signals.touched();
    this.#signals.changed(this);
    if (this.requested !== before) this.#signals.modeChanged(this.node);
  }

  restore(value: JsonValue, setBy: string, strictness: Strictness): boolean {
    const fitted = this.fit(value, strictness);
    if (fitted instanceof Misfit || fitted === null) return false;
    this.byHand = fitted;
    this.setBy = setBy;
    return true;
  }

  read(): JsonValue {
    return this.requested;
  }
}

function isMode(key: string): key is Mode {
  return key === 'text' || key === 'video';
}

function defaultMode(descriptor: PipelineDescriptor): Mode {
  const modes = Object.keys(descriptor.modes).filter(isMode);
  return modes.find((mode) => descriptor.modes[mode]?.default === true) ?? modes[0] ?? 'video';
}
