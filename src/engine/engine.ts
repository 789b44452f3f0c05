import type { ValueSource } from '../contract/call.ts';
import type {
  AdapterReport,
  EngineApi,
  EngineEvent,
  EngineStats,
  EngineStatus,
  NodeLog,
  Still,
  StillOptions,
} from '../contract/engine-api.ts';
import { failure, type ReverieError } from '../contract/error.ts';
import { graphOrder, type Graph, type GraphNode } from '../contract/graph.ts';
import type { IceServer } from '../contract/ice-server.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { shownNodeOf } from '../contract/shown-node.ts';
import { VIEWERS_URL } from '../contract/live-stream.ts';
import type { Matte } from '../contract/packed-matte.ts';
import type { PipelineDescriptor } from '../contract/pipeline.ts';
import type { ControlItem } from '../contract/protocol.ts';
import type { AdapterProbes } from './adapter-probes.ts';
import { diffGraph } from './graph-diff.ts';
import { Endpoints } from './endpoints.ts';
import { LinkBoard } from './link-board.ts';
import { LoopDelay } from './loop-delay.ts';
import { Recordings } from './recording/recordings.ts';
import { LiveStreams } from './live-streams.ts';
import type { SegmentStore } from './memory/segment-store.ts';
import type { ModuleCatalog } from './module-catalog.ts';
import type { NodeDeps } from './node-deps.ts';
import { planExtra, planFinder, planNode } from './node-plan.ts';
import type { RunnerLimits, RunnerLine } from './runner-process.ts';
import { RunnerPool } from './runner-pool.ts';
import { RunningNode } from './running-node.ts';
import { DESK_ID, Sessions, viewId } from './sessions.ts';
import { Taps } from './taps.ts';
import type { Look } from './thumbnails.ts';
import { Wiring } from './wiring.ts';

const JUDGE_EVERY_MS = 250;
const SLATE_ID = '~slate';
/** Frames a second that a recording takes at most. */
const RECORDING_RATE_HZ = 240;

export interface EngineDeps {
  readonly catalog: ModuleCatalog;
  readonly values: ValueSource;
  readonly store: SegmentStore;
  readonly probes: AdapterProbes;
  /** Compiled entry of the children. */
  readonly runnerEntry: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly cacheDir: string;
  readonly limits: RunnerLimits;
  readonly wallClock: () => number;
  readonly providers: () => readonly string[];
  readonly vramProblem: (descriptor: PipelineDescriptor) => ReverieError | null;
  /** Configuration of the adapter `webrtc` for all peers, and the servers that browsers are told of. */
  /** Folder of recordings, and the preset that plays, after which files are called. */
  readonly recording: { readonly folder: string; readonly preset: () => string | null };
  readonly webrtc: { readonly config: JsonObject; readonly iceServers: readonly IceServer[] };
  readonly log: (level: 'info' | 'warn', node: string, message: string) => void;
  readonly onRunnerLine: RunnerLine;
}

/** The frame path, daemon side: makes the running graph what it should be, and keeps it so. */
export class Engine implements EngineApi {
  readonly #deps: EngineDeps;
  readonly #nodes = new Map<string, RunningNode>();
  readonly #board: LinkBoard;
  readonly #pool: RunnerPool;
  readonly #wiring: Wiring;
  readonly #taps: Taps;
  readonly sessions: Sessions<RunningNode>;
  readonly endpoints: Endpoints<RunningNode>;
  readonly streams: LiveStreams<RunningNode>;
  readonly recordings: Recordings<RunningNode>;
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #controlListeners = new Set<(batch: readonly ControlItem[]) => void>();
  readonly #loopDelay = new LoopDelay();
  readonly #judge: NodeJS.Timeout;
  readonly #unwatch: () => void;
  #graph: Graph = { nodes: [], links: [] };
  #judgedMs = performance.now();

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#board = new LinkBoard(deps.store, (node, epoch) => this.#published(node, epoch));
    this.#pool = new RunnerPool(deps.runnerEntry, deps.environment, deps.onRunnerLine);
    this.#wiring = new Wiring(this.#board, this.#nodes, () => this.#nodes.get(SLATE_ID)?.output ?? null);
    this.#taps = new Taps({
      open: (target) => this.#openSide(`~tap-${target}`, target, 'stills', 30),
      close: (node) => this.#closeSide(node),
      request: (node, method, params) => this.#ask(node, method, params),
    });
    this.sessions = this.#openSessions();
    this.endpoints = this.#openEndpoints();
    this.streams = this.#openStreams();
    this.recordings = this.#openRecordings();
    this.#unwatch = deps.values.onControl((change) => {
      if (change.kind === 'paused') for (const node of this.#nodes.values()) node.gate(deps.values.paused());
      else if (change.kind === 'mode') this.#resolveMode(change.node);
      else if (change.kind === 'warm') this.#nodes.get(change.node)?.prepare(change.load);
      else void this.#nodes.get(change.node)?.loadMoved();
    });
    this.#judge = setInterval(() => this.#judgeAll(), JUDGE_EVERY_MS);
  }

  apply(graph: Graph): Promise<void> {
    const { added, removed, swapped, adjusted } = diffGraph(this.#graph, graph);
    // Everything that can be refused is refused before anything changes.
    const plans = new Map(
      [...added, ...swapped, ...adjusted].map((node) => [node.id, planNode(node, this.#deps.catalog)]),
    );
    const refusal = [...added, ...swapped]
      .map((node) => this.#vramRefusal(node))
      .find((error) => error !== null);
    if (refusal !== undefined && refusal !== null) return Promise.reject(refusal);

    this.#graph = graph;
    this.#wiring.use(graph);
    for (const id of removed) this.#remove(id);
    const order = graphOrder(graph);
    // Stages first: loading one takes longer than everything else that has to start.
    const rank = ({ id, type }: GraphNode): number =>
      order.indexOf(id) - (type === 'stage' ? order.length : 0);
    for (const node of [...added].sort((a, b) => rank(a) - rank(b))) {
      const plan = plans.get(node.id);
      if (plan !== undefined) this.#add(new RunningNode(plan, this.#nodeDeps()));
    }
    this.#keepSlate(graph);
    for (const node of [...swapped, ...adjusted]) {
      const plan = plans.get(node.id);
      const running = this.#nodes.get(node.id);
      if (plan === undefined || running === undefined) continue;
      if (swapped.includes(node)) void running.swap(plan);
      else running.adjust(plan);
    }
    this.#wiring.connectAll();
    this.#wiring.passWishes();
    this.#emit({ type: 'graph' });
    return Promise.resolve();
  }

  status(): EngineStatus {
    const { store, values } = this.#deps;
    return {
      nodes: this.#shown().map((node) => node.report()),
      paused: values.paused(),
      memory: store.status,
    };
  }

  stats(): EngineStats {
    const now = performance.now();
    const cpu = process.cpuUsage();
    return {
      nodes: this.#shown().map((node) =>
        node.stats.report(node.id, now, node.output?.drops ?? 0, node.active?.runner.rssBytes ?? 0),
      ),
      links: this.#board.stats(),
      eventLoopDelay: this.#loopDelay.percentiles(),
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      rssBytes: process.memoryUsage.rss(),
    };
  }

  log(id: string): NodeLog {
    return this.#node(id).log();
  }

  resetStats(): void {
    for (const node of this.#nodes.values()) node.stats.reset();
    this.#board.resetStats();
    this.#loopDelay.reset();
  }

  async reload(id: string): Promise<void> {
    const node = this.#node(id);
    await node.swap(node.plan);
  }

  async takeOver(id: string): Promise<void> {
    this.#node(id).takeOver();
  }

  request(id: string, method: string, params: JsonObject): Promise<JsonValue> {
    return this.#ask(this.#node(id), method, params);
  }

  /** A request that nobody waits for; where the node has no runner at the moment, nothing is sent. */
  tell(id: string, method: string, params: JsonObject): void {
    this.#nodes.get(id)?.active?.runner.tell(id, method, params);
  }

  still(id: string, options: StillOptions): Promise<Still> {
    this.#node(id);
    return this.#taps.still(id, options);
  }

  preview(id: string, listener: (jpeg: Uint8Array) => void, matte: Matte = 'none'): () => void {
    this.#node(id);
    return this.#taps.preview(id, listener, matte);
  }

  adapters(): Promise<readonly AdapterReport[]> {
    return this.#deps.probes.reports();
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onControl(listener: (batch: readonly ControlItem[]) => void): () => void {
    this.#controlListeners.add(listener);
    return () => this.#controlListeners.delete(listener);
  }

  /** Starts a control adapter, which belongs to the machine and to no graph. */
  startControl(adapter: string, config: JsonObject): void {
    this.#addExtra(adapter, 'control', adapter, config, 1);
  }

  async close(): Promise<void> {
    // First of all: while everything still plays, files are finished.
    await this.recordings.close();
    clearInterval(this.#judge);
    this.#unwatch();
    this.#loopDelay.close();
    this.#taps.close();
    this.sessions.stop();
    this.endpoints.close();
    this.streams.close();
    for (const id of this.#nodes.keys()) this.#remove(id);
    await this.#pool.close();
    this.#board.removeAll();
    this.#deps.store.close();
  }

  #node(id: string): RunningNode {
    const node = this.#nodes.get(id);
    if (node === undefined)
      throw failure('E_GRAPH_UNKNOWN_NODE', `There is no node "${id}" in the graph`, { node: id });
    return node;
  }

  #shown(): RunningNode[] {
    return [...this.#nodes.values()].filter((node) => !node.plan.hidden);
  }

  #add(node: RunningNode): void {
    this.#nodes.set(node.id, node);
    node.onWish = () => this.#wiring.passWishes();
    node.start();
  }

  #remove(id: string): void {
    this.#taps.drop(id);
    this.sessions.drop(id);
    this.streams.drop(id);
    const node = this.#nodes.get(id);
    this.#nodes.delete(id);
    node?.close();
  }

  #vramRefusal(node: GraphNode): ReverieError | null {
    if (node.type !== 'stage' || node.force) return null;
    const descriptor = this.#deps.catalog.pipeline(node.pipeline)?.descriptor;
    return descriptor === undefined ? null : this.#deps.vramProblem(descriptor);
  }

  /** The slate runs as long as some stage may need it: started only then, it would come too late. */
  #keepSlate(graph: Graph): void {
    const needed = graph.nodes.some((node) => node.type === 'stage' && node.fallback === 'slate');
    if (!needed) return this.#remove(SLATE_ID);
    if (this.#nodes.has(SLATE_ID)) return;
    const config = { pattern: 'slate', rateHz: 10, counter: false, message: 'Back in a moment' };
    this.#addExtra(SLATE_ID, 'source', 'test-pattern', config, 10);
  }

  #addExtra(
    id: string,
    role: 'source' | 'sink' | 'control',
    adapter: string,
    config: JsonObject,
    rateHz: number,
  ): RunningNode {
    const plan = planExtra(id, role, adapter, config, rateHz, this.#deps.catalog);
    const node = new RunningNode(plan, this.#nodeDeps());
    this.#add(node);
    return node;
  }

  /** A hidden sink beside a node: it sees what the node makes, or of a sink what it shows. */
  #openSide(
    id: string,
    target: string,
    adapter: string,
    rateHz: number,
    config: JsonObject = {},
  ): RunningNode {
    this.#node(target);
    this.#wiring.addSide(id, target);
    return this.#addExtra(id, 'sink', adapter, config, rateHz);
  }

  #closeSide(node: RunningNode): void {
    this.#wiring.removeSide(node.id);
    this.#nodes.delete(node.id);
    node.close();
  }

  #openSessions(): Sessions<RunningNode> {
    const { webrtc, log } = this.#deps;
    return new Sessions<RunningNode>({
      iceServers: webrtc.iceServers,
      openDesk: () => this.#addExtra(DESK_ID, 'control', 'webrtc', webrtc.config, 1),
      open: (target) => this.#openSide(viewId(target), target, 'webrtc', 60),
      close: (node) => this.#closeSide(node),
      request: (node, method, params) => this.#ask(node, method, params),
      tell: (node, method, params) => node.active?.runner.tell(node.id, method, params),
      node: (id) => {
        const plan = this.#nodes.get(id)?.plan;
        return plan === undefined || plan.hidden ? null : { role: plan.role, module: plan.moduleId };
      },
      log: (level, message) => log(level, 'webrtc', message),
    });
  }

  #openStreams(): LiveStreams<RunningNode> {
    return new LiveStreams<RunningNode>({
      open: (target) => this.#openSide(`~stream-${target}`, target, 'stream', 60, { url: VIEWERS_URL }),
      close: (node) => this.#closeSide(node),
      request: (node, method, params) => this.#ask(node, method, params),
      mustExist: (target) => void this.#node(target),
      idOf: ({ id }) => id,
      watchJpeg: (target, form, viewer) => this.#taps.watch(target, form, viewer),
    });
  }

  #openRecordings(): Recordings<RunningNode> {
    const { recording, wallClock, catalog, log } = this.#deps;
    return new Recordings<RunningNode>({
      ...recording,
      wallClock,
      open: (id, target, { settings, told }) => {
        this.#node(target);
        this.#wiring.addSide(id, target);
        const plan = planExtra(id, 'sink', 'record', settings, RECORDING_RATE_HZ, catalog, true);
        const recorder = new RunningNode({ ...plan, config: { ...plan.config, ...told } }, this.#nodeDeps());
        this.#add(recorder);
        return recorder;
      },
      close: (node) => this.#closeSide(node),
      request: (node, method, params) => this.#ask(node, method, params),
      ask: (id, method, params) => this.request(id, method, params),
      tell: (id, method, params) => this.tell(id, method, params),
      hasNode: (id) => this.#nodes.get(id)?.plan.hidden === false,
      isRecorder: (id) => {
        const plan = this.#nodes.get(id)?.plan;
        return plan?.hidden === false && plan.moduleId === 'record';
      },
      shownNode: () => shownNodeOf(this.status().nodes),
      still: (target) => this.still(target, { format: 'png', maxSide: null, quality: 100 }),
      log: (level, message) => log(level, 'recordings', message),
    });
  }

  #openEndpoints(): Endpoints<RunningNode> {
    const { catalog, probes } = this.#deps;
    return new Endpoints<RunningNode>({
      open: (id, adapter) => {
        const node = new RunningNode(planFinder(id, adapter, catalog), this.#nodeDeps());
        this.#add(node);
        return node;
      },
      close: (node) => this.#remove(node.id),
      descriptors: () => catalog.adapterIds().flatMap((id) => catalog.adapter(id)?.descriptor ?? []),
      report: (adapter) => probes.report(adapter),
      nodes: () => this.#shown().map((node) => node.report()),
      rateHz: (id) => this.#nodes.get(id)?.stats.rates(performance.now()).outHz ?? null,
      found: (urls) => this.#shown().forEach((node) => node.wake(urls)),
      still: (id, options) => this.still(id, options),
      look: ({ adapter, config }, options) => this.#look(adapter, config, options),
    });
  }

  /** One frame of something that nobody plays, by a source that is there for that moment. */
  async #look(adapter: string, config: JsonObject, options: StillOptions): Promise<Look> {
    const node = this.#addExtra(`~look-${adapter}`, 'source', adapter, config, 30);
    try {
      const still = await this.#taps.still(node.id, options);
      return { still, size: node.output?.size ?? null };
    } catch (error) {
      const why = node.report().fault;
      throw why === null ? error : failure('E_FRAME_NONE', why.message, null, error);
    } finally {
      this.#remove(node.id);
    }
  }

  async #ask(node: RunningNode, method: string, params: JsonObject): Promise<JsonValue> {
    const runner = node.active?.runner;
    if (runner === undefined)
      throw failure('E_FRAME_NONE', `Node "${node.id}" is not running at the moment`, { node: node.id });
    return runner.request(node.id, method, params);
  }

  #published(id: string, epoch: number): void {
    this.#nodes.get(id)?.published(epoch);
  }

  #judgeAll(): void {
    const now = performance.now();
    const heldUp = now - this.#judgedMs > 3 * JUDGE_EVERY_MS;
    this.#judgedMs = now;
    if (heldUp) this.#pool.forgive();
    const slowest = new Map(this.#shown().map((node) => [node.active?.runner, node.slowestCallMs()]));
    this.#pool.judge(now, this.#deps.limits, (runner) => slowest.get(runner) ?? 0);
    for (const node of this.#nodes.values()) {
      const producer = this.#wiring.producerOf(node.id);
      node.judge(now, producer?.flowing(now) ?? false, producer?.stats.rates(now).outHz ?? 0);
    }
    this.endpoints.seek();
  }

  #resolveMode(id: string): void {
    const producer = this.#wiring.producerOf(id);
    this.#nodes.get(id)?.resolveMode(producer?.flowing(performance.now()) ?? false);
  }

  #nodeDeps(): NodeDeps {
    const { values, cacheDir, wallClock, providers, vramProblem, log } = this.#deps;
    return {
      board: this.#board,
      pool: this.#pool,
      values,
      cacheDir,
      wallClock,
      providers,
      vramProblem,
      log,
      emit: (event) => this.#emit(event),
      control: (batch) => this.#controlListeners.forEach((listener) => listener(batch)),
      bulk: (item) => {
        this.#taps.bulk(item);
        this.streams.bulk(item);
      },
      wire: (id) => this.#wired(id),
      rewire: () => this.#wiring.connectAll(),
    };
  }

  #wired(id: string): void {
    const node = this.#nodes.get(id);
    if (node === undefined) return;
    this.#wiring.connect(node);
    if (!node.plan.hidden) return;
    this.#taps.restarted(node);
    this.streams.restarted(node);
  }

  #emit(event: EngineEvent): void {
    if (this.sessions.see(event) || this.endpoints.see(event) || this.recordings.see(event)) return;
    this.streams.see(event);
    for (const listener of this.#listeners) {
      // A listener's fault must not reach the frame path.
      try {
        listener(event);
      } catch (error) {
        this.#deps.log('warn', 'engine', `A listener failed: ${String(error)}`);
      }
    }
  }
}
