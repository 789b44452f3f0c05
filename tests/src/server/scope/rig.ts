// The real server and the real show. What plays the show is a double of the engine: it cannot show runners, pictures or how long
// a pipeline loads; a test says when one has. The peers are a double too (sessions-double.ts).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import dream from '../../../../pipelines/dream/index.ts';
import passthrough from '../../../../pipelines/passthrough/index.ts';
import { nowUs } from '../../../../src/contract/clock.ts';
import type { NodeStatus } from '../../../../src/contract/engine-api.ts';
import { graphSchema, type Graph } from '../../../../src/contract/graph.ts';
import type { CatalogEntry } from '../../../../src/contract/hardware.ts';
import type { JsonValue } from '../../../../src/contract/json.ts';
import {
  definePipeline,
  describePipeline,
  port,
  trigger,
  ui,
  type PipelineDescriptor,
} from '../../../../src/contract/pipeline.ts';
import type { Fault } from '../../../../src/contract/status.ts';
import { createServer, type ServerDependencies } from '../../../../src/server/server.ts';
import { createShow, systemTimers } from '../../../../src/show/show.ts';
import { MemoryFiles, readPlace } from '../../show/rig.ts';
import { EngineDouble, house, live, nodesOf } from '../doubles.ts';
import { SessionsDouble } from '../sessions-double.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const edges = describePipeline(
  definePipeline({
    id: 'edges',
    name: 'Edges',
    version: '1.0.0',
    description: 'For tests: comes before the main one',
    usage: ['preprocessor'],
    modes: { video: { default: true } },
    inputs: { video: port('video') },
    outputs: { video: port('video') },
    params: z.object({
      amount: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .meta(ui({ label: 'Amount', category: 'input' })),
      reset_cache: trigger({ label: 'Reset' }),
    }),
    load: () => Promise.reject(new Error('never loaded')),
  }),
);

const descriptors = new Map<string, PipelineDescriptor>(
  [describePipeline(dream), describePipeline(passthrough), edges].map((each) => [each.id, each]),
);

const catalog: CatalogEntry[] = Array.from(descriptors.values(), (descriptor) => ({
  available: true,
  id: descriptor.id,
  origin: 'shipped',
  from: null,
  descriptor,
}));

/** `in` → `main` → `out`, as a new show has it. */
export const newShow: Graph = graphSchema.parse({
  nodes: [
    { id: 'in', type: 'source', adapter: 'test-pattern', config: { counter: false } },
    { id: 'main', type: 'stage', pipeline: 'dream' },
    { id: 'out', type: 'sink', adapter: 'stills' },
  ],
  links: [
    { from: 'in', to: 'main' },
    { from: 'main', to: 'out' },
  ],
});

/** Plays graphs as far as status tells: a changed stage warms up beside the old one until the test says that it works. */
class StageDouble extends EngineDouble {
  pids = 5000;
  played: Graph[] = [];
  /** Set to refuse the next graphs. */
  refusal: Error | null = null;

  play(graph: Graph): void {
    this.played.push(graph);
    const before = new Map(this.nodes.map((node) => [node.id, node]));
    this.nodes = nodesOf(graph).map((node) => {
      const old = before.get(node.id);
      if (old === undefined) return { ...node, pid: (this.pids += 1) };
      const changed = old.module !== node.module;
      return { ...old, module: node.module, warmingPid: changed ? (this.pids += 1) : old.warmingPid };
    });
    this.tell({ type: 'graph' });
  }

  /** The runner that warmed up, or was started again, plays now. */
  works(id: string): void {
    this.#change(id, ({ warmingPid }) => ({
      pid: warmingPid ?? (this.pids += 1),
      warmingPid: null,
      status: live,
    }));
  }

  fails(id: string, message: string): void {
    const fault: Fault = {
      node: id,
      code: 'E_PIPELINE_LOAD',
      message,
      remedy: 'Correct it.',
      at: Date.now(),
      pid: null,
      exitCode: null,
      signal: null,
      log: [],
    };
    this.#change(id, () => ({ warmingPid: null, fault }));
  }

  set(id: string, change: Partial<NodeStatus>): void {
    this.#change(id, () => change);
  }

  #change(id: string, change: (node: NodeStatus) => Partial<NodeStatus>): void {
    this.nodes = this.nodes.map((node) => (node.id === id ? { ...node, ...change(node) } : node));
  }
}

export type Rig = Awaited<ReturnType<typeof rig>>;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

export async function rig(graph: Graph = newShow, more: Partial<ServerDependencies> = {}) {
  const panelDir = tempFolder('scope');
  writeFileSync(join(panelDir, 'index.html'), '<!doctype html><title>Reverie</title>');
  const engine = new StageDouble();
  engine.nodes = [];
  const sessions = new SessionsDouble();
  const reloads: string[] = [];
  const show = await createShow({
    file: '/home/show.json',
    catalog: {
      pipeline: (id) => descriptors.get(id) ?? null,
      pipelinePorts: (id) => (descriptors.has(id) ? { inputs: ['video'], outputs: ['video'] } : null),
      known: () => Promise.resolve(),
      adapterPlays: (id, role) =>
        role === 'source' ? ['test-pattern', 'file', 'webrtc'].includes(id) : id === 'stills',
      configError: () => null,
      readEndpoint: readPlace,
    },
    async applyGraph(next) {
      if (engine.refusal !== null) throw engine.refusal;
      engine.play(next);
      return Promise.resolve();
    },
    async reload(node) {
      reloads.push(node);
      return Promise.resolve();
    },
    overrides: {},
    defaultGraph: graph,
    defaultPrompts: [{ text: 'neon city night', weight: 1 }],
    clock: nowUs,
    wallClock: Date.now,
    timers: systemTimers,
    files: new MemoryFiles(),
    log: () => undefined,
  });
  show.onControl((change) => {
    if (change.kind === 'load') reloads.push(change.node);
  });
  await show.start();
  sessions.adapterOf = (id) => {
    const node = show.graph().nodes.find((each) => each.id === id);
    return node?.type === 'source' ? node.adapter : null;
  };
  const warnings: string[] = [];
  const plain = house(panelDir);
  const log = plain.log.child({});
  log.warn = (message: unknown) => void warnings.push(String(message));
  const server = await createServer({
    ...plain,
    engine,
    show,
    sessions,
    log,
    catalog: () => catalog,
    ...more,
  });
  return {
    server,
    show,
    engine,
    sessions,
    /** Lines of the log, warnings only. */
    warnings,
    /** Stages that were asked to load anew. */
    reloads,
    async ask(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const payload =
        body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
      const response = await server.fastify.inject({
        method,
        url: path.startsWith('/') ? path : `/api/v1/${path}`,
        headers: { ...type, ...headers },
        ...payload,
      });
      const isJson = response.headers['content-type']?.toString().includes('json') === true;
      return {
        status: response.statusCode,
        headers: response.headers,
        body: isJson ? response.json() : response.body,
      };
    },
    /** The value of an address as the show has it now. */
    value(address: string): JsonValue {
      return show.parameter(address)?.value ?? null;
    },
    async close() {
      await server.close();
      await show.close();
    },
  };
}

/** The lines of an offer that matter to the daemon: one a direction. */
export function sdpOf(...video: readonly string[]): string {
  const lines = video.map(
    (direction, index) => `m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:${index}\r\na=${direction}\r\n`,
  );
  return [
    'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n',
    ...lines,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n',
  ].join('');
}

/** The graph that Scope's Perform view draws around one pipeline. */
export const performGraph = (pipeline: string) => ({
  nodes: [
    { id: 'input', type: 'source', source_mode: 'video' },
    { id: pipeline, type: 'pipeline', pipeline_id: pipeline },
    { id: 'output', type: 'sink' },
  ],
  edges: [
    { from: 'input', from_port: 'video', to_node: pipeline, to_port: 'video', kind: 'stream' },
    { from: pipeline, from_port: 'video', to_node: 'output', to_port: 'video', kind: 'stream' },
  ],
});

/** What Scope's page sends with its offer in text mode. */
export const textParameters = {
  input_mode: 'text',
  prompts: [{ text: 'a calm sea', weight: 100 }],
  prompt_interpolation_method: 'linear',
  denoising_step_list: [700, 500],
  pipeline_ids: ['dream'],
  produces_video: true,
  produces_audio: false,
  graph: performGraph('dream'),
  recording: false,
};

export const videoParameters = {
  ...textParameters,
  input_mode: 'video',
  noise_scale: 0.7,
  noise_controller: true,
};

/** The load of Scope's Perform view. */
export const performLoad = (
  pipeline: string,
  loadParams: Record<string, unknown> = { height: 512, width: 512 },
) => ({
  pipelines: [{ node_id: pipeline, pipeline_id: pipeline, load_params: loadParams }],
});
