import type { Strictness } from '../contract/command.ts';
import type { JsonValue } from '../contract/json.ts';
import { ownSpec, type Entry, type Signals, type Write } from './entry.ts';
import { fit } from './fit.ts';
import type { Misfit } from './misfit.ts';
import { ruleOf } from './rule.ts';

/** `/paused`: all outputs hold their frame and keep ticking. Never saved: a show does not start paused. */
export class PausedEntry implements Entry {
  readonly address = '/paused';
  readonly node = null;
  readonly spec = ownSpec('paused', 'boolean', false, 'Outputs hold their picture', {
    label: 'Paused',
    order: 8,
  });
  readonly canRamp = false;
  setBy: string | null = null;
  paused = false;
  readonly #rule = ruleOf(this.spec);
  readonly #signals: Signals;

  constructor(signals: Signals) {
    this.#signals = signals;
  }

  fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit {
    return fit(this.#rule, this.address, value, strictness);
  }

  apply(value: JsonValue, write: Write): void {
    const before = this.paused;
    this.paused = value === true;
    this.setBy = write.sender;
    if (this.paused === before) return;
    this.#signals.changed(this);
    this.#signals.pausedChanged();
  }

  read(): JsonValue {
    return this.paused;
  }
}
