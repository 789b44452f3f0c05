import { graphOrder, type Graph, type StageNode } from '../contract/graph.ts';
import type { JsonValue } from '../contract/json.ts';
import type { PipelineDescriptor } from '../contract/pipeline.ts';
import { Directory, type Below } from './directory.ts';
import type { Entry, Signals } from './entry.ts';
import { PromptDesk } from './prompt-desk.ts';
import { PromptScope } from './prompt-scope.ts';
import type { NodePrompts } from './show-file.ts';
import { Stage } from './stage.ts';
import type { TempoClock } from './tempo.ts';

type Stages = ReadonlyMap<string, Stage>;

interface Memory {
  readonly left: ReadonlyMap<string, Readonly<Record<string, JsonValue>>>;
  readonly leftPrompts: ReadonlyMap<string, NodePrompts>;
  readonly unclaimed: ReadonlyMap<string, JsonValue>;
}

const remembered = 64;

/**
 * The stages of the present graph with their values and prompts. A new graph is first planned, then played beside the old one
 * while the engine changes over, then alone; or the old one goes on as if nothing had been asked.
 */
export class StageSet {
  readonly house: PromptScope;
  readonly #tempo: TempoClock;
  readonly #signals: Signals;
  readonly #globals: readonly Entry[];
  readonly #below: Below;
  readonly #pipeline: (id: string) => PipelineDescriptor | null;
  #stages: Stages = new Map();
  #directory: Directory;
  /** Values of stages that left, by node and pipeline, for when they come back. */
  readonly #left = new Map<string, Readonly<Record<string, JsonValue>>>();
  readonly #leftPrompts = new Map<string, NodePrompts>();
  /** Values from the show file that no parameter has taken yet, by address. */
  readonly #unclaimed = new Map<string, JsonValue>();

  constructor(
    tempo: TempoClock,
    signals: Signals,
    globals: readonly Entry[],
    below: Below,
    pipeline: (id: string) => PipelineDescriptor | null,
  ) {
    this.#tempo = tempo;
    this.#signals = signals;
    this.#globals = globals;
    this.#below = below;
    this.#pipeline = pipeline;
    this.house = new PromptScope(null, new PromptDesk(tempo), signals, () => scopesOf(this.#stages));
    this.#directory = this.#directoryOf(this.#stages);
  }

  get directory(): Directory {
    return this.#directory;
  }

  get(node: string): Stage | null {
    return this.#stages.get(node) ?? null;
  }

  get all(): Stages {
    return this.#stages;
  }

  /** Prompts of a node, or of the whole show; null where there are none. */
  scope(node: string | null): PromptScope | null {
    return node === null ? this.house : (this.get(node)?.prompts ?? null);
  }

  /** Stages that have prompts. */
  scopes(): PromptScope[] {
    return scopesOf(this.#stages);
  }

  /** What the file kept, to be taken by the stages of the next plan. */
  adopt(values: Readonly<Record<string, JsonValue>>, prompts: Readonly<Record<string, NodePrompts>>): void {
    for (const [address, value] of Object.entries(values)) this.#unclaimed.set(address, value);
    for (const [node, kept] of Object.entries(prompts)) this.#leftPrompts.set(node, kept);
  }

  /** Forgets all values, for a show that starts over. */
  clear(): void {
    this.#stages = new Map();
    this.#left.clear();
    this.#unclaimed.clear();
    this.#leftPrompts.clear();
    this.#directory = this.#directoryOf(this.#stages);
  }

  /**
   * Makes way for another show: `adopt` fills the empty set and answers its stages, which play beside the old ones until either
   * is called. Only how often buttons fired goes over into it.
   */
  changeShow(adopt: () => Stages): { commit(): void; undo(): void } {
    const before = this.#stages;
    const memory = this.#memory();
    const house = { kept: this.house.kept(), setBy: this.house.promptsSetBy };
    this.clear();
    const next = adopt();
    for (const [id, stage] of next) {
      const same = before.get(id);
      if (same?.pipeline === stage.pipeline) stage.countOn(same);
    }
    this.#install(before);
    const back = this.beside(next);
    return {
      commit: () => {
        const fresh = this.#memory();
        this.change(next, before);
        // What the old show left behind is none of the new one's.
        this.#remember({ ...fresh, unclaimed: new Map(this.#unclaimed) });
        for (const entry of this.house.listed()) this.#signals.changed(entry);
        this.#tellChanges(before, next);
      },
      undo: () => {
        back();
        this.#remember(memory);
        this.house.restore(house.kept, house.setBy);
      },
    };
  }

  unclaimed(): Record<string, JsonValue> {
    return Object.fromEntries(this.#unclaimed);
  }

  keptPrompts(node: string): NodePrompts | null {
    return this.#leftPrompts.get(node) ?? null;
  }

  /** The stages of a graph, in its order; those that stay as they are are the same objects. */
  plan(graph: Graph, atUs: number): Stages {
    const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    const planned = new Map<string, Stage>();
    for (const id of graphOrder(graph)) {
      const node = nodes.get(id);
      if (node?.type !== 'stage') continue;
      const present = this.#stages.get(id);
      const stage = present?.pipeline === node.pipeline ? present : this.#make(node, present ?? null, atUs);
      if (stage !== null) planned.set(id, stage);
    }
    return planned;
  }

  /** Plays the new stages, and until the engine has changed over those that leave; the answer takes it back. */
  beside(next: Stages): () => void {
    const before = this.#stages;
    this.#install(new Map([...next, ...Array.from(before).filter(([id]) => !next.has(id))]));
    return () => {
      this.#install(before);
    };
  }

  /** The new stages alone. `before` are those that played until now. */
  change(next: Stages, before: Stages): void {
    for (const [id, stage] of before) if (next.get(id) !== stage) this.#retire(stage, next.get(id) ?? null);
    this.#install(next);
    for (const [id, stage] of next) {
      if (before.get(id) === stage) continue;
      for (const key of Object.keys(stage.byHand())) this.#unclaimed.delete(`/${id}/${key}`);
      for (const entry of [...stage.entries(), ...(stage.prompts?.listed() ?? [])])
        this.#signals.changed(entry);
    }
    // What a file kept for a node that was taken out is of no use any more.
    for (const address of this.#unclaimed.keys())
      if (!next.has(address.split('/')[1] ?? '')) this.#unclaimed.delete(address);
  }

  // Runners that stay hear of a mode and of load values that are others now.
  #tellChanges(before: Stages, next: Stages): void {
    for (const [id, stage] of next) {
      const old = before.get(id);
      if (old?.pipeline !== stage.pipeline) continue;
      if (old.mode.requested !== stage.mode.requested) this.#signals.modeChanged(id);
      if (JSON.stringify(old.loadValues(0)) !== JSON.stringify(stage.loadValues(0)))
        this.#signals.loadChanged(id);
    }
  }

  #memory(): Memory {
    return {
      left: new Map(this.#left),
      leftPrompts: new Map(this.#leftPrompts),
      unclaimed: new Map(this.#unclaimed),
    };
  }

  #remember({ left, leftPrompts, unclaimed }: Memory): void {
    refill(this.#left, left);
    refill(this.#leftPrompts, leftPrompts);
    refill(this.#unclaimed, unclaimed);
  }

  #make(node: StageNode, present: Stage | null, atUs: number): Stage | null {
    const descriptor = this.#pipeline(node.pipeline);
    if (descriptor === null) return null;
    const prompts = descriptor.supports.prompts ? (present?.prompts ?? this.#scopeFor(node.id)) : null;
    const stage = new Stage(node, descriptor, prompts, this.#signals);
    stage.restore(this.#unclaimedOf(node.id), 'show', 'coerce');
    stage.restore(this.#left.get(memoryKey(node.id, node.pipeline)) ?? {}, 'show', 'reject');
    if (present !== null) stage.carry(present, atUs);
    return stage;
  }

  #scopeFor(node: string): PromptScope {
    const scope = new PromptScope(node, new PromptDesk(this.#tempo), this.#signals);
    const kept = this.#leftPrompts.get(node);
    if (kept === undefined) scope.copy(this.house.desk);
    else scope.restore(kept, 'show');
    return scope;
  }

  #unclaimedOf(node: string): Record<string, JsonValue> {
    const prefix = `/${node}/`;
    const own = Array.from(this.#unclaimed).filter(([address]) => address.startsWith(prefix));
    return Object.fromEntries(own.map(([address, value]) => [address.slice(prefix.length), value]));
  }

  #retire(stage: Stage, successor: Stage | null): void {
    stage.retire(this.#signals);
    remember(this.#left, memoryKey(stage.node, stage.pipeline), stage.byHand());
    if (stage.prompts === null || successor?.prompts === stage.prompts) return;
    stage.prompts.retire();
    remember(this.#leftPrompts, stage.node, stage.prompts.kept());
  }

  #install(stages: Stages): void {
    this.#stages = stages;
    this.#directory = this.#directoryOf(stages);
  }

  #directoryOf(stages: Stages): Directory {
    const scopes = scopesOf(stages).map((scope) => [scope.node, scope] as const);
    return new Directory(
      this.#globals,
      [...stages.values()],
      new Map<string | null, PromptScope>([[null, this.house], ...scopes]),
      this.#below,
    );
  }
}

function refill<T>(map: Map<string, T>, entries: ReadonlyMap<string, T>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

function scopesOf(stages: Stages): PromptScope[] {
  return Array.from(stages.values()).flatMap((stage) => (stage.prompts === null ? [] : [stage.prompts]));
}

function memoryKey(node: string, pipeline: string): string {
  return `${node} ${pipeline}`;
}

function remember<T>(memory: Map<string, T>, key: string, value: T): void {
  memory.delete(key);
  memory.set(key, value);
  const oldest = memory.keys().next();
  if (memory.size > remembered && oldest.done !== true) memory.delete(oldest.value);
}
