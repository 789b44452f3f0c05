import type { Rejection } from './command.ts';
import type { EngineStats, EngineStatus } from './engine-api.ts';
import type { ShowStatus } from './show-api.ts';
import type { FaultSummary } from './status.ts';

/** The worst state of all nodes, in one word. */
export type OverallState = 'live' | 'starting' | 'degraded' | 'failed';

/** What GET status answers, and what a socket that follows `status` gets first. */
export interface DaemonStatus extends EngineStatus {
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly state: OverallState;
  readonly faults: readonly FaultSummary[];
  readonly show: ShowStatus;
  readonly rejections: readonly Rejection[];
}

/** What the server itself counts. Totals since the daemon started, but for those that say otherwise. */
export interface SocketCounts {
  /** Connected at this moment. */
  readonly clients: number;
  /** Sessions whose line broke and that may still come back, at this moment. */
  readonly lost: number;
  /** Sessions that came back. */
  readonly resumed: number;
  /** Sessions that were forgotten before they came back: their time was over, or others needed the room. */
  readonly forgotten: number;
  readonly previews: number;
  /** Preview pictures that a viewer was too slow for. */
  readonly previewSkips: number;
  /** Players that watch a stream by HTTP, at this moment. */
  readonly streams: number;
  /** Pictures of streams that a player was too slow for. */
  readonly streamSkips: number;
  /** Clients that were closed because they did not read. */
  readonly slowClients: number;
  /** Messages that were answered with an error. */
  readonly badMessages: number;
}

export interface DaemonStats extends EngineStats {
  readonly sockets: SocketCounts;
}
