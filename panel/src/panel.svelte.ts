import { createContext } from 'svelte';
import type { Following, Loss } from '../../src/client/index.ts';
import type { ValueChange } from '../../src/contract/command.ts';
import type { DaemonStatus } from '../../src/contract/daemon.ts';
import type { NodeStatus } from '../../src/contract/engine-api.ts';
import type { Graph, StageNode } from '../../src/contract/graph.ts';
import type { PipelineDescriptor } from '../../src/contract/pipeline.ts';
import { ActivityFollower } from './activity/activity-follower.svelte.ts';
import { Connection } from './daemon/connection.ts';
import { get } from './daemon/rest.ts';
import { Favourites } from './favourites/favourites.svelte.ts';
import { toSignIn } from './daemon/sign-in.ts';
import { emptyHistory, remember, type History } from './health/history.ts';
import { LogFollower } from './health/log-follower.svelte.ts';
import { Mapping } from './mapping/mapping.svelte.ts';
import type { Names } from './mapping/target.ts';
import { Waves } from './modulation/waves.svelte.ts';
import { Presets } from './presets/presets.svelte.ts';
import { PromptDesk } from './prompt/prompt-desk.svelte.ts';
import { Camera } from './setup/camera.svelte.ts';
import { ObsDesk } from './obs/obs.svelte.ts';
import { Recordings } from './recordings/recordings.svelte.ts';
import { Endpoints } from './setup/endpoints.svelte.ts';
import { isBeingRead, Pipelines } from './setup/pipelines.svelte.ts';
import { keepPlace, placeIn, type TabName } from './shell/place.ts';
import { noFailedChanges, withReport, type FailedChanges } from './shell/failed-changes.ts';
import { Beat } from './tempo/beat.svelte.ts';
import { TimelineDesk } from './timeline/timeline.svelte.ts';
import { Values } from './values/values.svelte.ts';

const tabStore = (): Storage => sessionStorage;
const emptyGraph: Graph = { nodes: [], links: [] };

/** Everything this page knows, all of it heard from the daemon. */
export class Panel {
  readonly connection: Connection;
  readonly values: Values;
  readonly favourites: Favourites;
  readonly prompts: PromptDesk;
  readonly log: LogFollower;
  readonly activity: ActivityFollower;
  readonly presets: Presets;
  readonly beat: Beat;
  readonly waves: Waves;
  readonly timelines: TimelineDesk;
  readonly endpoints: Endpoints;
  readonly mapping = new Mapping();
  readonly recordings = new Recordings();
  readonly obs = new ObsDesk();
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
  #stats: Following | null = null;
  /** The reading under way, or the last; it never rejects. */
  #reading: Promise<unknown> = Promise.resolve();
  #waiting: Promise<void> | null = null;

  constructor() {
    this.connection = new Connection({
      onOpen: (fresh) => void this.#opened(fresh),
      onLost: (loss) => this.#lost(loss),
    });
    this.log = new LogFollower(this.connection);
    this.activity = new ActivityFollower(this.connection);
    this.values = new Values(this.connection);
    this.favourites = new Favourites(this.values);
    this.presets = new Presets(this.connection);
    this.beat = new Beat(this.connection);
    this.waves = new Waves(this.connection);
    this.timelines = new TimelineDesk(this.beat);
    this.endpoints = new Endpoints(this.connection);
    this.prompts = new PromptDesk(this.connection, this.values);
    document.addEventListener('visibilitychange', () => this.#followStats());
    const { tab, viewed } = placeIn(tabStore);
    this.tab = tab;
    this.viewed = viewed;
    this.#follow();
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

  /**
   * Everything from the daemon, anew: after connecting, and when the graph has changed. Resolves once the page shows what was so
   * when this was called. One reading at a time, so that none overtakes another.
   */
  refresh(): Promise<void> {
    this.#waiting ??= this.#reading.then(() => {
      this.#waiting = null;
      const reading = this.#read();
      this.#reading = reading.catch(() => undefined);
      return reading;
    });
    return this.#waiting;
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

  async #read(): Promise<void> {
    const [graph] = await Promise.all([get<Graph>('graph'), this.pipelines.read()]);
    // By the line that changes come on, so that none of them is older than this.
    const parameters = await this.connection.client.snapshot();
    this.values.replace(parameters);
    this.graph = graph;
    if (!graph.nodes.some(({ id }) => id === this.viewed)) this.viewed = null;
    this.ready = true;
    await Promise.all([this.presets.refresh(), this.presets.refreshCues(), this.mapping.refresh()]);
  }

  /** Where the daemon kept what this page missed, it tells that by itself. */
  async #opened(fresh: boolean): Promise<void> {
    if (fresh || !this.ready) {
      try {
        await this.refresh();
      } catch {
        // The daemon went away again between its greeting and its answers; the line will be lost next.
        return;
      }
      this.activity.resume();
      // What was still being read when the catalog was asked for may have been read before this page listened.
      if (this.pipelines.entries.some(isBeingRead)) await this.pipelines.changed();
    }
    if (this.connection.client.state === 'open') this.line = 'open';
  }

  #follow(): void {
    const { client } = this.connection;
    client.subscribe('//*', { rateHz: 30 }, (changes) => this.#hearValues(changes));
    client.on('status', (status) => this.#hearStatus(status));
    client.on('node', (node) => this.#hearNode(node));
    client.on('graph', () => void this.refresh().catch(() => undefined));
    client.on('catalog', () => void this.pipelines.changed());
    client.on('tempo', (tempo) => this.beat.hear(tempo));
    client.on('schedule', ({ pending }) => (this.beat.waiting = pending));
    client.on('timeline', (timeline) => this.timelines.hear(timeline));
    client.on('learn', (learn) => this.mapping.hear(learn));
    client.on('bindings', () => void this.mapping.refresh());
    client.on('recordings', (recordings) => this.recordings.hear(recordings));
    client.on('obs', (report) => this.obs.hear(report));
    client.on('modulations', ({ modulations }) => this.waves.hear(modulations));
    this.#followStats();
  }

  /** A page that nobody sees draws no graphs. */
  #followStats(): void {
    this.#stats?.end();
    this.#stats = document.hidden
      ? null
      : this.connection.client.on('stats', (stats) => (this.history = remember(this.history, stats)), {
          rateHz: 1,
        });
  }

  /** Some values say that there is more to read. */
  #hearValues(changes: readonly ValueChange[]): void {
    this.values.hear(changes);
    for (const { address } of changes) {
      if (address === '/preset') this.#recalled();
      else if (address === '/cue') void this.presets.refreshCues();
      else if (address === '/bank') void this.mapping.refresh();
    }
  }

  /** Another preset plays, or the list is another one. */
  #recalled(): void {
    const seconds = Number(this.values.get('/preset/morph/duration')?.value ?? 0);
    const inBeats = this.values.get('/preset/morph/unit')?.value === 'beats';
    const beat = inBeats ? 60 / Number(this.values.get('/tempo')?.value ?? 120) : 1;
    this.values.countMovesAnew(seconds * beat * 1000 + 500);
    void this.presets.refresh();
  }

  #hearStatus(status: DaemonStatus): void {
    this.status = status;
    for (const node of status.nodes) this.camera.hear(node);
  }

  #hearNode(node: NodeStatus): void {
    this.camera.hear(node);
    const was = this.node(node.id);
    if (this.status === null || was === null) return;
    this.failedChanges = withReport(this.failedChanges, was, node);
    const nodes = this.status.nodes.map((known) => (known.id === node.id ? node : known));
    this.status = { ...this.status, nodes };
  }
}

export const [usePanel, providePanel] = createContext<Panel>();
