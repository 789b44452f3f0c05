import type { MidiKind } from './event.ts';
import { controller as names } from './message.ts';

/** Parameters whose values are remembered, so that increments have something to start from. */
const MAX_REMEMBERED = 64;
const NULL_PARAMETER = 0x3fff;

export type EmitControl = (kind: MidiKind, number: number, value: number) => void;

/**
 * The controllers of one channel: what several of them say together. A controller is always told for itself as well, because
 * nobody but its owner knows whether knob 38 is a knob or the low half of something.
 *
 * A pair (1 and 33, …) counts as 14 bits from when the low half once followed the high half directly; the high half alone sets
 * the low one to 0, as the specification says. Parameters take data in either half, too; a device that sends only the coarse
 * one is right at once, and one that sends both is right when it has sent both.
 */
export class Controllers {
  readonly #coarse = new Int16Array(32).fill(-1);
  readonly #isPair = new Uint8Array(32);
  #before = -1;
  #parameter: 'nrpn' | 'rpn' = 'nrpn';
  #parameterCoarse = -1;
  #parameterFine = -1;
  readonly #values = new Map<number, number>();
  #bankCoarse = -1;
  #bankFine = -1;

  /** The bank that was selected, 0..16383; null where none was. */
  get bank(): number | null {
    return this.#bankCoarse === -1 && this.#bankFine === -1
      ? null
      : (Math.max(0, this.#bankCoarse) << 7) | Math.max(0, this.#bankFine);
  }

  change(number: number, value: number, emit: EmitControl): void {
    emit('cc', number, value);
    if (number < 64) this.#pair(number, value, emit);
    switch (number) {
      case names.bankCoarse:
        this.#bankCoarse = value;
        break;
      case names.bankFine:
        this.#bankFine = value;
        break;
      case names.nrpnCoarse:
        this.#select('nrpn', value, null);
        break;
      case names.nrpnFine:
        this.#select('nrpn', null, value);
        break;
      case names.rpnCoarse:
        this.#select('rpn', value, null);
        break;
      case names.rpnFine:
        this.#select('rpn', null, value);
        break;
      case names.dataCoarse:
        this.#enter(() => value << 7, emit);
        break;
      case names.dataFine:
        this.#enter((present) => (present & 0x3f80) | value, emit);
        break;
      case names.increment:
        this.#enter((present) => Math.min(0x3fff, present + 1), emit);
        break;
      case names.decrement:
        this.#enter((present) => Math.max(0, present - 1), emit);
        break;
    }
    this.#before = number;
  }

  #pair(number: number, value: number, emit: EmitControl): void {
    const coarse = number & 31;
    const isData = coarse === names.dataCoarse && this.#selected !== null;
    if (number < 32) this.#coarse[coarse] = value;
    else if (this.#before === coarse) this.#isPair[coarse] = 1;
    if (this.#isPair[coarse] !== 1 || isData) return;
    emit('cc14', coarse, ((this.#coarse[coarse] ?? 0) << 7) | (number < 32 ? 0 : value));
  }

  /** The two halves of a number may come in either order; those of the other kind of parameter do not count. */
  #select(kind: 'nrpn' | 'rpn', coarse: number | null, fine: number | null): void {
    if (this.#parameter !== kind) this.#parameterCoarse = this.#parameterFine = -1;
    this.#parameter = kind;
    if (coarse !== null) this.#parameterCoarse = coarse;
    if (fine !== null) this.#parameterFine = fine;
  }

  /** Null where none is, or where the null parameter was selected, as senders do so that later data does no harm. */
  get #selected(): number | null {
    if (this.#parameterCoarse === -1 || this.#parameterFine === -1) return null;
    const number = (this.#parameterCoarse << 7) | this.#parameterFine;
    return number === NULL_PARAMETER ? null : number;
  }

  #enter(next: (present: number) => number, emit: EmitControl): void {
    const number = this.#selected;
    if (number === null) return;
    const key = this.#parameter === 'rpn' ? -1 - number : number;
    const value = next(this.#values.get(key) ?? 0);
    // Deleted first, so that the one that moved longest ago is forgotten first.
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > MAX_REMEMBERED) {
      for (const oldest of this.#values.keys()) {
        this.#values.delete(oldest);
        break;
      }
    }
    emit(this.#parameter, number, value);
  }
}
