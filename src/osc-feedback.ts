import { z } from 'zod';
import type { ParameterState, ValueChange } from './contract/command.ts';
import type { EngineEvent, NodeStatus } from './contract/engine-api.ts';
import {
  MAX_PLACES,
  NumberRuns,
  type FeedbackValues,
  type FeedbackWish,
  type ToldValue,
} from './contract/feedback.ts';
import type { JsonObject } from './contract/json.ts';
import type { ParameterType } from './contract/parameter.ts';
import type { ShowApi } from './contract/show-api.ts';

const wishSchema: z.ZodType<FeedbackWish> = z.object({ changes: z.boolean(), all: z.boolean() });

export interface OscFeedbackDeps {
  readonly show: Pick<ShowApi, 'parameters' | 'parameter' | 'subscribe'>;
  readonly nodes: () => readonly NodeStatus[];
  /** Says something to the OSC adapter, without waiting. */
  readonly tell: (method: string, params: JsonObject) => void;
}

/** The daemon's end of OSC feedback: tells the adapter what changes, as long as some controller follows. */
export class OscFeedback {
  readonly #deps: OscFeedbackDeps;
  readonly #types = new Map<string, ParameterType>();
  /** Where each number stands in the list of all values that the adapter was told last. */
  readonly #places = new Map<string, number>();
  readonly #numbers = new NumberRuns();
  /** How each node was when it was last told. */
  readonly #told = new Map<string, string>();
  #unsubscribe: (() => void) | null = null;

  constructor(deps: OscFeedbackDeps) {
    this.#deps = deps;
  }

  hear(event: EngineEvent): void {
    if (event.type === 'node-event' && event.node === 'osc' && event.name === 'feedback')
      this.#wished(wishSchema.safeParse(event.data).data ?? { changes: false, all: false });
    else if (this.#unsubscribe === null) return;
    else if (event.type === 'graph') this.#tellAll('everybody');
    else if (event.type === 'status') this.#tellStatus(event.node);
  }

  #wished({ changes, all }: FeedbackWish): void {
    if (!changes) {
      this.#unsubscribe?.();
      this.#unsubscribe = null;
      this.#types.clear();
      this.#places.clear();
      this.#told.clear();
    } else this.#unsubscribe ??= this.#deps.show.subscribe((changed) => this.#tell(changed));
    if (all) this.#tellAll('asked');
  }

  #tell(changes: readonly ValueChange[]): void {
    const others: ToldValue[] = [];
    for (const change of changes) {
      const { address, value, setBy } = change;
      const place = typeof value === 'number' ? this.#places.get(address) : undefined;
      if (place === undefined || typeof value !== 'number') others.push(...this.#valueOf(change));
      else this.#numbers.add(place, value, setBy);
    }
    const numbers = this.#numbers.take();
    if (numbers.runs.length > 0) this.#deps.tell('numbers', numbers);
    this.#send({ all: null, values: others });
  }

  #tellAll(all: 'asked' | 'everybody'): void {
    const parameters = this.#deps.show.parameters();
    this.#types.clear();
    this.#places.clear();
    parameters.forEach(({ address, type }, place) => {
      this.#types.set(address, type);
      if (type === 'number' && place < MAX_PLACES) this.#places.set(address, place);
    });
    if (all === 'everybody') this.#told.clear();
    const nodes = this.#deps.nodes().map(statusOf);
    this.#send({ all, values: [...parameters.map(toldOf), ...nodes] });
  }

  #tellStatus(node: NodeStatus): void {
    const value = statusOf(node);
    const said = JSON.stringify(value);
    if (this.#told.get(node.id) === said) return;
    this.#told.set(node.id, said);
    this.#send({ all: null, values: [value] });
  }

  #valueOf({ address, value, setBy }: ValueChange): ToldValue[] {
    const type = this.#types.get(address) ?? this.#deps.show.parameter(address)?.type;
    if (type === undefined) return [];
    this.#types.set(address, type);
    return [[address, type, value, setBy]];
  }

  #send({ all, values }: FeedbackValues): void {
    if (values.length > 0) this.#deps.tell('values', { all, values });
  }
}

function toldOf({ address, type, value, setBy }: ParameterState): ToldValue {
  return [address, type, value, setBy];
}

/** State, code and message of a node, as REST and the page show them. */
function statusOf({ id, status }: NodeStatus): ToldValue {
  return [`/${id}/status`, 'list', [status.state, status.code ?? '', status.message], null];
}
