import { mkdirSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { nowUs } from './contract/clock.ts';
import { readEndpoint } from './contract/endpoint.ts';
import { failure, reportOf } from './contract/error.ts';
import { PRIVATE_HOSTS_VARIABLE, privateHosts } from './contract/host-reach.ts';
import { RECORDINGS_VARIABLE } from './contract/recording-name.ts';
import { shownNodeOf } from './contract/shown-node.ts';
import type { Graph } from './contract/graph.ts';
import { readIceServer } from './contract/ice-server.ts';
import { ASSETS_VARIABLE } from './contract/media-file.ts';
import type { GpuReport, HardwareReport } from './contract/hardware.ts';
import type { ControlChange, ValueSource } from './contract/call.ts';
import { distRoot, packageRoot } from './dist-root.ts';
import { startControls, type Controls, type OscStart } from './controls.ts';
import { AdapterProbes } from './engine/adapter-probes.ts';
import type { Catalog } from './engine/catalog.ts';
import { Engine, type EngineDeps } from './engine/engine.ts';
import { Hardware } from './engine/hardware/hardware.ts';
import { vramRefusal } from './engine/hardware/vram.ts';
import { SegmentStore } from './engine/memory/segment-store.ts';
import { onnxRuntimeFiles } from './inference/onnx-runtime.ts';
import { openLog, runnerLines, type OpenLog } from './log/open-log.ts';
import { openCatalog, placesOf } from './open-catalog.ts';
import {
  checkAnnouncement,
  checkArtNetDoor,
  checkObsDoor,
  checkOscDoor,
  openDoors,
  type Doors,
} from './doors.ts';
import { variableOf, type Options } from './options.ts';
import type { OscQuery } from './osc-query.ts';
import type { AssetFolder } from './server/assets/asset-folder.ts';
import type { OscDoors, ServerDependencies } from './server/dependencies.ts';
import { isEverywhere, urlOf } from './server/access/reach.ts';
import { followPresets } from './recording-names.ts';
import { createShow, diskFiles, systemTimers, type EndOverride, type Show } from './show/show.ts';

export interface Daemon {
  /** Where the page is. */
  readonly url: string;
  /** What plays. */
  graph(): Graph;
  /** What OSC says first: that it listens, or why it cannot. */
  oscStart(): Promise<OscStart>;
  readonly access: Doors['access'];
  /** URLs under which other machines reach it; none while it listens to this one only. */
  readonly addresses: readonly string[];
  close(): Promise<void>;
}

const SILENCE_MS = 1_000;
const START_SILENCE_MS = 4_000;
/** Execution providers are tried this long after the start: never in the way of the first frame. */
const PROBE_AFTER_MS = 8_000;
const startedAt = Date.now();

const defaultGraph: Graph = {
  nodes: [
    { id: 'in', type: 'source', adapter: 'test-pattern', config: { counter: false }, pacing: 'live' },
    {
      id: 'main',
      type: 'stage',
      pipeline: 'dream',
      aspect: 'fill',
      fallback: 'hold',
      rateHz: 30,
      force: false,
    },
    { id: 'out', type: 'sink', adapter: 'stills', config: {}, aspect: 'fill', rateHz: 60 },
  ],
  links: [
    { from: 'in', fromPort: 'video', to: 'main', toPort: 'video' },
    { from: 'main', fromPort: 'video', to: 'out', toPort: 'video' },
  ],
};

/** Composition root of the daemon: every room is made here and handed what it may use. */
export async function startDaemon(options: Options): Promise<Daemon> {
  checkDoors(options);
  mkdirSync(options.home, { recursive: true, mode: 0o700 });
  const logs = await openLogs(options);
  const log = logs.logger;
  const catalog = await openCatalog(options);
  const hardware = hardwareOf(options, (line) => log.info(line));
  const values = new LateValues();
  let gpus: readonly GpuReport[] = [];
  const engine = openEngine(options, catalog, values, hardware, () => gpus, log);
  try {
    const play = async (graph: Graph): Promise<void> => {
      if (needsGpu(graph, catalog)) gpus = (await hardware.refreshMemory()).gpus;
      await engine.apply(graph);
    };
    const show = await openShow(options, catalog, play, engine, (line) => log.info(line));
    values.use(show);
    await show.start();
    const controls = startControls(options, engine, show);
    // Loaded only now, while the runners start: nothing of it is in the way of the first frame.
    const { createServer } = await import('./server/server.ts');
    const assets = await openAssets(options);
    const doors = await openDoors(options);
    const { openOscQuery } = await import('./osc-query.ts');
    let port = options.port;
    let oscQuery: OscQuery | null = null;
    const server = await createServer({
      ...roomsOf(engine),
      show,
      ...catalogOf(catalog, options),
      hardware: () => hardware.report(),
      logs: logs.book,
      osc: () => oscDoors(controls.oscAddressNow(), oscQuery),
      ...obsOf(show, controls),
      access: doors.access,
      assets,
      addresses: () => doors.addresses(port),
      wide: doors.wide,
      version: packageVersion(),
      startedAt,
      allowedHosts: options.allowHost,
      panelDir: fileURLToPath(new URL('panel/', distRoot())),
      packageDir: fileURLToPath(packageRoot()),
      log,
    });
    await server.listen({ host: options.host, port: options.port });
    port = portOf(server.fastify.server.address());
    controls.obs.reachedAt([urlOf('localhost', port), urlOf('127.0.0.1', port), ...doors.addresses(port)]);
    void engine.recordings.readFolder();
    followPresets(show, engine.recordings);
    oscQuery = await openOscQuery(options, {
      engine,
      show,
      access: doors.access,
      osc: () => controls.oscAddressNow(),
      oscLater: () => controls.oscAddress(),
      version: packageVersion(),
      log,
    });
    const probing = probeLater(hardware, engine, log, (report) => (gpus = report.gpus));
    return {
      url: urlOf(isEverywhere(options.host) ? 'localhost' : options.host, port),
      graph: () => show.graph(),
      oscStart: () => controls.oscStart(),
      access: doors.access,
      addresses: doors.addresses(port),
      close: async () => {
        clearTimeout(probing);
        for (const room of [doors.access, hardware]) room.close();
        await Promise.all([server.close(), oscQuery?.close(), show.close()]);
        await engine.close();
        await logs.close();
      },
    };
  } catch (error) {
    await engine.close();
    await logs.close();
    throw error;
  }
}

function roomsOf(engine: Engine): Pick<Engine, 'sessions' | 'endpoints' | 'streams' | 'recordings'> & {
  readonly engine: Engine;
} {
  const { sessions, endpoints, streams, recordings } = engine;
  return { engine, sessions, endpoints, streams, recordings };
}

function obsOf({ obs }: Show, controls: Controls): Pick<ServerDependencies, 'obs' | 'obsDoor' | 'obsReach'> {
  return { obs, obsDoor: controls.obs, obsReach: () => controls.obs.reach() };
}

function catalogOf(
  catalog: Catalog,
  options: Options,
): Pick<ServerDependencies, 'catalog' | 'onCatalog' | 'rescanCatalog'> {
  return {
    catalog: () => catalog.entries(),
    onCatalog: (listener) => catalog.subscribe(listener),
    rescanCatalog: () => rescan(catalog, options),
  };
}

function oscDoors(listening: string | null, oscQuery: OscQuery | null): OscDoors {
  return { listening, oscQuery: { url: oscQuery?.url ?? null, error: oscQuery?.error ?? null } };
}

/** No line of it tells a secret that the daemon was given. */
async function openLogs(options: Options): Promise<OpenLog> {
  const logs = await openLog(options.home, options.logLevel);
  for (const { credential } of options.iceServer.map(readIceServer)) logs.hide(credential ?? '');
  logs.hide(options.obsPassword ?? '');
  return logs;
}

/** What would let in or tell more than was meant is refused before anything starts. */
function checkDoors(options: Options): void {
  checkOscDoor(options);
  checkArtNetDoor(options);
  checkObsDoor(options);
  checkAnnouncement(options);
  privateHosts(options.allowPrivateHosts);
}

function openEngine(
  options: Options,
  catalog: Catalog,
  values: LateValues,
  hardware: Hardware,
  gpus: () => readonly GpuReport[],
  log: Logger,
): Engine {
  const memory = options.memory === 'file' || options.memory === 'shared' ? options.memory : 'auto';
  const store = new SegmentStore(join(options.home, 'run'), memory, (message) => log.warn(message));
  if (store.swept > 0) log.info(`Removed ${store.swept} frame memories that an earlier daemon left`);
  return new Engine({
    catalog,
    values,
    store,
    probes: new AdapterProbes(catalog, runnerEntry()),
    runnerEntry: runnerEntry(),
    environment: {
      ...process.env,
      // The adapter of OBS is told it; what comes from outside is not.
      [variableOf('obsPassword')]: undefined,
      [PRIVATE_HOSTS_VARIABLE]: options.allowPrivateHosts.join(','),
      [ASSETS_VARIABLE]: assetsDirOf(options),
      [RECORDINGS_VARIABLE]: recordingsDirOf(options),
    },
    cacheDir: join(options.home, 'cache'),
    limits: {
      silenceMs: SILENCE_MS,
      startSilenceMs: START_SILENCE_MS,
      rssBytes: memoryLimit(options.runnerMemory),
    },
    wallClock: Date.now,
    providers: () => hardware.providers(),
    vramProblem: (descriptor) => vramRefusal(descriptor.estimatedVramGb, { gpus: gpus() }),
    webrtc: webrtcOf(options),
    recording: { folder: recordingsDirOf(options), preset: () => values.preset() },
    log: (level, node, message) => log[level]({ node }, message),
    onRunnerLine: runnerLines(log),
  });
}

async function openAssets(options: Options): Promise<AssetFolder> {
  const { AssetFolder } = await import('./server/assets/asset-folder.ts');
  const assets = new AssetFolder({
    folder: assetsDirOf(options),
    limitBytes: options.assetsLimit * 1e6,
  });
  await assets.prepare();
  return assets;
}

function recordingsDirOf({ recordingsDir, home }: Options): string {
  return recordingsDir ?? join(home, 'recordings');
}

function assetsDirOf({ assetsDir, home }: Options): string {
  return assetsDir ?? join(home, 'assets');
}

/** Peers reach as far as HTTP does: this machine alone, unless it listens wider. */
function webrtcOf({ host, iceServer }: Options): EngineDeps['webrtc'] {
  const iceServers = iceServer.map(readIceServer);
  const bindAddress = isEverywhere(host) ? null : host === 'localhost' ? '127.0.0.1' : host;
  return { config: { bindAddress, iceServers: iceServers.map((server) => ({ ...server })) }, iceServers };
}

function probeLater(
  hardware: Hardware,
  engine: Engine,
  log: Logger,
  known: (report: HardwareReport) => void,
): NodeJS.Timeout {
  return setTimeout(() => {
    tryProviders(hardware, engine).then(known, (error: unknown) => log.warn(reportOf(error).message));
  }, PROBE_AFTER_MS);
}

async function rescan(catalog: Catalog, options: Options): Promise<void> {
  await catalog.scan(placesOf(options));
  await catalog.settled();
}

/** After the first frames: which execution provider is fastest here. Stages move to it once, warm. */
async function tryProviders(hardware: Hardware, engine: Engine): Promise<HardwareReport> {
  const [before] = hardware.providers();
  const report = await hardware.report();
  if (hardware.providers()[0] === before) return report;
  const stages = engine.status().nodes.filter(({ role }) => role === 'stage');
  for (const { id } of stages) await engine.reload(id).catch(() => undefined);
  return report;
}

/** Whether free GPU memory must be known before this graph plays; asking for it costs a process. */
function needsGpu(graph: Graph, catalog: Catalog): boolean {
  const stages = graph.nodes.flatMap((node) => (node.type === 'stage' ? [node.pipeline] : []));
  return stages.some((id) => (catalog.pipeline(id)?.descriptor.estimatedVramGb ?? null) !== null);
}

async function openShow(
  options: Options,
  catalog: Catalog,
  applyGraph: (graph: Graph) => Promise<void>,
  engine: Engine,
  log: (line: string) => void,
): Promise<Show> {
  return createShow({
    file: options.show ?? join(options.home, 'show.json'),
    catalog: {
      pipeline: (id) => catalog.pipeline(id)?.descriptor ?? null,
      pipelinePorts: (id) => catalog.pipelinePorts(id),
      adapterPlays: (id, role) => catalog.adapterPlays(id, role),
      known: (ids) => catalog.known(ids),
      configError: (id, config) => catalog.configError(id, config),
      readEndpoint: (url) => engine.endpoints.read(url),
    },
    applyGraph,
    reload: (node) => engine.reload(node),
    recordings: engine.recordings,
    picture: async (size) => {
      const shown = shownNodeOf(engine.status().nodes);
      if (shown === null) throw failure('E_FRAME_NONE', 'The graph has no node that makes pictures');
      return (await engine.still(shown, { format: 'jpeg', ...size })).bytes;
    },
    showsFolder: join(options.home, 'shows'),
    shippedPresets: fileURLToPath(new URL('presets/', packageRoot())),
    overrides: {
      graph: {
        ...(options.in === null ? {} : { source: endpoint(options.in, catalog) }),
        ...(options.pipeline === null ? {} : { pipeline: options.pipeline }),
        ...(options.out === null ? {} : { sink: endpoint(options.out, catalog) }),
      },
    },
    defaultGraph,
    defaultPrompts: [{ text: 'neon city night', weight: 1 }],
    clock: nowUs,
    wallClock: Date.now,
    timers: systemTimers,
    files: diskFiles,
    log,
  });
}

/** A path that was typed counts from where it was typed. */
function endpoint(url: string, catalog: Catalog): EndOverride {
  const adapters = catalog.adapterIds().flatMap((id) => catalog.adapter(id)?.descriptor ?? []);
  const { adapter, config } = readEndpoint(url, adapters);
  const path = catalog.adapter(adapter)?.descriptor.locator === 'path' ? config['path'] : undefined;
  return { adapter, config: typeof path === 'string' ? { ...config, path: resolve(path) } : config };
}

function hardwareOf(options: Options, log: (line: string) => void): Hardware {
  return new Hardware({
    homeDir: options.home,
    probeModule: new URL('src/inference/probe.js', distRoot()),
    runtime: onnxRuntimeFiles()?.fingerprint ?? null,
    log,
  });
}

/** The engine starts stages while the show is still being opened; until then it finds an empty one. */
class LateValues implements ValueSource {
  #show: Show | null = null;
  readonly #waiting = new Set<(change: ControlChange) => void>();

  use(show: Show): void {
    this.#show = show;
    for (const listener of this.#waiting) show.onControl(listener);
  }

  /** Name of the preset that was recalled last. */
  preset(): string | null {
    return this.#show?.presets.last()?.name ?? null;
  }

  get #values(): Show {
    if (this.#show === null) throw new Error('The show is not open yet');
    return this.#show;
  }

  sample: ValueSource['sample'] = (node, atUs, mode) => this.#values.sample(node, atUs, mode);
  loadValues: ValueSource['loadValues'] = (node) => this.#values.loadValues(node);
  loadRefused: ValueSource['loadRefused'] = (node, playing) => this.#values.loadRefused(node, playing);
  requestedMode: ValueSource['requestedMode'] = (node) => this.#values.requestedMode(node);
  paused: ValueSource['paused'] = () => this.#show?.paused() ?? false;
  modeResolved: ValueSource['modeResolved'] = (node, mode) => this.#values.modeResolved(node, mode);

  onControl(listener: (change: ControlChange) => void): () => void {
    this.#waiting.add(listener);
    return () => this.#waiting.delete(listener);
  }
}

function memoryLimit(megabytes: number): number {
  return megabytes > 0 ? megabytes * 1e6 : Math.max(2e9, totalmem() / 2);
}

function portOf(address: ReturnType<import('node:net').Server['address']>): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function runnerEntry(): string {
  return fileURLToPath(new URL('src/runner.js', distRoot()));
}

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('package.json', packageRoot()), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
