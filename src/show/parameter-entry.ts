import type { Strictness } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import type { ParameterSpec } from '../contract/parameter.ts';
import { fit } from './fit.ts';
import { glideAt, glideEnded, shown, startGlide, type Glide } from './glide.ts';
import type { Glider } from './glides.ts';
import type { Entry, Ramp, Signals, Trigger, Write } from './entry.ts';
import { Misfit } from './misfit.ts';
import { fitPress, Presses } from './presses.ts';
import type { Rule } from './rule.ts';

/** What a stage is told by its parameters. */
export interface StageSide {
  readonly node: string;
  /** The value a parameter has in the present mode while nobody has set it. */
  initial(spec: ParameterSpec): JsonValue;
  invalidate(): void;
  glideStarted(entry: ParameterEntry): void;
  glideEnded(entry: ParameterEntry): void;
}

/** One parameter of a stage's pipeline. */
export class ParameterEntry implements Entry, Glider {
  readonly address: string;
  readonly node: string;
  readonly canRamp: boolean;
  readonly rule: Rule;
  setBy: string | null = null;
  /** Null while nobody has set it, so that it follows the defaults of the mode. */
  #byHand: JsonValue = null;
  #glide: Glide | null = null;
  readonly #stage: StageSide;
  readonly #signals: Signals;

  constructor(rule: Rule, stage: StageSide, signals: Signals) {
    this.rule = rule;
    this.node = stage.node;
    this.address = `/${stage.node}/${rule.spec.key}`;
    this.canRamp = !rule.spec.ui.load;
    this.#stage = stage;
    this.#signals = signals;
  }

  get spec(): ParameterSpec {
    const { spec } = this.rule;
    const initial = this.#stage.initial(spec);
    return initial === spec.default ? spec : { ...spec, default: initial };
  }

  /** The value set by hand, the target of a glide included; null where none is. What the show file keeps. */
  get byHand(): JsonValue {
    return this.#byHand;
  }

  /** `null` takes the value back to its default, as if nobody had ever set it. */
  fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit {
    return value === null ? null : fit(this.rule, this.address, value, strictness);
  }

  apply(value: JsonValue, write: Write): void {
    const sameSender = this.setBy === write.sender;
    if (sameSender && this.#glide === null && write.ramp === null && value !== null && this.#byHand === value)
      return;
    const present = this.#present(write.atUs);
    this.#stopGlide();
    this.#byHand = value;
    this.setBy = value === null ? null : write.sender;
    // Back to the default glides as well.
    if (write.ramp !== null && write.ramp.duration > 0)
      this.#startGlide(present, value ?? this.#stage.initial(this.rule.spec), write.ramp, write.atUs);
    this.#stage.invalidate();
    this.#signals.touched();
    this.#signals.changed(this);
    if (this.rule.spec.ui.load && this.read(write.atUs) !== present) this.#signals.loadChanged(this.node);
  }

  read(atUs: number): JsonValue {
    return shown(this.rule.spec.type, this.#present(atUs));
  }

  /** What it would read if it were set to a value that fits. */
  readAs(value: JsonValue): JsonValue {
    return shown(this.rule.spec.type, value ?? this.#stage.initial(this.rule.spec));
  }

  settle(atUs: number): boolean {
    if (this.#glide === null) return true;
    if (!glideEnded(this.#glide, atUs)) return false;
    this.#glide = null;
    this.#stage.glideEnded(this);
    return true;
  }

  moved(): void {
    this.#signals.changed(this);
  }

  /** The mode's defaults changed. */
  followMode(before: JsonValue): void {
    if (this.#byHand !== null || before === this.#stage.initial(this.rule.spec)) return;
    this.#signals.changed(this);
    if (this.rule.spec.ui.load) this.#signals.loadChanged(this.node);
  }

  /** Takes a value kept from before; false where it does not fit any more. */
  restore(value: JsonValue, setBy: string | null, strictness: Strictness): boolean {
    const fitted = this.fit(value, strictness);
    if (fitted instanceof Misfit || fitted === null) return false;
    this.#byHand = fitted;
    this.setBy = setBy;
    this.#stage.invalidate();
    return true;
  }

  /** The value that plays after all; asks for no load. Equal to the default, it counts as never set. */
  putBack(value: JsonValue, atUs: number): void {
    if (JSON.stringify(this.read(atUs)) === JSON.stringify(value)) return;
    const isDefault = JSON.stringify(value) === JSON.stringify(this.#stage.initial(this.rule.spec));
    this.#byHand = isDefault ? null : value;
    this.setBy = null;
    this.#stage.invalidate();
    this.#signals.touched();
    this.#signals.changed(this);
  }

  #present(atUs: number): JsonValue {
    if (this.#glide !== null) return glideAt(this.rule.spec.type, this.#glide, atUs);
    return this.#byHand ?? this.#stage.initial(this.rule.spec);
  }

  #startGlide(from: JsonValue, to: JsonValue, ramp: Ramp, atUs: number): void {
    this.#glide = startGlide(from, to, ramp, atUs, this.#signals.tempo);
    this.#stage.glideStarted(this);
    this.#signals.glides.start(this);
  }

  #stopGlide(): void {
    if (this.#glide === null) return;
    this.#glide = null;
    this.#stage.glideEnded(this);
    this.#signals.glides.stop(this);
  }
}

/** A button of a stage's pipeline. Its value is how often it fired since the show started. */
export class TriggerEntry implements Trigger {
  readonly address: string;
  readonly node: string;
  readonly spec: ParameterSpec;
  readonly canRamp = false;
  readonly isTrigger = true;
  setBy: string | null = null;
  count = 0;
  readonly #presses = new Presses();
  readonly #stage: StageSide;
  readonly #signals: Signals;

  constructor(rule: Rule, stage: StageSide, signals: Signals) {
    this.spec = rule.spec;
    this.node = stage.node;
    this.address = `/${stage.node}/${rule.spec.key}`;
    this.#stage = stage;
    this.#signals = signals;
  }

  fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit {
    return fitPress(this.address, value, strictness);
  }

  /** A value of `true` presses the button: every time from REST and WebSocket. */
  apply(value: JsonValue, write: Write): void {
    if (value === true) this.fire(write.sender);
  }

  isPress(down: boolean, sender: string): boolean {
    return this.#presses.isNew(down, sender);
  }

  fire(sender: string): void {
    this.count += 1;
    this.setBy = sender;
    this.#stage.invalidate();
    this.#signals.changed(this);
  }

  read(): JsonValue {
    return this.count;
  }
}
