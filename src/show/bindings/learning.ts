import type { Binding, LearnRequest, LearnState, NewBinding } from '../../contract/binding.ts';
import { newBindingSchema } from '../../contract/binding.ts';
import type { Clock } from '../../contract/clock.ts';
import type { ControlSource } from '../../contract/control-event.ts';
import { failure, reportOf } from '../../contract/error.ts';
import type { Entry } from '../entry.ts';
import type { Timers } from '../timers.ts';
import { LearnEar, type Heard } from './learn-ear.ts';

export interface LearningDeps {
  readonly clock: Clock;
  readonly wallClock: () => number;
  readonly timers: Timers;
  readonly log: (line: string) => void;
  find(address: string): Entry | null;
  /** Other bindings of a control that would play in the same bank. */
  taken(binding: NewBinding): readonly Binding[];
  /** Makes the binding; those of `instead` go. Throws coded errors. */
  bind(binding: NewBinding, instead: readonly Binding[]): Binding;
}

type Listener = (state: LearnState) => void;

interface Under {
  readonly request: LearnRequest;
  readonly endsAt: number;
  readonly ear: LearnEar;
  /** What waits for an answer. */
  asked: { readonly binding: NewBinding; readonly taken: readonly Binding[] } | null;
}

/** Binds the next control that moves. Whatever ends it early leaves nothing behind. */
export class Learning {
  readonly #deps: LearningDeps;
  readonly #listeners = new Set<Listener>();
  #under: Under | null = null;
  #state: LearnState = { state: 'idle' };
  #cancelEnd: () => void = () => undefined;
  #cancelVerdict: (() => void) | null = null;

  constructor(deps: LearningDeps) {
    this.#deps = deps;
  }

  get state(): LearnState {
    return this.#state;
  }

  get isListening(): boolean {
    return this.#under !== null && this.#under.asked === null;
  }

  listen(listener: Listener): () => void {
    const own: Listener = (state) => {
      listener(state);
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  start(request: LearnRequest): LearnState {
    this.#end();
    const { timers, wallClock } = this.#deps;
    const ms = request.seconds * 1e3;
    const under = {
      request,
      endsAt: wallClock() + ms,
      ear: new LearnEar(this.#wantsPress(request)),
      asked: null,
    };
    this.#under = under;
    this.#cancelEnd = timers(ms, () => {
      this.#end();
      this.#tell({ state: 'timed-out', target: request.target });
    });
    return this.#tellListening(under);
  }

  hear(source: ControlSource, raw: number, atUs: number): void {
    const under = this.#under;
    if (under === null || under.asked !== null) return;
    const { ear } = under;
    const before = ear.last;
    ear.hear(source, raw, atUs);
    if (ear.last !== before && !sameSource(ear.last, before)) this.#tellListening(under);
    const { dueUs } = ear;
    if (dueUs === null || this.#cancelVerdict !== null) return;
    this.#cancelVerdict = this.#deps.timers(Math.ceil(Math.max(0, dueUs - atUs) / 1e3), () => {
      this.#cancelVerdict = null;
      const heard = ear.verdict();
      if (heard !== null && this.#under === under) this.#understood(under, heard);
    });
  }

  answer(answer: 'replace' | 'add'): LearnState {
    const asked = this.#under?.asked ?? null;
    if (asked === null) throw failure('E_BINDING_LEARN', 'Nothing was asked that this would answer');
    return this.#bind(asked.binding, answer === 'replace' ? asked.taken : []);
  }

  cancel(): LearnState {
    const under = this.#under;
    if (under === null) return this.#state;
    this.#end();
    return this.#tell({ state: 'cancelled', target: under.request.target });
  }

  close(): void {
    this.#end();
    this.#listeners.clear();
  }

  #understood(under: Under, heard: Heard): void {
    const { request, endsAt } = under;
    const binding = newBindingSchema.parse({
      source: heard.source,
      target: request.target,
      bank: request.bank,
      ...this.#manner(request, heard),
    });
    const taken = this.#deps.taken(binding);
    if (taken.length > 0 && request.taken === 'ask') {
      under.asked = { binding, taken };
      this.#tell({ state: 'asking', target: request.target, endsAt, source: heard.source, taken });
      return;
    }
    this.#bind(binding, request.taken === 'replace' ? taken : []);
  }

  /** How the control that moved plays the target, unless the request says so. */
  #manner(request: LearnRequest, { source, gesture }: Heard): Partial<NewBinding> {
    const wanted = request.mode === undefined ? {} : { mode: request.mode };
    switch (gesture.kind) {
      case 'fader':
        return { mode: 'absolute', ...wanted };
      case 'encoder':
        return { mode: 'relative', encoding: gesture.encoding, ...wanted };
      case 'press': {
        const isNumbered = source.kind === 'program' && gesture.only === null;
        return { mode: isNumbered ? 'absolute' : this.#pressMode(request), only: gesture.only, ...wanted };
      }
    }
  }

  #pressMode({ target }: LearnRequest): NewBinding['mode'] {
    if (target.kind === 'commands') return 'trigger';
    switch (this.#deps.find(target.address)?.spec.type) {
      case 'trigger':
        return 'trigger';
      case 'enum':
        return 'step';
      case 'number':
      case 'integer':
      case 'color':
        return 'momentary';
      default:
        return 'toggle';
    }
  }

  #wantsPress({ target }: LearnRequest): boolean {
    if (target.kind === 'commands') return true;
    const type = this.#deps.find(target.address)?.spec.type;
    return type === 'trigger' || type === 'boolean';
  }

  #bind(binding: NewBinding, instead: readonly Binding[]): LearnState {
    this.#end();
    try {
      return this.#tell({ state: 'bound', binding: this.#deps.bind(binding, instead), replaced: instead });
    } catch (error) {
      return this.#tell({ state: 'failed', target: binding.target, error: reportOf(error) });
    }
  }

  #end(): void {
    this.#cancelEnd();
    this.#cancelVerdict?.();
    this.#cancelEnd = () => undefined;
    this.#cancelVerdict = null;
    this.#under = null;
  }

  #tellListening({ request, endsAt, ear }: Under): LearnState {
    return this.#tell({ state: 'listening', target: request.target, endsAt, heard: ear.last });
  }

  #tell(state: LearnState): LearnState {
    this.#state = state;
    for (const listener of this.#listeners) {
      try {
        listener(state);
      } catch (error) {
        this.#deps.log(`A listener of learning failed: ${String(error)}`);
      }
    }
    return state;
  }
}

function sameSource(a: ControlSource | null, b: ControlSource | null): boolean {
  return (
    a !== null &&
    b !== null &&
    a.protocol === b.protocol &&
    a.device === b.device &&
    a.kind === b.kind &&
    a.channel === b.channel &&
    a.number === b.number
  );
}
