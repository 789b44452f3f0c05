import type { EndpointStatus } from './endpoint.ts';
import type { Graph } from './graph.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Mode } from './call.ts';
import type { Size } from './frame.ts';
import type { Percentiles } from './histogram.ts';
import type { Matte } from './packed-matte.ts';
import type { ControlItem, NodeRole } from './protocol.ts';
import type { Fault, Status } from './status.ts';
import type { AdapterDescriptor, Probe } from './adapter.ts';

/** A stage that is loaded as it may be asked for next, and held beside what plays. */
export interface StandbyStatus {
  readonly pid: number | null;
  /** It waits for its first call. */
  readonly ready: boolean;
}

export interface NodeStatus {
  readonly id: string;
  readonly role: NodeRole;
  /** Id of the pipeline or adapter. */
  readonly module: string;
  readonly pid: number | null;
  /** Pid of a replacement that is warming up, if any. */
  readonly warmingPid: number | null;
  /** Loaded for what may come next; null where nothing is held. */
  readonly standby: StandbyStatus | null;
  readonly status: Status;
  readonly mode: Mode | null;
  readonly size: Size | null;
  /** What the runner says of its media: codec, size, rate, what was left out. */
  readonly info: JsonObject;
  /** How often its runner was started again since the node is in the graph. */
  readonly restarts: number;
  /** The last thing that went wrong, kept after recovery. */
  readonly fault: Fault | null;
  /** Of a source or sink: what it is connected to; null for the others. */
  readonly endpoint: EndpointStatus | null;
}

/** What a node's runner said, line by line, oldest first: at most 200 lines of about 2,000 characters each. */
export interface NodeLog {
  /** The runner at work; empty where there is none. */
  readonly runner: readonly string[];
  /** Up to the node's last fault. */
  readonly fault: readonly string[];
}

export interface EngineStatus {
  readonly nodes: readonly NodeStatus[];
  readonly paused: boolean;
  readonly memory: {
    /** Kind of memory that frames lie in now: `posix`, `windows`, `file`, or two of them, as in `posix and file`. */
    readonly kind: string;
    readonly bytes: number;
    /** `E_MEMORY_FULL` while shared memory does not suffice and frames lie in files instead. */
    readonly code: string | null;
    /** Why frames lie in files. */
    readonly reason: string | null;
  };
}

/** Times of one hop or call, milliseconds. */
export interface Timings {
  /** From the producer's publish to the first line of this node's handler. */
  readonly hop: Percentiles;
  /** Inside the pipeline's `process` or the sink's handler. */
  readonly call: Percentiles;
  /** Between a sink's ticks. */
  readonly tickGap: Percentiles;
  /** From capture to this node. */
  readonly age: Percentiles;
}

export interface NodeStats {
  readonly id: string;
  readonly rateInHz: number;
  readonly rateOutHz: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly ticks: number;
  readonly repeats: number;
  /** Frames of this node that were replaced before anyone took them. */
  readonly drops: number;
  /** Frames of a source beyond its rate cap. */
  readonly skipped: number;
  /** Lines that its runner logged faster than they can be read. */
  readonly logLinesDropped: number;
  readonly rssBytes: number;
  /** Over the last ten seconds. */
  readonly recent: Timings;
  /** Since the start or the last reset; the counters above count since then, too. */
  readonly total: Timings;
}

export interface LinkStats {
  readonly id: string;
  readonly size: Size | null;
  readonly generation: number;
  readonly published: number;
  readonly drops: number;
  /** Slots of all its generations: `free + granted + held` is always `slots`. */
  readonly slots: number;
  readonly free: number;
  /** In the hand of its producer. */
  readonly granted: number;
  /** The newest frame, what consumers have in hand and what their windows keep. */
  readonly held: number;
  readonly consumers: number;
}

export interface EngineStats {
  readonly nodes: readonly NodeStats[];
  readonly links: readonly LinkStats[];
  /** Of the daemon, milliseconds over the timer's own resolution. */
  readonly eventLoopDelay: Percentiles;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

export type EngineEvent =
  | { readonly type: 'status'; readonly node: NodeStatus }
  | { readonly type: 'fault'; readonly fault: Fault }
  | { readonly type: 'graph' }
  | { readonly type: 'node-event'; readonly node: string; readonly name: string; readonly data: JsonObject };

export interface StillOptions {
  readonly format: 'png' | 'jpeg';
  /** Longest side in pixels; null keeps the frame's size. */
  readonly maxSide: number | null;
  /** 1..100, for JPEG. */
  readonly quality: number;
}

export interface Still {
  readonly bytes: Uint8Array;
  readonly contentType: 'image/png' | 'image/jpeg';
  readonly size: Size;
  readonly sequence: number;
}

export interface AdapterReport extends AdapterDescriptor {
  readonly probe: Probe;
  /** Whether it can search for what can be picked. */
  readonly finds: boolean;
}

/** What the rest of the daemon may ask of the frame path. */
export interface EngineApi {
  /** Makes the running graph equal to this one; what did not change plays on. Rejects with a coded error and changes nothing. */
  apply(graph: Graph): Promise<void>;
  status(): EngineStatus;
  stats(): EngineStats;
  /** Whole lines, of which a fault in `status` holds an excerpt. Throws `E_GRAPH_UNKNOWN_NODE`. */
  log(node: string): NodeLog;
  /** Counts from zero again, as before a measurement. */
  resetStats(): void;
  /** Warm reload of a stage, or a restart of a source or sink. */
  reload(node: string): Promise<void>;
  /** Lets the endpoint that a source or sink is to change to take over at once, whether or not it has a frame. */
  takeOver(node: string): Promise<void>;
  /** Asks a node's runner something its adapter answers. */
  request(node: string, method: string, params: JsonObject): Promise<JsonValue>;
  /** The newest picture of a node; of a sink, what it shows. Encoded in a runner. */
  still(node: string, options: StillOptions): Promise<Still>;
  /** JPEG pictures of a node until the returned function is called. One encode serves all viewers of a node. */
  preview(node: string, listener: (jpeg: Uint8Array) => void, matte?: Matte): () => void;
  adapters(): Promise<readonly AdapterReport[]>;
  subscribe(listener: (event: EngineEvent) => void): () => void;
  /** Decoded control input of every control adapter. */
  onControl(listener: (batch: readonly ControlItem[]) => void): () => void;
  close(): Promise<void>;
}
