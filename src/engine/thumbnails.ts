import type { EndpointPlace, PickableEndpoint } from '../contract/endpoint.ts';
import type { Still, StillOptions } from '../contract/engine-api.ts';
import { failure, reportOf } from '../contract/error.ts';
import type { Size } from '../contract/frame.ts';

/** A picker that is open asks again and again; a picture this young is good enough. */
const KEPT_MS = 5_000;
const MOST_KEPT = 200;
const PICTURE: StillOptions = { format: 'jpeg', maxSide: 320, quality: 75 };

export interface Look {
  readonly still: Still;
  /** Of the frame before it was made smaller. */
  readonly size: Size | null;
}

export interface ThumbnailHost {
  /** Of a node of the graph; rejects where it has no frame in time. */
  still(node: string, options: StillOptions): Promise<Still>;
  /** Opens an endpoint in a hidden node for one frame, and closes it; rejects with the reason where none came in time. */
  look(place: EndpointPlace, options: StillOptions): Promise<Look>;
  read(url: string): EndpointPlace;
}

interface Kept {
  readonly atMs: number;
  readonly still: Promise<Still>;
}

/** Pictures of what can be picked. Of one adapter, one endpoint is opened at a time. */
export class Thumbnails {
  readonly #host: ThumbnailHost;
  readonly #kept = new Map<string, Kept>();
  /** The last look of each adapter, whether it went well or not. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #sizes = new Map<string, Size>();
  #closed = false;

  constructor(host: ThumbnailHost) {
    this.#host = host;
  }

  of(url: string, endpoint: PickableEndpoint | null): Promise<Still> {
    if (endpoint === null)
      return Promise.reject(
        failure('E_ENDPOINT_UNKNOWN', `"${url.slice(0, 200)}" is not among what can be picked`, { url }),
      );
    const now = performance.now();
    for (const [key, { atMs }] of this.#kept)
      if (now - atMs > KEPT_MS || this.#kept.size > MOST_KEPT) this.#kept.delete(key);
    const kept = this.#kept.get(url);
    if (kept !== undefined) return kept.still;
    const still = this.#make(endpoint);
    this.#kept.set(url, { atMs: now, still });
    return still;
  }

  /** As it was when it was last looked at. */
  sizeOf(url: string): Size | null {
    return this.#sizes.get(url) ?? null;
  }

  close(): void {
    this.#closed = true;
  }

  async #make({ url, adapter, nodes, thumbnail }: PickableEndpoint): Promise<Still> {
    const [player] = nodes;
    try {
      if (player !== undefined) return await this.#host.still(player, PICTURE);
      if (thumbnail === null) throw failure('E_FRAME_NONE', 'it can be seen only while it plays');
      const { still, size } = await this.#inTurn(adapter, () =>
        this.#host.look(this.#host.read(url), PICTURE),
      );
      if (this.#sizes.size > MOST_KEPT) this.#sizes.clear();
      if (size !== null) this.#sizes.set(url, size);
      return still;
    } catch (error) {
      throw failure('E_ENDPOINT_PICTURE', `There is no picture of ${url}: ${reportOf(error).message}`, {
        url,
      });
    }
  }

  #inTurn(adapter: string, look: () => Promise<Look>): Promise<Look> {
    const before = this.#turns.get(adapter) ?? Promise.resolve();
    const mine = before
      .catch(() => undefined)
      .then(() => {
        if (this.#closed) throw failure('E_FRAME_NONE', 'Reverie is ending');
        return look();
      });
    this.#turns.set(
      adapter,
      mine.catch(() => undefined),
    );
    return mine;
  }
}
