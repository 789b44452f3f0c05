import { Counter, Gauge, Registry } from 'prom-client';
import type { DaemonStats } from '../contract/daemon.ts';
import type { NodeStats } from '../contract/engine-api.ts';
import type { Percentiles } from '../contract/histogram.ts';
import type { ServerDependencies } from './dependencies.ts';
import type { StateReader } from './routes/status.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  close(): void;
}

/** The stats as Prometheus text; base units (seconds, bytes), counters end in `_total`. Read when asked, nothing is polled. */
export function metricsOf(deps: ServerDependencies, read: StateReader): Metrics {
  const registry = new Registry();
  const faults = new Counter({
    name: 'reverie_faults_total',
    help: 'Faults of nodes since the daemon started, by error code',
    labelNames: ['node', 'code'],
    registers: [registry],
  });
  const unsubscribe = deps.engine.subscribe((event) => {
    if (event.type === 'fault') faults.inc({ node: event.fault.node, code: event.fault.code });
  });
  const fill = [nodeMetrics(registry), latencyMetrics(registry), daemonMetrics(registry)];
  const states = new Gauge({
    name: 'reverie_node_state',
    help: '1 for the state a node is in',
    labelNames: ['node', 'state'],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    async text() {
      const stats = read.stats();
      for (const from of fill) from(stats);
      states.reset();
      for (const node of deps.engine.status().nodes)
        states.set({ node: node.id, state: node.status.state }, 1);
      return registry.metrics();
    },
    close: unsubscribe,
  };
}

type Fill = (stats: DaemonStats) => void;

function nodeMetrics(registry: Registry): Fill {
  const counters = perNode(registry, Counter, {
    reverie_frames_in_total: ['Frames that a node took', (node) => node.framesIn],
    reverie_frames_out_total: ['Frames that a node made', (node) => node.framesOut],
    reverie_ticks_total: ['Ticks of a sink, repeats included', (node) => node.ticks],
    reverie_repeats_total: ['Ticks at which a sink showed its last frame again', (node) => node.repeats],
    reverie_drops_total: [
      'Frames of a node that were replaced before anyone took them',
      (node) => node.drops,
    ],
    reverie_log_lines_dropped_total: [
      'Lines that a runner logged faster than they can be read',
      (node) => node.logLinesDropped,
    ],
  });
  const gauges = perNode(registry, Gauge, {
    reverie_rate_in_hertz: ['Frames a second that a node takes', (node) => node.rateInHz],
    reverie_rate_out_hertz: ['Frames a second that a node makes', (node) => node.rateOutHz],
    reverie_runner_resident_bytes: ['Resident memory of the runner of a node', (node) => node.rssBytes],
  });
  return ({ nodes }) => {
    for (const { metric, read } of [...counters, ...gauges]) {
      metric.reset();
      for (const node of nodes) metric.inc({ node: node.id }, read(node));
    }
  };
}

type Readings = Readonly<Record<string, readonly [help: string, read: (node: NodeStats) => number]>>;

function perNode(registry: Registry, Kind: typeof Counter | typeof Gauge, readings: Readings) {
  return Object.entries(readings).map(([name, [help, read]]) => ({
    metric: new Kind({ name, help, labelNames: ['node'], registers: [registry] }),
    read,
  }));
}

const timings = ['hop', 'call', 'tickGap', 'age'] as const;

function latencyMetrics(registry: Registry): Fill {
  const gauge = new Gauge({
    name: 'reverie_latency_seconds',
    help: 'Over the last ten seconds: hop (publish to handler), call (inside it), tickGap (between ticks of a sink), age (since capture)',
    labelNames: ['node', 'timing', 'quantile'],
    registers: [registry],
  });
  return ({ nodes }) => {
    gauge.reset();
    for (const node of nodes) {
      for (const timing of timings) quantiles(gauge, { node: node.id, timing }, node.recent[timing]);
    }
  };
}

function quantiles(
  gauge: Gauge,
  labels: Record<string, string>,
  { count, p50, p95, p99, max }: Percentiles,
): void {
  if (count === 0) return;
  for (const [quantile, ms] of [
    ['0.5', p50],
    ['0.95', p95],
    ['0.99', p99],
    ['1', max],
  ] as const) {
    gauge.set({ ...labels, quantile }, ms / 1000);
  }
}

function daemonMetrics(registry: Registry): Fill {
  const registers = [registry];
  const delay = new Gauge({
    name: 'reverie_event_loop_delay_seconds',
    help: 'Of the daemon',
    labelNames: ['quantile'],
    registers,
  });
  const rss = new Gauge({
    name: 'reverie_daemon_resident_bytes',
    help: 'Resident memory of the daemon',
    registers,
  });
  const cpu = new Counter({
    name: 'reverie_daemon_cpu_seconds_total',
    help: 'Processor time of the daemon',
    registers,
  });
  const clients = new Gauge({
    name: 'reverie_websocket_clients',
    help: 'Open WebSockets',
    labelNames: ['kind'],
    registers,
  });
  const players = new Gauge({
    name: 'reverie_stream_players',
    help: 'Players that watch a stream by HTTP',
    registers,
  });
  const skips = new Counter({
    name: 'reverie_preview_skips_total',
    help: 'Preview pictures that viewers were too slow for',
    registers,
  });
  const streamSkips = new Counter({
    name: 'reverie_stream_skips_total',
    help: 'Pictures of streams that players were too slow for',
    registers,
  });
  const slow = new Counter({
    name: 'reverie_websocket_slow_clients_total',
    help: 'Clients closed because they did not read',
    registers,
  });
  return ({ eventLoopDelay, rssBytes, cpuSeconds, sockets }) => {
    quantiles(delay, {}, eventLoopDelay);
    rss.set(rssBytes);
    clients.set({ kind: 'native' }, sockets.clients);
    clients.set({ kind: 'preview' }, sockets.previews);
    players.set(sockets.streams);
    for (const [counter, value] of [
      [cpu, cpuSeconds],
      [skips, sockets.previewSkips],
      [streamSkips, sockets.streamSkips],
      [slow, sockets.slowClients],
    ] as const) {
      counter.reset();
      counter.inc(value);
    }
  };
}
