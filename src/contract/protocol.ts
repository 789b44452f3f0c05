import type { CallValues } from './call.ts';
import type { ErrorReport } from './error.ts';
import type { AspectPolicy, Size, SlotRef, Token } from './frame.ts';
import type { HistogramCounts } from './histogram.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { PictureSettings } from './picture.ts';
import type { NodeState } from './status.ts';

/**
 * The runner protocol: one JSON object a line over the child's IPC channel; either side may put several into an array, which are
 * heard in order and cost what one costs. `node` says which of the runner's nodes is meant; `epoch` counts the
 * attachments of a node, so that late words of an earlier one are ignored.
 */
export const PROTOCOL_VERSION = 1;

/** Where a segment lies: a POSIX shared memory object, a Windows file mapping, or a file. */
export interface MemoryRef {
  readonly kind: 'posix' | 'windows' | 'file';
  readonly name: string;
  readonly bytes: number;
}

export type NodeRole = 'source' | 'stage' | 'sink' | 'control';
/** A finder looks for what an adapter can be connected to; it is in no graph and no status. */
export type RunnerRole = NodeRole | 'finder';

/** How a node starts in its runner. */
export interface NodeOpening {
  readonly role: RunnerRole;
  /** URL or path of the module that exports `run`'s or `load`'s contract; `#name` picks an export. */
  readonly module: string;
  readonly config: JsonObject;
  readonly aspect: AspectPolicy;
  /** Of a source or sink. */
  readonly picture: PictureSettings;
  readonly rateHz: number;
  readonly lockstep: boolean;
  /** First values of a stage; null for adapters. */
  readonly values: CallValues | null;
  readonly providers: readonly string[];
  readonly cacheDir: string;
}

/** A generation of a link: slots of one size in one segment. The same message tells producer and consumers. */
export interface Generation extends Size {
  readonly link: string;
  readonly generation: number;
  readonly memory: MemoryRef;
  readonly slots: number;
  /** Its producer waits until each frame was taken: a stage then fetches the next one while it works on the last. */
  readonly lockstep: boolean;
}

export type ToRunner =
  | ({ readonly t: 'open'; readonly v: number; readonly node: string; readonly epoch: number } & NodeOpening)
  | ({ readonly t: 'map'; readonly node: string; readonly as: 'output' | 'input' } & Generation)
  /** A slot to write, unasked. */
  | ({ readonly t: 'grant'; readonly node: string } & SlotRef)
  /** Frames for input `port`, oldest first; with the values of the call they are for, where the node is a stage. */
  | {
      readonly t: 'frame';
      readonly node: string;
      readonly port: string;
      readonly tokens: readonly Token[];
      readonly call: CallValues | null;
    }
  /** The mode or inputs changed while no call was on its way: ask `prepare` again. */
  | { readonly t: 'values'; readonly node: string; readonly call: CallValues }
  /** The size the consumers of a producer would like; null where it is all the same to them. */
  | { readonly t: 'want'; readonly node: string; readonly size: Size | null }
  /** Other settings of a source's or sink's picture, from its next frame on. */
  | {
      readonly t: 'picture';
      readonly node: string;
      readonly picture: PictureSettings;
      readonly aspect: AspectPolicy;
    }
  | {
      readonly t: 'request';
      readonly node: string;
      /** Of the reply; null where nobody waits for one, and none is sent. */
      readonly id: number | null;
      readonly method: string;
      readonly params: JsonObject;
    }
  | { readonly t: 'ping'; readonly at: number }
  /** Ends one node, or with null the runner. */
  | { readonly t: 'close'; readonly node: string | null };

export type FromRunner =
  | { readonly t: 'hello'; readonly v: number }
  /** Ready for `count` frames (0: for a call without input); returns what it held. */
  | {
      readonly t: 'take';
      readonly node: string;
      readonly epoch: number;
      readonly port: string;
      readonly count: number;
      readonly release: readonly SlotRef[];
      readonly want: Size | null;
    }
  /** Asks for a generation of this size, with `burst` slots granted at once. Gives back what was granted. */
  | ({ readonly t: 'resize'; readonly node: string; readonly epoch: number; readonly burst: number } & Size)
  | ({
      readonly t: 'publish';
      readonly node: string;
      readonly epoch: number;
      readonly ptsUs: number;
      readonly captureUs: number;
      readonly publishedUs: number;
    } & SlotRef)
  | {
      readonly t: 'status';
      readonly node: string;
      readonly epoch: number;
      readonly state: NodeState;
      readonly error: ErrorReport | null;
      readonly info: JsonObject;
    }
  | { readonly t: 'event'; readonly node: string; readonly name: string; readonly data: JsonObject }
  /** Decoded control input, coalesced: `sets` latest value per address, `messages` what must keep its order and count. */
  | { readonly t: 'command'; readonly node: string; readonly batch: readonly ControlItem[] }
  | {
      readonly t: 'reply';
      readonly id: number;
      readonly result: JsonValue;
      readonly error: ErrorReport | null;
    }
  | { readonly t: 'stats'; readonly node: string; readonly epoch: number; readonly stats: NodeCounters }
  /** `dropped` lines before it were left out: they came faster than the daemon can read them. */
  | { readonly t: 'log'; readonly node: string; readonly line: string; readonly dropped: number }
  | { readonly t: 'busy'; readonly node: string; readonly what: string; readonly deadlineMs: number }
  | { readonly t: 'pong'; readonly at: number; readonly rssBytes: number };

export interface ControlItem {
  /** `/main/strength`, or a controller's event (control-event.ts). */
  readonly address: string;
  readonly args: readonly JsonValue[];
  readonly sender: string;
}

/** What a runner counted for a node since its last report; sent once a second while it works. */
export interface NodeCounters {
  readonly framesIn: number;
  readonly framesOut: number;
  /** A sink's ticks, repeats included. */
  readonly ticks: number;
  readonly repeats: number;
  /** Frames of a source beyond its rate cap. */
  readonly skipped: number;
  /** From the producer's publish to the first line of this node's handler. */
  readonly hop: HistogramCounts;
  /** Time inside `process` or the sink's handler. */
  readonly call: HistogramCounts;
  /** Between a sink's ticks. */
  readonly tickGap: HistogramCounts;
  /** From capture to this node. */
  readonly age: HistogramCounts;
}
