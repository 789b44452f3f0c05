// Stands for the engine and the show behind the server. It cannot show pixels, runners, ramps, timing or the show's own rules
// of validation: it keeps values, refuses a few things by the contract's codes, and throws on whatever a test did not prepare.
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import type {
  Command,
  CommandResult,
  ParameterState,
  Sender,
  SetResult,
  ValueChange,
} from '../../../src/contract/command.ts';
import type {
  EngineApi,
  EngineEvent,
  EngineStats,
  NodeStatus,
  Still,
  StillOptions,
} from '../../../src/contract/engine-api.ts';
import { failure, reportOf, type ErrorCode } from '../../../src/contract/error.ts';
import type { Graph } from '../../../src/contract/graph.ts';
import { graphError } from '../../../src/contract/graph.ts';
import type { HardwareReport } from '../../../src/contract/hardware.ts';
import type { JsonValue } from '../../../src/contract/json.ts';
import { parametersOf } from '../../../src/contract/parameter.ts';
import type { ShowApi } from '../../../src/contract/show-api.ts';
import type { LogLine, LogQuery, LogsApi } from '../../../src/contract/log.ts';
import type { Status } from '../../../src/contract/status.ts';
import { AssetFolder } from '../../../src/server/assets/asset-folder.ts';
import { Access } from '../../../src/server/access/access.ts';
import { hashOf } from '../../../src/server/access/secret.ts';
import type { ServerDependencies } from '../../../src/server/server.ts';
import { CatalogDouble } from './catalog-double.ts';
import { dreamLike, firstGraph } from './doubles-data.ts';
import { bindingsBeside } from './bindings-beside.ts';
import { cuesDouble } from './cues-double.ts';
import { ObsDouble } from './obs-double.ts';
import { RecordingsDouble } from './recordings-double.ts';
import { PresetsDouble } from './presets-double.ts';
import { ShowsDouble } from './shows-double.ts';
import { EndpointsDouble } from './endpoints-double.ts';
import { SessionsDouble } from './sessions-double.ts';
import { StreamsDouble } from './streams-double.ts';
import { tempoDoubles } from './tempo-double.ts';
import { timelineDouble } from './timeline-double.ts';

export const quiet = pino({ level: 'silent' }, new Writable({ write: (_chunk, _encoding, done) => done() }));

const since = 1_700_000_000_000;
export const live: Status = { state: 'live', code: null, message: 'Plays', remedy: null, context: {}, since };
const silence = { count: 0, p50: 0, p95: 0, p99: 0, max: 0 };
const timings = {
  hop: { ...silence, count: 3, p50: 0.2, p95: 0.4, p99: 0.9, max: 1 },
  call: silence,
  tickGap: silence,
  age: silence,
};

export class EngineDouble implements EngineApi {
  nodes: NodeStatus[] = nodesOf(firstGraph);
  still_: Still | null = {
    bytes: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]),
    contentType: 'image/jpeg',
    size: { width: 512, height: 512 },
    sequence: 7,
  };
  readonly reloads: string[] = [];
  readonly stills: [node: string, options: StillOptions][] = [];
  readonly previews = new Map<string, Set<(jpeg: Uint8Array) => void>>();
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  resets = 0;

  async apply(): Promise<void> {
    return Promise.reject(new Error('the server must change the graph through the show'));
  }
  status() {
    const memory = { kind: 'posix', bytes: 4_194_304, code: null, reason: null };
    return { nodes: this.nodes, paused: false, memory };
  }
  stats(): EngineStats {
    const nodes = this.nodes.map(({ id }) => ({
      id,
      rateInHz: 30,
      rateOutHz: 30,
      framesIn: 90,
      framesOut: 89,
      ticks: 0,
      repeats: 2,
      drops: 1,
      skipped: 0,
      logLinesDropped: 4,
      rssBytes: 5e7,
      recent: timings,
      total: timings,
    }));
    const link = {
      id: 'main.video',
      size: { width: 512, height: 512 },
      generation: 1,
      published: 89,
      drops: 1,
      slots: 4,
      free: 2,
      granted: 1,
      held: 1,
      consumers: 1,
    };
    return {
      nodes,
      links: [link],
      eventLoopDelay: { ...silence, count: 5, p50: 0.1 },
      cpuSeconds: 1.5,
      rssBytes: 9e7,
    };
  }
  log(node: string) {
    return { runner: [`${node} plays`], fault: [`${node} said this last`] };
  }
  resetStats(): void {
    this.resets += 1;
  }
  async reload(node: string): Promise<void> {
    this.reloads.push(node);
  }
  readonly takenOver: string[] = [];
  async takeOver(node: string): Promise<void> {
    this.takenOver.push(node);
  }
  async request(): Promise<JsonValue> {
    return Promise.reject(new Error('the server makes no requests of its own'));
  }
  async still(node: string, options: StillOptions): Promise<Still> {
    this.stills.push([node, options]);
    if (this.still_ === null) throw failure('E_FRAME_NONE', 'Node "out" has not made a frame yet');
    return this.still_;
  }
  preview(node: string, listener: (jpeg: Uint8Array) => void): () => void {
    const viewers = this.previews.get(node) ?? new Set();
    this.previews.set(node, viewers.add(listener));
    return () => viewers.delete(listener);
  }
  show(node: string, jpeg: Uint8Array): void {
    for (const viewer of this.previews.get(node) ?? []) viewer(jpeg);
  }
  async adapters() {
    const facts = {
      description: 'For tests',
      roles: ['source' as const],
      runner: 'own' as const,
      schema: {},
      locator: null,
      schemes: [],
      finds: false,
    };
    return [
      {
        ...facts,
        id: 'test-pattern',
        name: 'Test pattern',
        probe: { available: true as const, version: null },
      },
      {
        ...facts,
        id: 'file',
        name: 'File',
        probe: { available: false as const, reason: 'no FFmpeg', remedy: 'npm install' },
      },
    ];
  }
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  tell(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
  onControl(): () => void {
    return () => undefined;
  }
  async close(): Promise<void> {}
}

export function nodesOf(graph: Graph): NodeStatus[] {
  return graph.nodes.map((node, index) => ({
    id: node.id,
    role: node.type,
    module: node.type === 'stage' ? node.pipeline : node.adapter,
    pid: 4000 + index,
    warmingPid: null,
    standby: null,
    status: live,
    mode: node.type === 'stage' ? 'video' : null,
    size: { width: 512, height: 512 },
    info: {},
    restarts: 0,
    fault: null,
    endpoint: null,
  }));
}

export class ShowDouble implements ShowApi {
  readonly senders: string[] = [];
  readonly executed: Command[] = [];
  readonly #engine: EngineDouble;
  readonly #parameters = new Map<string, ParameterState>();
  readonly #listeners = new Set<(changes: readonly ValueChange[]) => void>();
  #graph: Graph = firstGraph;

  constructor(engine: EngineDouble) {
    this.#engine = engine;
    for (const spec of parametersOf(dreamLike.schema)) {
      const address = `/main/${spec.key}`;
      this.#parameters.set(address, { ...spec, address, node: 'main', value: spec.default, setBy: null });
    }
  }
  graph(): Graph {
    return this.#graph;
  }
  async setGraph(graph: Graph): Promise<Graph> {
    const wrong = graphError(graph, {
      pipelinePorts: (id) => (id === 'dream' ? { inputs: ['video'], outputs: ['video'] } : null),
      adapterPlays: (id) => ['test-pattern', 'stills'].includes(id),
      configError: () => null,
    });
    if (wrong !== null) throw wrong;
    this.#graph = graph;
    this.#engine.nodes = nodesOf(graph);
    this.#engine.tell({ type: 'graph' });
    return graph;
  }
  parameters(): readonly ParameterState[] {
    return [...this.#parameters.values()];
  }
  add(parameter: ParameterState): void {
    this.#parameters.set(parameter.address, parameter);
  }
  parameter(address: string): ParameterState | null {
    return this.#parameters.get(address) ?? null;
  }
  set(values: Readonly<Record<string, JsonValue>>, sender: Sender): SetResult {
    const applied: { address: string; value: JsonValue }[] = [];
    const rejected: { address: string; error: ReturnType<typeof reportOf> }[] = [];
    for (const [address, value] of Object.entries(values)) {
      const wrong = this.#misfit(address, value);
      if (wrong === null) applied.push(this.#write(address, value, sender));
      else
        rejected.push({
          address,
          error: reportOf(failure(wrong, `${address} refuses ${JSON.stringify(value)}`)),
        });
    }
    if (applied.length > 0) this.change(applied.map((entry) => ({ ...entry, setBy: sender.id })));
    return { applied, scheduled: [], rejected };
  }
  execute(commands: Parameters<ShowApi['execute']>[0], sender: Sender): readonly CommandResult[] {
    this.executed.push(...commands);
    const results = commands.map((command): CommandResult => {
      if (command.kind !== 'set') return { result: 'applied', address: `/${command.kind}`, value: null };
      const wrong = this.#misfit(command.address, command.value);
      if (wrong === null) return { result: 'applied', address: command.address, value: command.value };
      const error = reportOf(failure(wrong, `${command.address} refuses ${JSON.stringify(command.value)}`));
      return { result: 'rejected', address: command.address, error };
    });
    if (!results.some((entry) => entry.result === 'rejected')) {
      for (const command of commands)
        if (command.kind === 'set') this.set({ [command.address]: command.value }, sender);
    }
    return results;
  }
  change(changes: readonly ValueChange[]): void {
    for (const listener of this.#listeners) listener(changes);
  }
  play(): void {
    throw new Error('the server plays nothing coerced');
  }
  subscribe(listener: (changes: readonly ValueChange[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  readonly activity = {
    read: () => ({ lines: [], next: 0, forgotten: 0 }),
    whenNext: () => () => undefined,
  };
  readonly presets = new PresetsDouble();
  readonly cues = cuesDouble();
  readonly shows = new ShowsDouble();
  readonly bindings = bindingsBeside();
  readonly tempo = tempoDoubles.tempo;
  readonly schedule = tempoDoubles.schedule;
  readonly modulations = tempoDoubles.modulations;
  readonly timeline = timelineDouble();
  rejections() {
    return [];
  }
  status() {
    return { file: 'show.json', restored: null, save: null };
  }
  async close(): Promise<void> {}

  #misfit(address: string, value: JsonValue): ErrorCode | null {
    const parameter = this.#parameters.get(address);
    if (parameter === undefined) return 'E_ADDRESS_UNKNOWN';
    if (parameter.type !== 'number') return null;
    if (typeof value !== 'number') return 'E_VALUE_TYPE';
    return value < (parameter.minimum ?? -Infinity) || value > (parameter.maximum ?? Infinity)
      ? 'E_VALUE_RANGE'
      : null;
  }
  #write(address: string, value: JsonValue, sender: Sender): { address: string; value: JsonValue } {
    const parameter = this.#parameters.get(address);
    if (parameter !== undefined) this.#parameters.set(address, { ...parameter, value, setBy: sender.id });
    this.senders.push(sender.id);
    return { address, value };
  }
}

export class LogsDouble implements LogsApi {
  readonly asked: LogQuery[] = [];
  readonly #listeners = new Set<(line: LogLine) => void>();
  lines: LogLine[] = [{ id: 7, at: since, level: 'warn', node: 'main', message: 'it stumbled' }];

  read(query: LogQuery) {
    this.asked.push(query);
    return { lines: this.lines.filter(({ id }) => id > (query.after ?? 0)), next: 7, missed: 0 };
  }
  subscribe(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  add(line: LogLine): void {
    this.lines.push(line);
    for (const listener of this.#listeners) listener(line);
  }
}

const hardware: HardwareReport = {
  gpus: [],
  gpuSource: 'none',
  gpuReason: 'no NVIDIA driver',
  providers: [{ id: 'cpu', usable: true, convolutionMs: 3, reason: null, remedy: null }],
  cpu: { model: 'a processor', cores: 2 },
  memory: { totalBytes: 8e9, freeBytes: 4e9 },
  platform: 'linux',
  node: 'v20',
};
/** What requests from beyond this machine must show. */
export const theToken = 'a-token-for-tests';

export interface House extends ServerDependencies {
  readonly engine: EngineDouble;
  readonly show: ShowDouble;
  readonly logs: LogsDouble;
  readonly streams: StreamsDouble;
  readonly recordings: RecordingsDouble;
  readonly catalogDouble: CatalogDouble;
  readonly endpoints: EndpointsDouble;
}

export function house(panelDir: string): House {
  const engine = new EngineDouble();
  const show = new ShowDouble(engine);
  const catalogDouble = new CatalogDouble();
  const endpoints = new EndpointsDouble();
  const obs = new ObsDouble();
  return {
    engine,
    show,
    catalogDouble,
    sessions: new SessionsDouble(),
    endpoints,
    streams: new StreamsDouble(),
    recordings: new RecordingsDouble(panelDir),
    catalog: () => catalogDouble.entries,
    onCatalog: (listener) => catalogDouble.subscribe(listener),
    rescanCatalog: async () => undefined,
    hardware: async () => hardware,
    logs: new LogsDouble(),
    osc: () => ({ listening: null, oscQuery: { url: null, error: null } }),
    obs,
    obsDoor: obs,
    obsReach: () => 'http://127.0.0.1:8000',
    access: new Access(
      { home: join(panelDir, 'home'), wallClock: Date.now, clockMs: () => performance.now() },
      hashOf(theToken),
      [],
    ),
    assets: new AssetFolder({ folder: join(panelDir, 'media'), limitBytes: 100_000 }),
    addresses: () => ['http://192.168.1.5:8000'],
    wide: false,
    version: '0.1.0',
    startedAt: Date.now() - 5000,
    allowedHosts: ['stage-pc'],
    panelDir,
    packageDir: process.cwd(),
    log: quiet,
  };
}
