import type { Clock } from '../../contract/clock.ts';
import type { ControlOutput } from '../../contract/binding.ts';
import { eventAddress, type ControlSource } from '../../contract/control-event.ts';
import { isTrigger } from '../entry.ts';
import type { Timers } from '../timers.ts';
import { same, type BoundControl } from './bound-control.ts';
import { highestRaw, rawAt } from './raw.ts';

type Listener = (outputs: readonly ControlOutput[]) => void;

const periodMs = 1000 / 60;

/** What a controller can be told. Art-Net is only heard. */
const shownKinds = new Set(['note', 'poly', 'cc', 'cc14', 'nrpn', 'rpn', 'pitch', 'pressure', 'program']);

interface Display {
  readonly control: BoundControl;
  readonly at: ControlSource;
  /** What shows the value is what the hand moves: a fader with a motor, a knob with its own ring. */
  readonly isFader: boolean;
  /** What the device shows, or where its fader stands, as far as is known. */
  shown: number | null;
}

export interface FeedbackDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: (line: string) => void;
  readonly bank: () => number;
}

/**
 * Shows controllers what their controls play: LEDs, rings, motor faders. Of several bindings of one control the first that is
 * active has its display. What is said is what the device does not show already: a fader is not told where the hand on it has just
 * put it, but a button is, since many put out their LED as they are let go.
 */
export class Feedback {
  readonly #deps: FeedbackDeps;
  readonly #listeners = new Set<Listener>();
  /** By the event address of what is told. */
  #displays = new Map<string, Display>();
  readonly #of = new Map<BoundControl, Display>();
  readonly #stale = new Set<Display>();
  /** Lamps that nothing lights any more. */
  readonly #orphans = new Map<string, ControlSource>();
  #cancel: (() => void) | null = null;
  #lastUs = -Infinity;

  constructor(deps: FeedbackDeps) {
    this.#deps = deps;
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  listen(listener: Listener): () => void {
    const own: Listener = (outputs) => {
      listener(outputs);
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** These controls have displays now, in this order of precedence; everything they show is gone over. */
  display(controls: Iterable<BoundControl>): void {
    const before = this.#displays;
    this.#displays = new Map();
    this.#of.clear();
    this.#stale.clear();
    for (const control of controls) {
      const at = displayOf(control);
      if (at === null || !control.isActive(this.#deps.bank())) continue;
      const key = eventAddress(at);
      if (this.#displays.has(key)) continue;
      const { mode, source } = control.binding;
      const isFader = mode === 'absolute' && !control.isStruck && at === source;
      const display = { control, at, isFader, shown: before.get(key)?.shown ?? null };
      this.#displays.set(key, display);
      this.#of.set(control, display);
      this.#orphans.delete(key);
      this.changed(control);
    }
    for (const [key, { at, isFader, shown }] of before)
      if (!this.#displays.has(key) && !isFader && shown !== null && shown !== 0) this.#orphans.set(key, at);
    if (this.#orphans.size > 0) this.#arm();
  }

  /** The value of a control's target may be another one. */
  changed(control: BoundControl): void {
    const display = this.#of.get(control);
    if (display === undefined || !this.isHeard) return;
    this.#stale.add(display);
    this.#arm();
  }

  /** The control itself was moved to `raw`; `accepted` is whether the value now stands where it says. */
  moved(control: BoundControl, raw: number, accepted: boolean): void {
    const display = this.#of.get(control);
    if (display === undefined) return;
    if (!accepted) control.letGo();
    if (display.isFader) display.shown = raw;
    else if (display.control.binding.mode !== 'relative') display.shown = null;
    if (!display.isFader || !accepted) this.changed(control);
  }

  /** A device shows nothing of what it should. */
  refresh(protocol: string, device: string): void {
    for (const display of this.#displays.values()) {
      if (display.at.protocol !== protocol || display.at.device !== device) continue;
      display.shown = null;
      display.control.lost();
      this.changed(display.control);
    }
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#listeners.clear();
  }

  #arm(): void {
    if (this.#cancel !== null) return;
    const waitMs = periodMs - (this.#deps.clock() - this.#lastUs) / 1e3;
    this.#cancel = this.#deps.timers(Math.max(0, Math.ceil(waitMs)), () => {
      this.#cancel = null;
      this.#flush();
    });
  }

  #flush(): void {
    const nowUs = this.#deps.clock();
    this.#lastUs = nowUs;
    const outputs = Array.from(this.#orphans.values(), (at): ControlOutput => ({ ...at, value: 0 }));
    this.#orphans.clear();
    for (const display of this.#stale) {
      const value = rawOf(display, nowUs);
      if (value === null || value === display.shown) continue;
      display.shown = value;
      outputs.push({ ...display.at, value });
    }
    this.#stale.clear();
    if (outputs.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(outputs);
      } catch (error) {
        this.#deps.log(`A listener of what controllers show failed: ${String(error)}`);
      }
    }
  }
}

function displayOf({ binding }: BoundControl): ControlSource | null {
  const { source, feedback } = binding;
  if (!feedback.on || source.protocol !== 'midi') return null;
  if (feedback.to !== null) return { protocol: source.protocol, device: source.device, ...feedback.to };
  return shownKinds.has(source.kind) ? source : null;
}

/** Null where the control need not be told, or has nothing to show. */
function rawOf({ control, at, isFader }: Display, nowUs: number): number | null {
  const { feedback, target } = control.binding;
  const highest = highestRaw(at.kind);
  const lit = Math.min(feedback.lit ?? highest, highest);
  const dark = Math.min(feedback.dark ?? 0, highest);
  const entry = control.entry();
  const isButton = control.isButton || target.kind === 'commands';
  if (entry === null || isTrigger(entry)) return isButton ? dark : null;
  const value = entry.read(nowUs);
  if (target.kind === 'commands') {
    const [first] = target.commands;
    return first?.kind === 'set' && same(first.value, value) ? lit : dark;
  }
  const scale = control.scale();
  if (scale === null) return null;
  if (isButton || entry.spec.type === 'boolean') {
    const unit = scale.unitOf(value);
    return Math.abs(unit - scale.high) < Math.abs(unit - scale.low) ? lit : dark;
  }
  if (isFader && control.leftIt(value)) return null;
  control.letGo();
  return rawAt(at.kind, scale.positionOf(value));
}
