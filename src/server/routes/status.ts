import type { DaemonStats, DaemonStatus, OverallState } from '../../contract/daemon.ts';
import type { NodeStatus } from '../../contract/engine-api.ts';
import type { Fault, FaultSummary } from '../../contract/status.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { refused } from '../schema/error.ts';
import { daemonStats } from '../schema/stats.ts';
import { daemonStatus, health } from '../schema/status.ts';
import { z } from 'zod';

/** Reads the state of the daemon for REST and sockets alike. */
export interface StateReader {
  status(): DaemonStatus;
  stats(): DaemonStats;
}

export function stateReader(deps: ServerDependencies, sockets: DaemonStats['sockets']): StateReader {
  return {
    status() {
      const engine = deps.engine.status();
      return {
        version: deps.version,
        uptimeSeconds: uptimeSeconds(deps),
        state: overallState(engine.nodes),
        ...engine,
        faults: engine.nodes.flatMap(({ fault }) => (fault === null ? [] : summaryOf(fault))),
        show: deps.show.status(),
        rejections: deps.show.rejections(),
      };
    },
    stats: () => ({ ...deps.engine.stats(), sockets: { ...sockets } }),
  };
}

function summaryOf({ log: _lines, ...facts }: Fault): FaultSummary {
  return facts;
}

/**
 * The worst of all nodes, in one word. A node that is off was switched off, and is not counted; a show plays on without a control
 * that failed, as OBS does while nobody has started it.
 */
export function overallState(nodes: readonly NodeStatus[]): OverallState {
  const states = new Set(
    nodes.map(({ role, status: { state } }) =>
      role === 'control' && state === 'failed' ? 'degraded-input' : state,
    ),
  );
  if (states.has('failed')) return 'failed';
  if (states.has('stalled') || states.has('degraded-input') || states.has('degraded-inference'))
    return 'degraded';
  return states.has('starting') ? 'starting' : 'live';
}

export function healthRoute(app: App, deps: ServerDependencies): void {
  const schema = {
    tags: ['state'],
    summary: 'Whether the daemon answers, and how its nodes are',
    response: { 200: health, ...refused },
  };
  app.get('/health', { schema }, () => {
    const { nodes } = deps.engine.status();
    return {
      status: 'ok' as const,
      version: deps.version,
      uptimeSeconds: uptimeSeconds(deps),
      state: overallState(nodes),
      nodes: Object.fromEntries(nodes.map((node) => [node.id, node.status.state])),
    };
  });
}

export function statusRoutes(app: App, deps: ServerDependencies, read: StateReader): void {
  const tags = ['state'];
  app.get(
    '/status',
    {
      schema: {
        tags,
        summary: 'Nodes with pid, state and fault; show file; refused values',
        response: { 200: daemonStatus, ...refused },
      },
    },
    () => read.status(),
  );
  app.get(
    '/stats',
    {
      schema: {
        tags,
        summary: 'Rates, drops, repeats, latency per hop, event-loop delay',
        response: { 200: daemonStats, ...refused },
      },
    },
    () => read.stats(),
  );
  app.post(
    '/stats/reset',
    {
      schema: {
        tags,
        summary: 'Counts from zero again, as before a measurement',
        response: { 204: z.null().describe('Done'), ...refused },
      },
    },
    (_request, reply) => {
      deps.engine.resetStats();
      reply.code(204);
      return null;
    },
  );
}

function uptimeSeconds(deps: ServerDependencies): number {
  return Math.max(0, (Date.now() - deps.startedAt) / 1000);
}
