import type { Still, StillOptions } from '../contract/engine-api.ts';
import { failure } from '../contract/error.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { Matte } from '../contract/packed-matte.ts';
import type { BulkItem } from './bulk-reader.ts';
import { JpegFeed, type JpegForm, type JpegViewer } from './jpeg-feed.ts';
import type { RunningNode } from './running-node.ts';
import { SideSinks, type SideSinkHost } from './side-sinks.ts';

/** How long a still may take, the first frame of a young node included. */
const STILL_LIMIT_MS = 5_000;
const AGAIN_MS = 40;
const PREVIEW = { maxSide: 960, maxWidth: null, quality: 80, rateHz: 30 };
/** Forms in which one node is watched at a time: each is an encode of its own. */
const MAX_FORMS = 5;

interface Tap {
  readonly node: RunningNode;
  readonly feeds: Map<string, JpegFeed>;
  readonly stills: Map<number, (bytes: Uint8Array) => void>;
}

export interface TapHost extends SideSinkHost<RunningNode> {
  request(node: RunningNode, method: string, params: JsonObject): Promise<JsonValue>;
}

/** Pictures of any node for people: stills, and JPEG streams in which one encode serves all viewers. Encoded in a runner. */
export class Taps {
  readonly #host: TapHost;
  readonly #sinks: SideSinks<RunningNode>;
  readonly #taps = new Map<string, Tap>();
  #nextId = 1;

  constructor(host: TapHost) {
    this.#host = host;
    this.#sinks = new SideSinks(host);
  }

  async still(target: string, options: StillOptions): Promise<Still> {
    const tap = this.#tapOf(target);
    const id = this.#nextId++;
    const bytes = new Promise<Uint8Array>((resolve) => tap.stills.set(id, resolve));
    try {
      const params = { id, format: options.format, maxSide: options.maxSide, quality: options.quality };
      const answer = (await this.#requestWithin(tap, params)) as {
        width: number;
        height: number;
        sequence: number;
      };
      return {
        bytes: await bytes,
        contentType: options.format === 'png' ? 'image/png' : 'image/jpeg',
        size: { width: answer.width, height: answer.height },
        sequence: answer.sequence,
      };
    } finally {
      tap.stills.delete(id);
      this.#sinks.release(target, tap.node);
    }
  }

  preview(target: string, listener: (jpeg: Uint8Array) => void, matte: Matte): () => void {
    return this.watch(target, { ...PREVIEW, matte }, { picture: listener, ended: () => undefined });
  }

  /** Throws `E_STREAM_LIMIT` where the node is watched in too many forms. */
  watch(target: string, form: JpegForm, viewer: JpegViewer): () => void {
    const key = JSON.stringify([form.maxSide, form.maxWidth, form.quality, form.matte]);
    const present = this.#taps.get(target)?.feeds;
    if (present !== undefined && !present.has(key) && present.size >= MAX_FORMS)
      throw failure(
        'E_STREAM_LIMIT',
        `Node "${target}" is watched in ${MAX_FORMS} sizes or qualities already; take one of those`,
      );
    const tap = this.#tapOf(target);
    const feed = tap.feeds.get(key) ?? new JpegFeed(this.#nextId++, form);
    tap.feeds.set(key, feed);
    feed.join(viewer, form.rateHz);
    this.#stream(tap, feed);
    return () => {
      if (!feed.leave(viewer) || this.#taps.get(target) !== tap) return;
      if (feed.empty) tap.feeds.delete(key);
      // The others go on at the rate that they asked for.
      this.#stream(tap, feed);
      this.#sinks.release(target, tap.node);
    };
  }

  /** The runner of a tap started anew: it must be told again. */
  restarted(node: RunningNode): void {
    for (const tap of this.#taps.values())
      if (tap.node === node) for (const feed of tap.feeds.values()) this.#stream(tap, feed);
  }

  bulk(item: BulkItem): void {
    for (const tap of this.#taps.values()) {
      if (tap.node.id !== item.node) continue;
      tap.stills.get(item.id)?.(item.bytes);
      for (const feed of tap.feeds.values()) if (feed.id === item.id) feed.show(item.bytes);
    }
  }

  /** The node left the graph. */
  drop(target: string): void {
    const feeds = [...(this.#taps.get(target)?.feeds.values() ?? [])];
    this.#taps.delete(target);
    this.#sinks.drop(target);
    for (const feed of feeds) feed.end();
  }

  close(): void {
    for (const target of this.#taps.keys()) this.drop(target);
  }

  #tapOf(target: string): Tap {
    const node = this.#sinks.hold(target);
    const present = this.#taps.get(target);
    if (present?.node === node) return present;
    const tap: Tap = { node, feeds: new Map(), stills: new Map() };
    this.#taps.set(target, tap);
    return tap;
  }

  /** A young or restarted tap does not answer at once: asked again as long as somebody looks. */
  #stream(tap: Tap, feed: JpegFeed): void {
    this.#host.request(tap.node, 'preview', feed.params()).catch(() => {
      setTimeout(() => {
        if (!feed.empty) this.#stream(tap, feed);
      }, AGAIN_MS).unref();
    });
  }

  async #requestWithin(tap: Tap, params: JsonObject): Promise<JsonValue> {
    const deadline = performance.now() + STILL_LIMIT_MS;
    for (;;) {
      try {
        return await this.#host.request(tap.node, 'still', params);
      } catch (error) {
        if (performance.now() > deadline)
          throw failure('E_FRAME_NONE', 'There is no picture of this node yet', null, error);
      }
      // A new tap has its first frame within a frame or two of its producer; a young producer takes longer.
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
