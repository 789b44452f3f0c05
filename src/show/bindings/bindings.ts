import {
  MOST_BANKS,
  type Binding,
  type BindingApi,
  type BindingMap,
  type BindingReport,
  type ControlOutput,
  type LearnRequest,
  type LearnState,
  type NewBinding,
} from '../../contract/binding.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Command, CommandResult, Sender, ValueChange } from '../../contract/command.ts';
import { eventAddress, readEventAddress } from '../../contract/control-event.ts';
import { failure } from '../../contract/error.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { ControlItem } from '../../contract/protocol.ts';
import { ownSpec, type Entry, type Signals } from '../entry.ts';
import { Misfit } from '../misfit.ts';
import { OwnEntry } from '../own-entry.ts';
import type { ShowPart } from '../part.ts';
import type { ShowFile } from '../show-file.ts';
import type { Timers } from '../timers.ts';
import { changed, named, overlaps, readMap, sameControl, sameTarget } from './binding-list.ts';
import { BoundControl } from './bound-control.ts';
import { ColorHand } from './color-component.ts';
import { Feedback } from './feedback.ts';
import { Learning } from './learning.ts';

export interface BindingsDeps {
  readonly clock: Clock;
  readonly wallClock: () => number;
  readonly timers: Timers;
  readonly log: (line: string) => void;
  readonly signals: Pick<Signals, 'changed' | 'touched'>;
  find(address: string): Entry | null;
  /** The one verb layer. */
  execute(commands: readonly Command[], sender: Sender): readonly CommandResult[];
  refused(sender: string, address: string, misfit: Misfit): void;
  /** An event that nothing is bound to. */
  unbound(sender: string, address: string, raw: number): void;
  /** The feed of changed values; the answer ends it. */
  subscribe(listener: (changes: readonly ValueChange[]) => void): () => void;
}

const bankSpec = ownSpec('bank', 'integer', 1, 'Which bank of bindings the controllers play', {
  label: 'Bank',
  order: 9,
  minimum: 1,
  maximum: MOST_BANKS,
});

/** What controllers play, and what they show of it. */
export class Bindings implements ShowPart, BindingApi {
  readonly entries: readonly Entry[];
  readonly #deps: BindingsDeps;
  readonly #colors = new ColorHand();
  readonly #learning: Learning;
  readonly #feedback: Feedback;
  readonly #bankEntry: OwnEntry;
  readonly #listeners = new Set<() => void>();
  #controls: readonly BoundControl[] = [];
  #bySource: ReadonlyMap<string, readonly BoundControl[]> = new Map();
  #byAddress: ReadonlyMap<string, readonly BoundControl[]> = new Map();
  #bank = 1;
  #unbound = 0;
  #lastUnbound: string | null = null;
  #unfollow: (() => void) | null = null;

  constructor(deps: BindingsDeps) {
    this.#deps = deps;
    this.#bankEntry = new OwnEntry(
      bankSpec,
      { read: () => this.#bank, write: (value) => this.#toBank(value) },
      deps.signals,
    );
    this.entries = [this.#bankEntry];
    this.#feedback = new Feedback({ ...deps, bank: () => this.#bank });
    this.#learning = new Learning({
      ...deps,
      find: (address) => deps.find(address),
      taken: (binding) => this.#taken(binding),
      bind: (binding, instead) => this.#learned(binding, instead),
    });
  }

  /** An event of a controller: `~midi/nanoKONTROL2/cc/1/74` with its raw value. */
  hear({ address, args, sender }: ControlItem, atUs: number): void {
    const [raw] = args;
    if (typeof raw !== 'number') return;
    if (this.#learning.isListening) {
      const source = readEventAddress(address);
      if (source !== null) this.#learning.hear(source, raw, atUs);
    }
    const controls = this.#bySource.get(address);
    if (controls === undefined) {
      this.#unbound += 1;
      this.#lastUnbound = address;
      this.#deps.unbound(sender, address, raw);
      return;
    }
    const by: Sender = { id: sender, strictness: 'coerce' };
    // A control that changes the bank does not play what it has in the next one.
    const bank = this.#bank;
    for (const control of controls) {
      if (control.isActive(bank)) this.#play(control, raw, by, atUs);
      else control.overheard(raw);
    }
  }

  /** Another graph: what was bound may be gone or back. */
  graphChanged(): void {
    this.#colors.forget();
    this.#index();
  }

  kept(): Partial<ShowFile> {
    return { bindings: this.#controls.map(({ binding }) => binding), bank: this.#bank };
  }

  restore(show: ShowFile): void {
    this.#learning.cancel();
    this.#bank = show.bank;
    this.#put(show.bindings.map((binding) => new BoundControl(binding, this.#around())));
  }

  close(): void {
    this.#learning.close();
    this.#feedback.close();
    this.#unfollow?.();
    this.#unfollow = null;
    this.#listeners.clear();
  }

  report(): BindingReport {
    const nowUs = this.#deps.clock();
    return {
      bank: this.#bank,
      bindings: this.#controls.map((control) => control.state(this.#bank, nowUs)),
      learn: this.#learning.state,
      unbound: {
        count: this.#unbound,
        last: this.#lastUnbound === null ? null : readEventAddress(this.#lastUnbound),
      },
    };
  }

  list(): readonly Binding[] {
    return this.#controls.map(({ binding }) => binding);
  }

  add(binding: NewBinding): Binding {
    const [made] = named([binding], this.list());
    if (made === undefined) throw failure('E_BINDING_INVALID', 'There is nothing to bind');
    this.#change([...this.#controls, this.#controlOf(made)]);
    return made;
  }

  change(id: string, fields: Readonly<Record<string, unknown>>): Binding {
    const other = changed(this.#control(id).binding, fields);
    this.#change(
      this.#controls.map((control) => (control.binding.id === id ? this.#controlOf(other) : control)),
    );
    return other;
  }

  remove(id: string): void {
    const gone = this.#control(id);
    this.#change(this.#controls.filter((control) => control !== gone));
  }

  replace(bindings: readonly NewBinding[]): readonly Binding[] {
    const made = named(bindings, []);
    this.#change(made.map((binding) => this.#controlOf(binding)));
    return made;
  }

  load(text: string, how: 'replace' | 'add', device: string | null): readonly Binding[] {
    const bindings = readMap(text, device);
    if (how === 'replace') return this.replace(bindings);
    const stay = this.#controls.filter(
      ({ binding }) => !bindings.some((other) => sameControl(binding, other) && sameTarget(binding, other)),
    );
    const made = named(
      bindings,
      stay.map(({ binding }) => binding),
    );
    this.#change([...stay, ...made.map((binding) => this.#controlOf(binding))]);
    return made;
  }

  map(name: string): BindingMap {
    const bindings = this.#controls.map(({ binding: { id: _id, ...binding } }) => binding);
    return { version: 1, name, page: null, bindings };
  }

  learn(request: LearnRequest): LearnState {
    return this.#learning.start(request);
  }

  answerLearn(answer: 'replace' | 'add'): LearnState {
    return this.#learning.answer(answer);
  }

  cancelLearn(): LearnState {
    return this.#learning.cancel();
  }

  learning(): LearnState {
    return this.#learning.state;
  }

  onLearn(listener: (state: LearnState) => void): () => void {
    return this.#learning.listen(listener);
  }

  onChange(listener: () => void): () => void {
    const own = (): void => {
      listener();
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  onOutput(listener: (outputs: readonly ControlOutput[]) => void): () => void {
    const stop = this.#feedback.listen(listener);
    this.#show();
    return () => {
      stop();
      this.#follow();
    };
  }

  refresh(protocol: string, device: string): void {
    this.#feedback.refresh(protocol, device);
  }

  release(protocol: string, device: string | null): void {
    const atUs = this.#deps.clock();
    for (const control of this.#controls) {
      const { source } = control.binding;
      if (source.protocol !== protocol || (device !== null && source.device !== device)) continue;
      const raw = control.rawToLetGo;
      const by: Sender = { id: `${protocol}:${source.device}`, strictness: 'coerce' };
      if (raw !== null && control.isActive(this.#bank)) this.#play(control, raw, by, atUs);
      control.lost();
    }
  }

  #play(control: BoundControl, raw: number, by: Sender, atUs: number): void {
    const asked = control.hear(raw, atUs);
    if (asked === null) return this.#feedback.moved(control, raw, true);
    if (asked instanceof Misfit) {
      control.settled(undefined, false);
      this.#deps.refused(by.id, control.address ?? '', asked);
      return this.#feedback.moved(control, raw, false);
    }
    const results = this.#deps.execute(asked, by);
    const [first] = results;
    const value = control.entry()?.read(atUs);
    control.settled(value, first?.result !== 'rejected');
    this.#feedback.moved(control, raw, first?.result === 'applied' && isWithin(asked, control.entry()));
  }

  #around(): { find(address: string): Entry | null; colors: ColorHand; clock: Clock } {
    return { find: (address) => this.#deps.find(address), colors: this.#colors, clock: this.#deps.clock };
  }

  #controlOf(binding: Binding): BoundControl {
    return new BoundControl(binding, this.#around());
  }

  #control(id: string): BoundControl {
    const control = this.#controls.find(({ binding }) => binding.id === id);
    if (control === undefined) throw failure('E_BINDING_UNKNOWN', `There is no binding "${id}"`, { id });
    return control;
  }

  #taken(binding: NewBinding): readonly Binding[] {
    return this.list().filter((other) => overlaps(other, binding) && !sameTarget(other, binding));
  }

  #learned(binding: NewBinding, instead: readonly Binding[]): Binding {
    const stay = this.#controls.filter(({ binding: other }) => !instead.includes(other));
    const before = stay.find(
      ({ binding: other }) => sameControl(other, binding) && sameTarget(other, binding),
    );
    const beside = stay.filter((control) => control !== before);
    const made =
      before === undefined ? named([binding], this.list())[0] : { ...binding, id: before.binding.id };
    if (made === undefined) throw failure('E_BINDING_INVALID', 'There is nothing to bind');
    this.#change([...beside, this.#controlOf(made)]);
    return made;
  }

  #change(controls: readonly BoundControl[]): void {
    this.#put(controls);
    this.#deps.signals.touched();
  }

  #put(controls: readonly BoundControl[]): void {
    this.#controls = controls;
    this.#index();
    this.#announce();
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }

  #index(): void {
    this.#bySource = grouped(this.#controls, ({ binding }) => eventAddress(binding.source));
    this.#byAddress = grouped(this.#controls, (control) => control.entry()?.address ?? null);
    this.#show();
  }

  #show(): void {
    this.#feedback.display(this.#controls);
    this.#follow();
  }

  /** Values are followed only while somebody is told of them. */
  #follow(): void {
    const wanted = this.#feedback.isHeard && this.#byAddress.size > 0;
    if (wanted === (this.#unfollow !== null)) return;
    this.#unfollow?.();
    this.#unfollow = wanted ? this.#deps.subscribe((changes) => this.#changed(changes)) : null;
  }

  #changed(changes: readonly ValueChange[]): void {
    for (const { address } of changes)
      for (const control of this.#byAddress.get(address) ?? []) this.#feedback.changed(control);
  }

  #toBank(value: JsonValue): void {
    if (typeof value !== 'number' || value === this.#bank) return;
    this.#bank = value;
    this.#deps.signals.touched();
    this.#show();
    // Other bindings are active now.
    this.#announce();
  }
}

/** Whether the value that was asked for is one that the target has: a clamped one is told to the controller. */
function isWithin(asked: readonly Command[], entry: Entry | null): boolean {
  const [first] = asked;
  if (first?.kind !== 'set' || typeof first.value !== 'number' || entry === null) return true;
  const { minimum, maximum } = entry.spec;
  return first.value >= (minimum ?? -Infinity) && first.value <= (maximum ?? Infinity);
}

function grouped(
  controls: readonly BoundControl[],
  keyOf: (control: BoundControl) => string | null,
): ReadonlyMap<string, readonly BoundControl[]> {
  const groups = new Map<string, BoundControl[]>();
  for (const control of controls) {
    const key = keyOf(control);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [control]);
    else group.push(control);
  }
  return groups;
}
