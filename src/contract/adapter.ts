import type { z } from 'zod';
import type { Frame, Size } from './frame.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { toJsonSchema } from './parameter.ts';

export type { AspectPolicy, Frame, Rotation, Size } from './frame.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { ui } from './parameter.ts';
export { z } from 'zod';

export type AdapterRole = 'source' | 'sink' | 'control';

interface AdapterFacts {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly roles: readonly AdapterRole[];
  /** `own`: a runner per node; `shared`: one runner for all its nodes. */
  readonly runner: 'own' | 'shared';
  /** One endpoint can be opened once at a time: a change of its settings closes it first. False unless given. */
  readonly exclusive?: boolean;
}

export interface AdapterDescriptor extends AdapterFacts {
  /** JSON Schema of the configuration. */
  readonly schema: JsonObject;
  /** The config key that the part after the colon of `file:clip.mp4` fills; null where there is none. */
  readonly locator: string | null;
  /** URL schemes beside its id: of `srt://…` the whole URL fills the locator. */
  readonly schemes: readonly string[];
}

export interface AdapterDefinition extends AdapterFacts {
  readonly config: z.ZodObject;
  readonly locator: string | null;
  readonly schemes?: readonly string[];
  readonly load: () => Promise<AdapterModule>;
}

/** Declares an adapter. Default export of `adapters/<id>/index.ts`; importing it touches no device. */
export function defineAdapter(definition: AdapterDefinition): AdapterDefinition {
  return definition;
}

export function describeAdapter(definition: AdapterDefinition): AdapterDescriptor {
  const { config, load: _code, schemes = [], ...facts } = definition;
  return { ...facts, schemes, schema: toJsonSchema(config) };
}

/** Whether an adapter can work here; a no always says why and what to install. */
export type Probe =
  | { readonly available: true; readonly version: string | null }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

export interface Endpoint {
  /** URL-like, as `--in` takes it: `file:clip.mp4`. */
  readonly url: string;
  readonly name: string;
  readonly size: Size | null;
  readonly rateHz: number | null;
}

/** What a search for endpoints is handed. It works in a runner of its own until it is aborted; the supervisor brings it back. */
export interface DiscoverContext {
  readonly signal: AbortSignal;
  log(line: string): void;
  /** All that can be picked now. Call it once what is there is known, and again whenever that changes. */
  found(endpoints: readonly Endpoint[]): void;
}

/**
 * What `run.ts` of an adapter exports. Each `run` works until it fails, is lost or is aborted, and never reconnects by
 * itself: the supervisor brings it back. Resolving means the source or sink has ended.
 */
export interface AdapterModule {
  probe(): Promise<Probe>;
  discover?(context: DiscoverContext): Promise<void>;
  readonly source?: { run(context: SourceContext): Promise<void> };
  readonly sink?: { run(context: SinkContext): Promise<void> };
  readonly control?: { run(context: ControlContext): Promise<void> };
}

/** What every adapter that runs is handed. */
export interface RunContext {
  readonly node: string;
  /** Already validated against the descriptor's config. */
  readonly config: JsonObject;
  readonly signal: AbortSignal;
  log(line: string): void;
  busy(what: string, deadlineMs: number): void;
  /**
   * What came in or goes out, shown in status: codec, size, rate, what was left out. An adapter that waits to be called says why nobody
   * is there as `waiting`, and null once somebody is. One that was told a part of a name says as `endpoint` the URL by which its search lists it.
   */
  describe(info: JsonObject): void;
  /** Answers a request of the daemon (`still`, `preview`, …). */
  onRequest(method: string, handler: (params: JsonObject) => Promise<JsonValue>): void;
  event(name: string, data: JsonObject): void;
  /** Sends encoded bytes (JPEG, PNG) to the daemon beside the message channel, tagged by `id`. */
  bulk(id: number, bytes: Uint8Array): void;
}

export interface SourceContext extends RunContext {
  /** The size the consumers would like now, or null where none says so. A source that converts anyway delivers it. */
  readonly wanted: Size | null;
  onWanted(listener: (size: Size | null) => void): void;
  /** True where the graph takes every frame and the source must wait for it; then `output` waits until the last frame was taken. */
  readonly lockstep: boolean;
  /** The frame to write next, in shared memory. One at a time. Rejects when aborted. */
  output(size: Size): Promise<OutputFrame>;
}

export interface OutputFrame extends Size {
  /** `[height, width, 4]`, uint8; its former content is undefined. */
  readonly data: Uint8Array;
  readonly sequence: number;
  /** Hands the frame on. Times default to now. After it the frame must not be touched. */
  publish(times?: { readonly ptsUs?: number; readonly captureUs?: number }): void;
}

export interface Presentation {
  readonly frame: Frame;
  /** True where no new frame came in time and the last one is shown again. */
  readonly repeat: boolean;
}

export interface SinkContext extends RunContext {
  /** Frames a second at most, and the rate at which the last frame is repeated. */
  readonly rateHz: number;
  /**
   * Calls `present` on arrival, rate-capped, and again with the last frame after one and a half periods of silence. Awaits it,
   * so a slow sink skips to the newest frame. Resolves when aborted.
   */
  present(handler: (presentation: Presentation) => void | Promise<void>): Promise<void>;
  /** Asks for frames of this size; null takes them as they come. */
  want(size: Size | null): void;
}

/** Values of one message or bundle, in order; numbers, strings and blobs already decoded. */
export interface ControlMessage {
  readonly address: string;
  readonly args: readonly JsonValue[];
  /** Who sent it: `osc:127.0.0.1:50123`. Rejections are counted by it. */
  readonly sender: string;
  /** Only the newest of this address counts: a fader or DMX channel that has no address in the show. */
  readonly live?: true;
}

export interface ControlContext extends RunContext {
  /** Hands decoded messages on. The runner coalesces plain values per address and sends at most 250 batches a second. */
  send(messages: readonly ControlMessage[]): void;
  /** Counts what was not understood, with the last reason kept for status. */
  reject(sender: string, code: string, message: string): void;
  /** Call once listening or connected. */
  live(): void;
}
