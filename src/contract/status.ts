import type { JsonObject } from './json.ts';

/** What a node is doing. One list for sources, stages, sinks and control adapters. */
export type NodeState =
  'starting' | 'ready' | 'live' | 'degraded-input' | 'degraded-inference' | 'stalled' | 'failed' | 'off';

/** The same in REST, WebSocket, OSC, the panel and the log. */
export interface Status {
  readonly state: NodeState;
  /** An error code, or null while all is well. */
  readonly code: string | null;
  /** Plain words for a person. */
  readonly message: string;
  readonly remedy: string | null;
  readonly context: JsonObject;
  /** Wall-clock milliseconds since 1970. */
  readonly since: number;
}

/** Why a node's runner died or failed. Kept until the node is replaced; a GET never clears it. */
export interface Fault {
  readonly node: string;
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  /** Wall-clock milliseconds since 1970. */
  readonly at: number;
  readonly pid: number | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The runner's last log lines, oldest first: at most 200, 500 characters of each, 32 KB in all. What is left out is said. */
  readonly log: readonly string[];
}

/** A fault in a list beside the nodes, which hold the lines. */
export type FaultSummary = Omit<Fault, 'log'>;
