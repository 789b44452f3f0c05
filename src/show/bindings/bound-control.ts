import type { Binding, BindingState } from '../../contract/binding.ts';
import type { Command } from '../../contract/command.ts';
import type { JsonValue } from '../../contract/json.ts';
import { hasPlaces, isTrigger, type Entry } from '../entry.ts';
import { Misfit } from '../misfit.ts';
import type { ColorHand } from './color-component.ts';
import { clicksOf, highestRaw, positionOf } from './raw.ts';
import { scaleOf, type Scale } from './scale.ts';

/** A fader takes hold of a value that it comes this close to. */
const HOLD = 0.02;

/** What a turn of a control asks for; null is nothing. */
export type Asked = readonly Command[] | Misfit | null;

export interface Surroundings {
  find(address: string): Entry | null;
  readonly colors: ColorHand;
  readonly clock: () => number;
}

/** One binding at work: what its control did last, and what a next move of it asks for. */
export class BoundControl {
  readonly binding: Binding;
  played = 0;
  refused = 0;
  readonly #around: Surroundings;
  #entry: Entry | null = null;
  #scale: Scale | null = null;
  #raw: number | null = null;
  #down = false;
  /** The fader holds its value. */
  #held = false;
  /** The value as this control left it; another one is the work of another hand. */
  #left: JsonValue | undefined = undefined;
  /** Turns of an encoder that did not yet make a whole unit. */
  #rest = 0;

  constructor(binding: Binding, around: Surroundings) {
    this.binding = binding;
    this.#around = around;
  }

  /** Of the value whose changes concern it: its target, or what its commands set first. */
  get address(): string | null {
    const { target } = this.binding;
    if (target.kind === 'address') return target.address;
    const [first] = target.commands;
    return first?.kind === 'set' ? first.address : null;
  }

  entry(): Entry | null {
    const { address } = this;
    const entry = address === null ? null : this.#around.find(address);
    if (entry === this.#entry) return entry;
    this.#entry = entry;
    this.#scale =
      entry === null ? null : scaleOf(this.binding, entry, this.#around.colors, this.#around.clock);
    this.#left = undefined;
    this.#rest = 0;
    return entry;
  }

  scale(): Scale | null {
    this.entry();
    return this.#scale;
  }

  /** The control moved while its bank is another one: it plays nothing, but where it stands is known. */
  overheard(raw: number): void {
    this.#down = this.#isDown(raw);
    this.#raw = raw;
    this.#held = false;
  }

  hear(raw: number, atUs: number): Asked {
    const { only, target, mode, source } = this.binding;
    const wasDown = this.#down;
    const wasRaw = this.#raw;
    this.#down = this.#isDown(raw);
    this.#raw = raw;
    if (only !== null && raw !== only) return null;
    const pressed = this.#isPress(raw, wasDown, wasRaw);
    if (target.kind === 'commands') return pressed ? target.commands : null;
    const entry = this.entry();
    if (entry === null) return this.#nothingThere();
    if (isTrigger(entry)) return pressed ? [{ kind: 'trigger', address: entry.address }] : null;
    if (source.kind === 'program' && hasPlaces(entry))
      return [{ kind: 'set', address: entry.address, value: raw }];
    const scale = this.#scale;
    if (scale === null) return unplayable(entry);
    switch (mode) {
      case 'absolute':
        return this.#slide(entry, scale, raw, wasRaw, atUs);
      case 'toggle':
        return pressed ? this.#set(entry, scale, this.#other(entry, scale, atUs)) : null;
      case 'momentary':
        return this.#hold(entry, scale, raw, wasDown);
      case 'trigger':
        return pressed ? this.#set(entry, scale, scale.high) : null;
      case 'step':
        return pressed
          ? this.#set(entry, scale, wrapped(scale, unitNow(entry, scale, atUs) + scale.step))
          : null;
      case 'relative':
        return this.#turn(entry, scale, raw, atUs);
    }
  }

  /** What it asked for was done, or not; `value` is what stands there now. */
  settled(value: JsonValue | undefined, done: boolean): void {
    if (done) this.played += 1;
    else this.refused += 1;
    this.#left = value;
  }

  /** Whether the value is the one this control left: then the hand on it need not be told. */
  leftIt(value: JsonValue): boolean {
    return this.#left !== undefined && same(this.#left, value);
  }

  letGo(): void {
    this.#left = undefined;
  }

  /** The control is gone or new: nobody knows where it stands. */
  lost(): void {
    this.#raw = null;
    this.#down = false;
    this.#held = false;
  }

  /** The raw value by which a key or button that is held would be let go; null where none is. */
  get rawToLetGo(): number | null {
    const { mode, source, invert } = this.binding;
    if (!this.#down || source.kind === 'program') return null;
    if (this.isStruck) return 0;
    return mode === 'momentary' ? (invert ? highestRaw(source.kind) : 0) : null;
  }

  state(bank: number, atUs: number): BindingState {
    const entry = this.entry();
    return {
      ...this.binding,
      address: entry?.address ?? null,
      value: entry?.read(atUs) ?? null,
      active: this.isActive(bank),
      waiting: this.#waiting(atUs),
      played: this.played,
      refused: this.refused,
    };
  }

  isActive(bank: number): boolean {
    return this.binding.bank === null || this.binding.bank === bank;
  }

  /** A key or pad of a keyboard: it is struck and let go. */
  get isStruck(): boolean {
    return this.binding.source.kind === 'note';
  }

  get isButton(): boolean {
    const { mode } = this.binding;
    return mode === 'toggle' || mode === 'momentary' || mode === 'trigger' || this.binding.only !== null;
  }

  #waiting(atUs: number): BindingState['waiting'] {
    const { pickup, mode, source } = this.binding;
    const entry = this.entry();
    if (!pickup || mode !== 'absolute' || this.isStruck || entry === null || this.#scale === null)
      return null;
    if (this.#holds(entry.read(atUs))) return null;
    const control = this.#raw === null ? null : positionOf(source.kind, this.#raw);
    return { control, value: this.#scale.positionOf(entry.read(atUs)) };
  }

  #holds(value: JsonValue): boolean {
    return this.#held && this.leftIt(value);
  }

  #slide(entry: Entry, scale: Scale, raw: number, wasRaw: number | null, atUs: number): Asked {
    const { source, pickup, velocity } = this.binding;
    if (this.isStruck) {
      if (velocity && raw === 0) return null;
      return this.#set(entry, scale, scale.unitAt(velocity ? positionOf(source.kind, raw) : raw > 0 ? 1 : 0));
    }
    const position = positionOf(source.kind, raw);
    if (pickup) {
      const present = entry.read(atUs);
      if (!this.#holds(present)) {
        const value = scale.positionOf(present);
        const before = wasRaw === null ? position : positionOf(source.kind, wasRaw);
        const crossed = (before - value) * (position - value) <= 0 && before !== position;
        this.#held = crossed || Math.abs(position - value) <= HOLD;
        if (!this.#held) return null;
      }
    }
    return this.#set(entry, scale, scale.unitAt(position));
  }

  #hold(entry: Entry, scale: Scale, raw: number, wasDown: boolean): Asked {
    const { velocity, source } = this.binding;
    if (this.#down === wasDown && !(this.isStruck && this.#down)) return null;
    const strength = velocity ? positionOf(source.kind, raw) : 1;
    const { low, high } = scale;
    return this.#set(entry, scale, this.#down ? low + (high - low) * strength : low);
  }

  #turn(entry: Entry, scale: Scale, raw: number, atUs: number): Asked {
    const { encoding, acceleration, invert } = this.binding;
    const clicks = clicksOf(encoding, raw) * (invert ? -1 : 1);
    if (clicks === 0) return null;
    const way = clicks * scale.step * (1 + acceleration * (Math.abs(clicks) - 1));
    const present = unitNow(entry, scale, atUs);
    const wanted = present + way + this.#rest;
    if (scale.around) return this.#set(entry, scale, wanted - Math.floor(wanted));
    const inside = clamped(scale, wanted);
    const unit = scale.whole ? Math.round(inside) : inside;
    this.#rest = scale.whole ? inside - unit : 0;
    return unit === present ? null : this.#set(entry, scale, unit);
  }

  #other(entry: Entry, scale: Scale, atUs: number): number {
    const unit = unitNow(entry, scale, atUs);
    return Math.abs(unit - scale.high) < Math.abs(unit - scale.low) ? scale.low : scale.high;
  }

  #set(entry: Entry, scale: Scale, unit: number): readonly Command[] {
    return [{ kind: 'set', address: entry.address, value: scale.valueOf(unit) }];
  }

  #isDown(raw: number): boolean {
    const { only, source, invert, mode, encoding } = this.binding;
    if (only !== null) return raw === only;
    if (mode === 'relative') return clicksOf(encoding, raw) > 0;
    if (source.kind === 'program') return true;
    const down = this.isStruck ? raw > 0 : raw > highestRaw(source.kind) / 2;
    return down !== invert;
  }

  /**
   * A key that is struck again without having been let go was struck again; so was a button that sends the same number twice,
   * which no fader does. A DMX channel may be sent again and again.
   */
  #isPress(raw: number, wasDown: boolean, wasRaw: number | null): boolean {
    const { source, only, mode } = this.binding;
    if (!this.#down) return false;
    if (this.isStruck || source.kind === 'program' || only !== null || mode === 'relative') return true;
    return !wasDown || (raw === wasRaw && source.protocol === 'midi');
  }

  #nothingThere(): Misfit {
    const { address } = this;
    return new Misfit(
      'E_ADDRESS_UNKNOWN',
      `Nothing is at ${address ?? ''} now, which a control is bound to`,
      {
        address,
        binding: this.binding.id,
      },
    );
  }
}

function unplayable({ address, spec }: Entry): Misfit {
  const message = `${address} is a ${spec.type === 'string' ? 'text' : spec.type}, which no control can play; bind a command that sets it`;
  return new Misfit('E_BINDING_TARGET', message, { address });
}

function unitNow(entry: Entry, scale: Scale, atUs: number): number {
  return scale.unitOf(entry.read(atUs));
}

function clamped({ low, high }: Scale, unit: number): number {
  return Math.min(Math.max(unit, Math.min(low, high)), Math.max(low, high));
}

/** Beyond one end it goes on from the other. */
function wrapped(scale: Scale, unit: number): number {
  const lowest = Math.min(scale.low, scale.high);
  const highest = Math.max(scale.low, scale.high);
  // Sums of steps such as 0.1 miss the end by a rounding, and must not be taken for being beyond it.
  const slack = (highest - lowest) * 1e-9;
  if (unit > highest + slack) return lowest;
  return unit < lowest - slack ? highest : clamped(scale, unit);
}

export function same(a: JsonValue, b: JsonValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return JSON.stringify(a) === JSON.stringify(b);
}
