import { createContext } from 'svelte';
import type { ParameterState } from '../../src/contract/command.ts';
import type { NodeStatus } from '../../src/contract/engine-api.ts';
import type { Graph, StageNode } from '../../src/contract/graph.ts';
import type { PipelineDescriptor } from '../../src/contract/pipeline.ts';
import { ActivityFollower } from './activity/activity-follower.svelte.ts';
import { socketUrl } from './daemon/addresses.ts';
import { Connection, type Loss } from './daemon/connection.ts';
import type { DaemonStatus, News } from './daemon/messages.ts';
import { get } from './daemon/rest.ts';
import { toSignIn } from './daemon/sign-in.ts';
import { emptyHistory, remember, type History } from './health/history.ts';
import { LogFollower } from './health/log-follower.svelte.ts';
import { Mapping } from './mapping/mapping.svelte.ts';
import type { Names } from './mapping/target.ts';
import { Presets } from './presets/presets.svelte.ts';
import { PromptDesk } from './prompt/prompt-desk.svelte.ts';
import { Camera } from './setup/camera.svelte.ts';
import { isBeingRead, Pipelines } from './setup/pipelines.svelte.ts';
import { keepPlace, placeIn, type TabName } from './shell/place.ts';
import { noFailedChanges, withReport, type FailedChanges } from './shell/failed-changes.ts';
import { Beat } from './tempo/beat.svelte.ts';
import { Values } from './values/values.svelte.ts';

const tabStore = (): Storage => sessionStorage;
const emptyGraph: Graph = { nodes: [], links: [] };

/** Everything this page knows, all of it heard from the daemon. */
export class Panel {
  readonly connection: Connection;
  readonly values: Values;
  readonly prompts: PromptDesk;
  readonly log: LogFollower;
  readonly activity: ActivityFollower;
  readonly presets: Presets;
  readonly beat: Beat;
  readonly mapping = new Mapping();
  readonly camera = new Camera();
  readonly pipelines = new Pipelines();
  line = $state<'connecting' | 'open' | 'lost'>('connecting');
  /** The first picture of the daemon's state is here. */
  ready = $state(false);
  graph = $state.raw<Graph>(emptyGraph);
  status = $state.raw<DaemonStatus | null>(null);
  history = $state.raw<History>(emptyHistory);
  failedChanges = $state.raw<FailedChanges>(noFailedChanges);
  tab = $state<TabName>('play');
  /** Whose picture is shown; null is what the audience sees. */
  viewed = $state<string | null>(null);

  constructor() {
    this.connection = new Connection({
      open: () => new WebSocket(socketUrl('ws')),
      later: (run, ms) => setTimeout(run, ms),
      random: Math.random,
      onOpen: () => void this.#start(),
      onNews: (news) => this.#hear(news),
      onLost: (loss) => this.#lost(loss),
    });
    this.log = new LogFollower(this.connection);
    this.activity = new ActivityFollower(this.connection);
    this.values = new Values(this.connection);
    this.presets = new Presets(this.connection);
    this.beat = new Beat(this.connection);
    this.prompts = new PromptDesk(this.connection, this.values);
    document.addEventListener('visibilitychange', () => void this.#subscribeStats());
    const { tab, viewed } = placeIn(tabStore);
    this.tab = tab;
    this.viewed = viewed;
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

  /** What bindings and cues are called by. */
  get names(): Names {
    return {
      presets: this.presets.list,
      label: (address) => this.values.get(address)?.spec.ui.label ?? null,
    };
  }

  node(id: string): NodeStatus | null {
    return this.nodes.find((node) => node.id === id) ?? null;
  }

  descriptor(pipeline: string): PipelineDescriptor | null {
    return this.pipelines.descriptor(pipeline);
  }

  go(tab: TabName): void {
    this.tab = tab;
    this.#keepPlace();
  }

  view(node: string | null): void {
    this.viewed = node;
    this.#keepPlace();
  }

  #keepPlace(): void {
    keepPlace(tabStore, { tab: this.tab, viewed: this.viewed });
  }

  #lost(loss: Loss): void {
    this.line = 'lost';
    if (loss === 'refused') toSignIn();
    // A browser does not tell a page why its socket was not opened; the answer to a request goes to the sign-in where it must.
    if (loss === 'unanswered') void get('access').catch(() => undefined);
  }

  /** Everything from the daemon, anew: after connecting, and when the graph has changed. */
  async #resync(): Promise<void> {
    const [{ parameters }, graph] = await Promise.all([
      get<{ parameters: readonly ParameterState[] }>('parameters'),
      get<Graph>('graph'),
      this.pipelines.read(),
    ]);
    this.values.replace(parameters);
    this.graph = graph;
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
    const answer = await this.connection.ask({
      type: 'subscribe',
      subscription: 'all',
      patterns: ['//*'],
      rateHz: 30,
    });
    const events = { status: true, node: true, graph: true, catalog: true } as const;
    await this.connection.ask({ type: 'follow', events });
    await this.#subscribeStats();
    await this.log.resume();
    await this.activity.resume();
    // What was still being read when the catalog was asked for may have been read before the subscription.
    if (this.pipelines.entries.some(isBeingRead)) await this.pipelines.changed();
    if (answer.type === 'ack') this.line = 'open';
  }

  /** A page that nobody sees draws no graphs. */
  async #subscribeStats(): Promise<void> {
    await this.connection.ask({
      type: 'follow',
      events: { stats: document.hidden ? false : { rateHz: 1 } },
    });
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
      case 'catalog':
        void this.pipelines.changed();
        break;
      case 'log':
        this.log.hear(news.data);
        break;
      case 'activity':
        this.activity.hear(news.data);
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
