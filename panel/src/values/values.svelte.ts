import type { ParameterState, ValueChange } from '../../../src/contract/command.ts';
import type { JsonValue } from '../../../src/contract/json.ts';
import type { Connection } from '../daemon/connection.ts';
import { refusalOf } from '../daemon/messages.ts';
import type { Control } from './control.ts';
import { Hand } from './hand.ts';
import { Outgoing } from './outgoing.ts';

/** How long after a hand's last move others may move the value again. */
const HAND_LEAVES_MS = 400;

/** One parameter of the daemon. What needs a reload waits here until it is confirmed; everything else plays as it moves. */
export class Parameter implements Control {
  readonly address: string;
  spec = $state.raw<ParameterState>() as ParameterState;
  refusal = $state<string | null>(null);
  #shown = $state.raw<JsonValue>(null);
  #draft = $state.raw<{ readonly value: JsonValue } | null>(null);
  #hand: Hand;
  #letGo = 0;
  readonly #values: Values;

  constructor(state: ParameterState, values: Values) {
    this.address = state.address;
    this.spec = state;
    this.#values = values;
    this.#hand = new Hand(state.value);
    this.#shown = state.value;
  }

  get value(): JsonValue {
    return this.#draft === null ? this.#shown : this.#draft.value;
  }

  /** What plays, a draft aside. */
  get playing(): JsonValue {
    return this.#shown;
  }

  get waits(): boolean {
    return this.#draft !== null;
  }

  set(value: JsonValue): void {
    if (this.spec.ui.load) {
      this.refusal = null;
      this.#draft = same(value, this.#shown) ? null : { value };
      return;
    }
    this.#move(value);
  }

  /** Plays the draft. */
  confirm(): void {
    const draft = this.#draft;
    this.#draft = null;
    if (draft !== null) this.#move(draft.value);
  }

  discard(): void {
    this.#draft = null;
  }

  hold(): void {
    clearTimeout(this.#letGo);
    this.#hand.hold();
  }

  letGo(): void {
    clearTimeout(this.#letGo);
    this.#letGo = window.setTimeout(() => {
      this.#hand.letGo();
      this.#shown = this.#hand.shown;
    }, HAND_LEAVES_MS);
  }

  fire(): void {
    this.#values.fire(this);
  }

  heard(value: JsonValue): void {
    this.#hand.heard(value);
    this.#shown = this.#hand.shown;
  }

  answered(value: JsonValue | undefined, refusal: string | null): void {
    this.refusal = refusal;
    this.#hand.answered(value);
    this.#shown = this.#hand.shown;
  }

  renew(state: ParameterState): void {
    this.spec = state;
    this.#hand.restart(state.value);
    this.#shown = this.#hand.shown;
  }

  #move(value: JsonValue): void {
    this.#shown = value;
    // Of several moves within a picture one is sent and one answer comes.
    if (this.#values.send(this.address, value)) this.#hand.moved(value);
    else this.#hand.replaced(value);
  }
}

/** The parameters as the daemon last told them, and the way to move them. */
export class Values {
  all = $state.raw<readonly Parameter[]>([]);
  /** Addresses whose value moved since `countMovesAnew`, by whatever hand. */
  moved = $state.raw<readonly string[]>([]);
  #movesCountFrom = 0;
  readonly #connection: Connection;
  readonly #outgoing: Outgoing;
  #byAddress = new Map<string, Parameter>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#outgoing = new Outgoing(
      (run) => requestAnimationFrame(run),
      (values) => void this.#send(values),
    );
  }

  get(address: string): Parameter | null {
    return this.all.find((parameter) => parameter.address === address) ?? null;
  }

  /** Everything anew. A parameter that is still the same keeps its widget, and the hand on it. */
  replace(states: readonly ParameterState[]): void {
    const kept = states.map((state) => {
      const known = this.#byAddress.get(state.address);
      if (known?.spec.type !== state.type) return new Parameter(state, this);
      known.renew(state);
      return known;
    });
    this.#byAddress = new Map(kept.map((parameter) => [parameter.address, parameter]));
    this.all = kept;
  }

  hear(changes: readonly ValueChange[]): void {
    for (const { address, value } of changes) {
      this.#byAddress.get(address)?.heard(value);
      this.#noteMove(address);
    }
  }

  /** What moves within so many milliseconds is still on its way from what was before. */
  countMovesAnew(settlesMs: number): void {
    this.moved = [];
    this.#movesCountFrom = performance.now() + settlesMs;
  }

  #noteMove(address: string): void {
    if (performance.now() < this.#movesCountFrom || this.moved.includes(address)) return;
    this.moved = [...this.moved, address];
  }

  /** True where this is the first value of the address in the message that goes out next. */
  send(address: string, value: JsonValue): boolean {
    this.#noteMove(address);
    return this.#outgoing.put(address, value);
  }

  fire(parameter: Parameter): void {
    const { address } = parameter;
    void this.#connection
      .ask({ type: 'command', commands: [{ kind: 'trigger', address }] })
      .then((answer) => {
        parameter.refusal = refusalOf(answer);
      });
  }

  async #send(values: Readonly<Record<string, JsonValue>>): Promise<void> {
    const answer = await this.#connection.ask({ type: 'set', values });
    const applied = new Map<string, JsonValue>();
    const refused = new Map<string, string>();
    if (answer.type === 'ack' && answer.of === 'set') {
      for (const entry of answer.applied) applied.set(entry.address, entry.value);
      for (const entry of answer.rejected) refused.set(entry.address, entry.error.message);
    }
    for (const address of Object.keys(values)) {
      const reason = refused.get(address) ?? (answer.type === 'error' ? refusalOf(answer) : null);
      this.#byAddress.get(address)?.answered(applied.get(address), reason);
    }
  }
}

const same = (a: JsonValue, b: JsonValue): boolean => JSON.stringify(a) === JSON.stringify(b);
