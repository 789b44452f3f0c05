import type { EngineEvent } from '../contract/engine-api.ts';
import { failure } from '../contract/error.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import {
  KEY_CHUNK,
  type LiveStreamForm,
  type LiveStreamsApi,
  type LiveStreamViewer,
} from '../contract/live-stream.ts';
import type { BulkItem } from './bulk-reader.ts';
import type { JpegForm, JpegViewer } from './jpeg-feed.ts';
import { SideSinks, type SideSinkHost } from './side-sinks.ts';

/** Viewers of all nodes together: each is a connection that the daemon writes to. */
const MAX_VIEWERS = 128;
const AGAIN_MS = 40;

export interface LiveStreamsHost<Node> extends SideSinkHost<Node> {
  /** Throws where there is no such node. */
  mustExist(target: string): void;
  idOf(node: Node): string;
  request(node: Node, method: string, params: JsonObject): Promise<JsonValue>;
  watchJpeg(target: string, form: JpegForm, viewer: JpegViewer): () => void;
}

interface Broadcast<Node> {
  readonly node: Node;
  readonly viewers: Set<LiveStreamViewer>;
}

/**
 * Streams for whoever can play no WebRTC. JPEG pictures come from a node's tap; MPEG-TS from a hidden sink of the adapter
 * `stream`, one a node, which encodes as long as somebody watches. `Node` is the host's own matter.
 */
export class LiveStreams<Node> implements LiveStreamsApi {
  readonly #host: LiveStreamsHost<Node>;
  readonly #sinks: SideSinks<Node>;
  readonly #broadcasts = new Map<string, Broadcast<Node>>();
  #watches = 0;

  constructor(host: LiveStreamsHost<Node>) {
    this.#host = host;
    this.#sinks = new SideSinks(host);
  }

  watch(target: string, form: LiveStreamForm, viewer: LiveStreamViewer): () => void {
    this.#host.mustExist(target);
    if (this.#watches >= MAX_VIEWERS)
      throw failure('E_STREAM_LIMIT', `${MAX_VIEWERS} viewers watch streams already`, { limit: MAX_VIEWERS });
    const stop =
      form.kind === 'mjpeg' ? this.#watchJpeg(target, form, viewer) : this.#watchTs(target, viewer);
    this.#watches += 1;
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      this.#watches -= 1;
      stop();
    };
  }

  bulk(item: BulkItem): void {
    for (const { node, viewers } of this.#broadcasts.values()) {
      if (this.#host.idOf(node) !== item.node) continue;
      for (const viewer of viewers) viewer.chunk(item.bytes, item.id === KEY_CHUNK);
    }
  }

  /** The runner of a hidden sink started anew: it must be told again. */
  restarted(node: Node): void {
    for (const broadcast of this.#broadcasts.values()) if (broadcast.node === node) this.#play(broadcast);
  }

  /** A hidden sink that cannot work says why; one whose process died comes back, and its viewers see it go on. */
  see(event: EngineEvent): void {
    if (event.type !== 'fault' || event.fault.exitCode !== null || event.fault.signal !== null) return;
    const { node: id, code, message } = event.fault;
    for (const { node, viewers } of this.#broadcasts.values())
      if (this.#host.idOf(node) === id)
        for (const viewer of viewers) viewer.ended({ code, message, remedy: null, details: null });
  }

  /** The node left the graph. */
  drop(target: string): void {
    const viewers = [...(this.#broadcasts.get(target)?.viewers ?? [])];
    this.#broadcasts.delete(target);
    this.#sinks.drop(target);
    for (const viewer of viewers) viewer.ended(null);
  }

  close(): void {
    for (const target of this.#broadcasts.keys()) this.drop(target);
  }

  #watchJpeg(
    target: string,
    { width, rateHz, quality }: Extract<LiveStreamForm, { kind: 'mjpeg' }>,
    viewer: LiveStreamViewer,
  ): () => void {
    const form: JpegForm = { maxSide: null, maxWidth: width, quality, rateHz, matte: 'none' };
    return this.#host.watchJpeg(target, form, {
      picture: (jpeg) => viewer.chunk(jpeg, true),
      ended: () => viewer.ended(null),
    });
  }

  #watchTs(target: string, viewer: LiveStreamViewer): () => void {
    const broadcast = this.#broadcastOf(target);
    broadcast.viewers.add(viewer);
    this.#play(broadcast);
    return () => {
      if (!broadcast.viewers.delete(viewer) || this.#broadcasts.get(target) !== broadcast) return;
      if (broadcast.viewers.size === 0)
        this.#host.request(broadcast.node, 'viewers', { on: false }).catch(() => undefined);
      this.#sinks.release(target, broadcast.node);
    };
  }

  #broadcastOf(target: string): Broadcast<Node> {
    const node = this.#sinks.hold(target);
    const present = this.#broadcasts.get(target);
    if (present?.node === node) return present;
    const broadcast: Broadcast<Node> = { node, viewers: new Set() };
    this.#broadcasts.set(target, broadcast);
    return broadcast;
  }

  /** On, with a chunk to begin with. A young or restarted sink does not answer at once: asked again as long as somebody looks. */
  #play(broadcast: Broadcast<Node>): void {
    if (broadcast.viewers.size === 0) return;
    this.#host.request(broadcast.node, 'viewers', { on: true }).catch(() => {
      setTimeout(() => this.#play(broadcast), AGAIN_MS).unref();
    });
  }
}
