import type { Still, StillOptions } from '../contract/engine-api.ts';
import { failure } from '../contract/error.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { BulkItem } from './bulk-reader.ts';
import type { RunningNode } from './running-node.ts';
import { SideSinks, type SideSinkHost } from './side-sinks.ts';

/** How long a still may take, the first frame of a young node included. */
const STILL_LIMIT_MS = 5_000;
const AGAIN_MS = 40;
const PREVIEW: JsonObject = { on: true, maxSide: 960, quality: 80, rateHz: 30 };

interface Tap {
  readonly node: RunningNode;
  readonly viewers: Set<(jpeg: Uint8Array) => void>;
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
  #nextStill = 1;

  constructor(host: TapHost) {
    this.#host = host;
    this.#sinks = new SideSinks(host);
  }

  async still(target: string, options: StillOptions): Promise<Still> {
    const tap = this.#tapOf(target);
    const id = this.#nextStill++;
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

  preview(target: string, listener: (jpeg: Uint8Array) => void): () => void {
    const tap = this.#tapOf(target);
    tap.viewers.add(listener);
    this.#stream(tap);
    return () => {
      if (!tap.viewers.delete(listener) || this.#taps.get(target) !== tap) return;
      if (tap.viewers.size === 0)
        this.#host.request(tap.node, 'preview', { ...PREVIEW, on: false }).catch(() => undefined);
      this.#sinks.release(target, tap.node);
    };
  }

  /** The runner of a tap started anew: it must be told again. */
  restarted(node: RunningNode): void {
    for (const tap of this.#taps.values()) if (tap.node === node && tap.viewers.size > 0) this.#stream(tap);
  }

  bulk(item: BulkItem): void {
    for (const tap of this.#taps.values()) {
      if (tap.node.id !== item.node) continue;
      if (item.id === 0) for (const viewer of tap.viewers) viewer(item.bytes);
      else tap.stills.get(item.id)?.(item.bytes);
    }
  }

  /** The node left the graph. */
  drop(target: string): void {
    this.#taps.get(target)?.viewers.clear();
    this.#taps.delete(target);
    this.#sinks.drop(target);
  }

  close(): void {
    for (const target of this.#taps.keys()) this.drop(target);
  }

  #tapOf(target: string): Tap {
    const node = this.#sinks.hold(target);
    const present = this.#taps.get(target);
    if (present?.node === node) return present;
    const tap: Tap = { node, viewers: new Set(), stills: new Map() };
    this.#taps.set(target, tap);
    return tap;
  }

  /** A young or restarted tap does not answer at once: asked again as long as somebody looks. */
  #stream(tap: Tap): void {
    this.#host.request(tap.node, 'preview', PREVIEW).catch(() => {
      setTimeout(() => {
        if (tap.viewers.size > 0) this.#stream(tap);
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
