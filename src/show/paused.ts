import type { JsonValue } from '../contract/json.ts';
import { ownSpec, type Signals } from './entry.ts';
import { OwnEntry } from './own-entry.ts';
import type { ShowPart } from './part.ts';

const spec = ownSpec('paused', 'boolean', false, 'Outputs hold their picture', { label: 'Paused', order: 8 });

/** `/paused`: all outputs hold their frame and keep ticking. Never saved: a show does not start paused. */
export class Paused implements ShowPart {
  readonly entries: readonly OwnEntry[];
  now = false;
  readonly #signals: Pick<Signals, 'changed' | 'pausedChanged'>;

  constructor(signals: Pick<Signals, 'changed' | 'pausedChanged'>) {
    this.#signals = signals;
    this.entries = [new OwnEntry(spec, this, signals)];
  }

  read(): boolean {
    return this.now;
  }

  write(value: JsonValue): void {
    const before = this.now;
    this.now = value === true;
    if (this.now !== before) this.#signals.pausedChanged();
  }

  kept(): Record<string, never> {
    return {};
  }

  /** What holds its picture goes on holding it while another show is opened. */
  restore(): void {
    // Nothing of it is in the file.
  }
}
