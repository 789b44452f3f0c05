import type { Sender } from '../../contract/command.ts';
import type { EngineApi, NodeStatus } from '../../contract/engine-api.ts';
import { failure } from '../../contract/error.ts';
import type { CatalogEntry } from '../../contract/hardware.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { PipelineDescriptor } from '../../contract/pipeline.ts';
import type { ShowApi } from '../../contract/show-api.ts';
import { chainOf, withChain, type WantedStage } from './chain.ts';
import { isObject } from './translate.ts';

export interface LoadedPipeline extends WantedStage {
  readonly loadParams: JsonObject;
}

/** The body of a load, in one form. */
export interface Load {
  readonly pipelines: readonly LoadedPipeline[];
  /** Whether one set of parameters was given for all, so that each takes what it has. */
  readonly shared: boolean;
}

export type LoadState = 'not_loaded' | 'loading' | 'loaded' | 'error';

export interface LoadStatus {
  readonly status: LoadState;
  readonly pipeline_id: string | null;
  readonly load_params: JsonObject | null;
  readonly loaded_lora_adapters: readonly never[];
  readonly error: string | null;
  readonly loading_stage: string | null;
  readonly produces_video: boolean;
  readonly produces_audio: boolean;
}

interface LoadDeps {
  readonly engine: EngineApi;
  readonly show: ShowApi;
  readonly catalog: () => readonly CatalogEntry[];
}

/** What a stage was when another pipeline, or other load parameters, were asked of it. */
interface Before {
  readonly pid: number | null;
  readonly faultAt: number | null;
}

/**
 * Scope loads pipelines where Reverie edits the graph of its show. What is asked for and plays already is left alone, because
 * Scope's page loads twice at every start; what differs is warmed while the old one plays on.
 */
export class Loads {
  readonly #deps: LoadDeps;
  /** Stages that were asked to change, until another runner works for them. */
  readonly #changing = new Map<string, Before>();
  /** The client's names for the nodes of its last load. */
  #names: ReadonlyMap<string, string> = new Map();
  #last = '';
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: LoadDeps) {
    this.#deps = deps;
  }

  /** Resolves once the change is under way; `status` then says `loading` until the engine says otherwise. Rejects with a coded error. */
  load(wanted: Load, sender: Sender): Promise<void> {
    const turn = this.#turn.then(() => this.#load(wanted, sender));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** The stage that a client means by a node's name: that of its last load, our own id, or a pipeline's. */
  stageOf(name: string): string | null {
    const stages = this.#deps.show.graph().nodes.filter((node) => node.type === 'stage');
    const named = this.#names.get(name) ?? name;
    return (
      stages.find(({ id }) => id === named)?.id ??
      stages.find(({ pipeline }) => pipeline === name)?.id ??
      null
    );
  }

  status(): LoadStatus {
    const graph = this.#deps.show.graph();
    const chain = chainOf(graph, (id) => this.#usageOf(id));
    const nodes = new Map(this.#deps.engine.status().nodes.map((node) => [node.id, node]));
    const states = (chain?.ids ?? []).map((id) => this.#stateOf(nodes.get(id), id));
    const worst =
      states.find(({ status }) => status === 'loading') ?? states.find(({ status }) => status === 'error');
    const main = graph.nodes.find((node) => node.id === chain?.main);
    return {
      status: chain === null ? 'not_loaded' : (worst?.status ?? 'loaded'),
      pipeline_id: main?.type === 'stage' ? main.pipeline : null,
      load_params: chain === null ? null : this.#loadParams(chain.main),
      loaded_lora_adapters: [],
      error: worst?.status === 'error' ? worst.message : null,
      loading_stage: worst?.status === 'loading' ? worst.message : null,
      produces_video: true,
      produces_audio: false,
    };
  }

  async #load(wanted: Load, sender: Sender): Promise<void> {
    for (const { pipeline } of wanted.pipelines) this.#mustBeThere(pipeline);
    const { show } = this.#deps;
    const before = show.graph();
    const edit = withChain(before, wanted.pipelines, (id) => this.#usageOf(id));
    if (edit.graph !== before) await this.#change(edit.graph, edit.stages, sender);
    else this.#tryAgain(edit.stages);
    const names = wanted.pipelines.flatMap(({ node }, index): [string, string][] => {
      const stage = edit.stages[index];
      return node === null || stage === undefined ? [] : [[node, stage]];
    });
    this.#names = new Map(names);
    const body = JSON.stringify(wanted);
    this.#setParams(wanted, edit.stages, body === this.#last, sender);
    this.#last = body;
  }

  async #change(
    graph: ReturnType<ShowApi['graph']>,
    stages: readonly string[],
    sender: Sender,
  ): Promise<void> {
    const { show } = this.#deps;
    const pipelineOf = (nodes: typeof graph.nodes, id: string): string | null => {
      const node = nodes.find((each) => each.id === id);
      return node?.type === 'stage' ? node.pipeline : null;
    };
    const present = show.graph().nodes;
    const others = stages.filter((id) => pipelineOf(present, id) !== pipelineOf(graph.nodes, id));
    const unchanged = new Map(this.#changing);
    for (const id of others) this.#expectChange(id);
    try {
      await show.setGraph(graph, sender);
    } catch (error) {
      this.#changing.clear();
      for (const [id, waiting] of unchanged) this.#changing.set(id, waiting);
      throw error;
    }
    for (const id of this.#changing.keys()) if (!stages.includes(id)) this.#changing.delete(id);
  }

  /** A load that failed is worth another try when it is asked for again; nobody else would make one. */
  #tryAgain(stages: readonly string[]): void {
    const { engine } = this.#deps;
    for (const node of engine.status().nodes) {
      const failed = this.#changing.has(node.id) && this.#stateOf(node, node.id).status === 'error';
      if (!failed || !stages.includes(node.id)) continue;
      this.#expectChange(node.id);
      // Its failure is in the node's status.
      engine.reload(node.id).catch(() => undefined);
    }
  }

  /** Load parameters by value; the others are live ones, which the second of two equal loads does not take back. */
  #setParams(wanted: Load, stages: readonly string[], again: boolean, sender: Sender): void {
    const { show } = this.#deps;
    const unknown = new Map<string, string>();
    const known = new Set<string>();
    for (const [index, { loadParams }] of wanted.pipelines.entries()) {
      const stage = stages[index] ?? '';
      for (const [key, value] of Object.entries(loadParams)) {
        if (value === null) continue;
        const address = `/${stage}/${key}`;
        const parameter = show.parameter(address);
        if (parameter === null) {
          unknown.set(address, key);
          continue;
        }
        known.add(key);
        if (parameter.type === 'trigger') continue;
        if (JSON.stringify(parameter.value) === JSON.stringify(value)) continue;
        if (!parameter.ui.load && again) continue;
        show.set({ [address]: value }, sender);
        const after = show.parameter(address)?.value ?? null;
        if (parameter.ui.load && JSON.stringify(after) !== JSON.stringify(parameter.value))
          this.#expectChange(stage);
      }
    }
    // What no pipeline has is counted by the show as refused, so that it can be read.
    for (const [address, key] of unknown)
      if (!wanted.shared || !known.has(key)) show.play([{ address, args: [], sender: sender.id }]);
  }

  #expectChange(id: string): void {
    const node = this.#deps.engine.status().nodes.find((each) => each.id === id);
    this.#changing.set(id, { pid: node?.pid ?? null, faultAt: node?.fault?.at ?? null });
  }

  #stateOf(
    node: NodeStatus | undefined,
    id: string,
  ): { readonly status: LoadState; readonly message: string } {
    if (node === undefined) return { status: 'loading', message: 'Starting' };
    const { status, fault, warmingPid } = node;
    const message = `${status.message}${status.remedy === null ? '' : `. ${status.remedy}`}`;
    const before = this.#changing.get(id);
    if (before !== undefined && before.pid !== null && before.pid === node.pid) {
      if (fault !== null && fault.at !== before.faultAt && warmingPid === null)
        return {
          status: 'error',
          message: `${fault.message}${fault.remedy === null ? '' : `. ${fault.remedy}`}`,
        };
      // Without frames coming in the new one cannot take over, and the client would wait for it with the camera in its hand.
      if (status.state === 'degraded-input' && warmingPid !== null) return { status: 'loaded', message };
      return { status: 'loading', message: `Loading ${node.module}` };
    }
    if (status.state === 'starting') return { status: 'loading', message };
    return { status: status.state === 'failed' ? 'error' : 'loaded', message };
  }

  #loadParams(stage: string): JsonObject {
    const own = this.#deps.show.parameters().filter(({ node, ui }) => node === stage && ui.load);
    return Object.fromEntries(own.map(({ key, value }) => [key, value]));
  }

  #mustBeThere(id: string): void {
    const entries = this.#deps.catalog();
    const found = entries.find((entry) => entry.id === id);
    if (found?.available === true) return;
    const there = entries.filter((entry) => entry.available).map((entry) => entry.id);
    const why = found === undefined ? 'is not installed' : `cannot be used: ${found.error.message}`;
    throw failure(
      'E_GRAPH_UNKNOWN_PIPELINE',
      `Pipeline "${id.slice(0, 100)}" ${why}; there are ${there.join(', ')}`,
      { pipeline: id.slice(0, 100), pipelines: there },
    );
  }

  #usageOf(id: string): PipelineDescriptor['usage'] {
    const entry = this.#deps.catalog().find((each) => each.id === id);
    return entry?.available === true ? entry.descriptor.usage : [];
  }
}

/** Brings both forms of a load into one. Throws where neither is there. */
export function readLoad(body: {
  readonly pipelines?: readonly {
    readonly node_id?: string | null | undefined;
    readonly pipeline_id: string;
    readonly load_params?: JsonObject | null | undefined;
  }[];
  readonly pipeline_ids?: readonly string[];
  readonly load_params?: unknown;
}): Load {
  if (body.pipelines !== undefined && body.pipelines.length > 0) {
    const pipelines = body.pipelines.map(({ node_id, pipeline_id, load_params }) => ({
      node: node_id ?? null,
      pipeline: pipeline_id,
      loadParams: load_params ?? {},
    }));
    return { pipelines, shared: false };
  }
  if (body.pipeline_ids !== undefined && body.pipeline_ids.length > 0) {
    const given = body.load_params as JsonObject | undefined;
    const loadParams = isObject(given) ? given : {};
    return {
      pipelines: body.pipeline_ids.map((pipeline) => ({ node: null, pipeline, loadParams })),
      shared: true,
    };
  }
  throw failure(
    'E_HTTP_INVALID',
    'The body names no pipeline: give "pipelines" or "pipeline_ids", with at least one',
    { in: 'body' },
  );
}
