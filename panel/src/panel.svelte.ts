import { createContext } from 'svelte';
import type { ParameterState } from '../../src/contract/command.ts';
import type { NodeStatus } from '../../src/contract/engine-api.ts';
import type { Graph, StageNode } from '../../src/contract/graph.ts';
import type { CatalogEntry } from '../../src/contract/hardware.ts';
import type { PipelineDescriptor } from '../../src/contract/pipeline.ts';
import { socketUrl } from './daemon/addresses.ts';
import { Connection } from './daemon/connection.ts';
import type { DaemonStatus, News } from './daemon/messages.ts';
import { get } from './daemon/rest.ts';
import { emptyHistory, remember, type History } from './health/history.ts';
import { PromptDesk } from './prompt/prompt-desk.svelte.ts';
import { Camera } from './setup/camera.svelte.ts';
import { noFailedChanges, withReport, type FailedChanges } from './shell/failed-changes.ts';
import { Values } from './values/values.svelte.ts';

const emptyGraph: Graph = { nodes: [], links: [] };

/** Everything this page knows, all of it heard from the daemon. */
export class Panel {
  readonly connection: Connection;
  readonly values: Values;
  readonly prompts: PromptDesk;
  readonly camera = new Camera();
  line = $state<'connecting' | 'open' | 'lost'>('connecting');
  /** The first picture of the daemon's state is here. */
  ready = $state(false);
  graph = $state.raw<Graph>(emptyGraph);
  pipelines = $state.raw<readonly CatalogEntry[]>([]);
  status = $state.raw<DaemonStatus | null>(null);
  history = $state.raw<History>(emptyHistory);
  failedChanges = $state.raw<FailedChanges>(noFailedChanges);
  /** Whose picture is shown; null is what the audience sees. */
  viewed = $state<string | null>(null);

  constructor() {
    this.connection = new Connection({
      open: () => new WebSocket(socketUrl('ws')),
      later: (run, ms) => setTimeout(run, ms),
      random: Math.random,
      onOpen: () => void this.#start(),
      onNews: (news) => this.#hear(news),
      onLost: () => (this.line = 'lost'),
    });
    this.values = new Values(this.connection);
    this.prompts = new PromptDesk(this.connection, this.values);
    document.addEventListener('visibilitychange', () => void this.#subscribeStats());
    this.connection.start();
  }

  get nodes(): readonly NodeStatus[] {
    return this.status?.nodes ?? [];
  }

  get paused(): boolean {
    return this.values.get('/paused')?.value === true;
  }

  /** The sink that stands for what the audience sees. */
  get output(): string | null {
    const sinks = this.graph.nodes.filter((node) => node.type === 'sink');
    return (sinks.find((node) => node.id === 'out') ?? sinks[0])?.id ?? null;
  }

  get stages(): readonly StageNode[] {
    return this.graph.nodes.filter((node) => node.type === 'stage');
  }

  node(id: string): NodeStatus | null {
    return this.nodes.find((node) => node.id === id) ?? null;
  }

  descriptor(pipeline: string): PipelineDescriptor | null {
    const entry = this.pipelines.find(({ id }) => id === pipeline);
    return entry?.available === true ? entry.descriptor : null;
  }

  /** Everything from the daemon, anew: after connecting, and when the graph has changed. */
  async #resync(): Promise<void> {
    const [{ parameters }, graph, { pipelines }] = await Promise.all([
      get<{ parameters: readonly ParameterState[] }>('parameters'),
      get<Graph>('graph'),
      get<{ pipelines: readonly CatalogEntry[] }>('catalog'),
    ]);
    this.values.replace(parameters);
    this.graph = graph;
    this.pipelines = pipelines;
    if (!graph.nodes.some(({ id }) => id === this.viewed)) this.viewed = null;
    this.ready = true;
  }

  async #start(): Promise<void> {
    try {
      await this.#resync();
    } catch {
      // The daemon went away again between its greeting and its answers; the line will be lost next.
      return;
    }
    const answer = await this.connection.ask({ type: 'subscribe', valuesHz: 30, status: true });
    await this.#subscribeStats();
    if (answer.type === 'ack') this.line = 'open';
  }

  /** A page that nobody sees draws no graphs. */
  async #subscribeStats(): Promise<void> {
    await this.connection.ask({ type: 'subscribe', statsHz: document.hidden ? 0 : 1 });
  }

  #hear(news: News): void {
    if (news.type === 'values') return this.values.hear(news.changes);
    switch (news.name) {
      case 'status':
        this.status = news.data;
        break;
      case 'node':
        this.#hearNode(news.data);
        break;
      case 'stats':
        this.history = remember(this.history, news.data);
        break;
      case 'graph':
        void this.#resync().catch(() => undefined);
        break;
      case 'fault':
      case 'node-event':
        break;
    }
  }

  #hearNode(node: NodeStatus): void {
    const was = this.node(node.id);
    if (this.status === null || was === null) return;
    this.failedChanges = withReport(this.failedChanges, was, node);
    const nodes = this.status.nodes.map((known) => (known.id === node.id ? node : known));
    this.status = { ...this.status, nodes };
  }
}

export const [usePanel, providePanel] = createContext<Panel>();
