import type { Strictness } from '../contract/command.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { ParameterSpec } from '../contract/parameter.ts';
import type { Entry, Signals, Trigger, Write } from './entry.ts';
import { fit } from './fit.ts';
import type { Misfit } from './misfit.ts';
import { fitPress, Presses } from './presses.ts';
import { ruleOf, type Rule } from './rule.ts';

/** Where a value of the show itself lives. */
export interface ValueHome {
  read(atUs: number): JsonValue;
  /** Takes a value that fits the spec. */
  write(value: JsonValue, write: Write): void;
}

/** A value that belongs to the show itself: `/paused`, `/tempo`. What it means is its home's. */
export class OwnEntry implements Entry {
  readonly address: string;
  readonly node = null;
  readonly spec: ParameterSpec;
  readonly canRamp = false;
  setBy: string | null = null;
  readonly #rule: Rule;
  readonly #home: ValueHome;
  readonly #signals: Pick<Signals, 'changed'>;

  /** The spec's key is the address without its first slash; `field` is its JSON Schema, where there is more to say. */
  constructor(
    spec: ParameterSpec,
    home: ValueHome,
    signals: Pick<Signals, 'changed'>,
    field: JsonObject = {},
  ) {
    this.address = `/${spec.key}`;
    this.spec = spec;
    this.#rule = ruleOf(spec, field);
    this.#home = home;
    this.#signals = signals;
  }

  fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit {
    return fit(this.#rule, this.address, value, strictness);
  }

  apply(value: JsonValue, write: Write): void {
    const before = this.#home.read(write.atUs);
    this.#home.write(value, write);
    this.setBy = write.sender;
    if (this.#home.read(write.atUs) !== before) this.moved();
  }

  /** Its home changed by itself: subscribers are told. */
  moved(): void {
    this.#signals.changed(this);
  }

  read(atUs: number): JsonValue {
    return this.#home.read(atUs);
  }
}

/** A button that belongs to the show itself: `/tempo/tap`. Its value is how often it fired since the start. */
export class OwnTrigger implements Trigger {
  readonly address: string;
  readonly node = null;
  readonly spec: ParameterSpec;
  readonly canRamp = false;
  readonly isTrigger = true;
  setBy: string | null = null;
  #count = 0;
  readonly #presses = new Presses();
  readonly #act: (sender: string, atUs: number) => void;
  readonly #signals: Pick<Signals, 'changed'>;

  constructor(
    spec: ParameterSpec,
    act: (sender: string, atUs: number) => void,
    signals: Pick<Signals, 'changed'>,
  ) {
    this.address = `/${spec.key}`;
    this.spec = spec;
    this.#act = act;
    this.#signals = signals;
  }

  fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit {
    return fitPress(this.address, value, strictness);
  }

  apply(value: JsonValue, write: Write): void {
    if (value === true) this.fire(write.sender, write.atUs);
  }

  isPress(down: boolean, sender: string): boolean {
    return this.#presses.isNew(down, sender);
  }

  fire(sender: string, atUs: number): void {
    this.#count += 1;
    this.setBy = sender;
    this.#act(sender, atUs);
    this.#signals.changed(this);
  }

  read(): JsonValue {
    return this.#count;
  }
}
