import { isDeepStrictEqual } from 'node:util';
import type { AdapterDescriptor, Endpoint } from '../contract/adapter.ts';
import {
  readEndpoint,
  type EndpointList,
  type EndpointPlace,
  type PickableEndpoint,
} from '../contract/endpoint.ts';
import type { EndpointsApi } from '../contract/endpoints-api.ts';
import type { EngineEvent, NodeStatus, Still } from '../contract/engine-api.ts';
import { Finders, fixedPlaces, type FinderHost } from './finders.ts';
import { Thumbnails, type ThumbnailHost } from './thumbnails.ts';

/** A list is told this often at most. */
const TOLD_EVERY_MS = 250;

interface EndpointsHost<Node> extends Omit<FinderHost<Node>, 'changed'>, Omit<ThumbnailHost, 'read'> {
  nodes(): readonly NodeStatus[];
  /** Frames a second that a node gives or shows at the moment. */
  rateHz(node: string): number | null;
  /** These can be picked now: whoever waits for one of them may try. */
  found(urls: ReadonlySet<string>): void;
}

/** One live list of everything that can be picked: what adapters find, what they offer without a search, and what plays. */
export class Endpoints<Node> implements EndpointsApi {
  readonly #host: EndpointsHost<Node>;
  readonly #finders: Finders<Node>;
  readonly #thumbnails: Thumbnails;
  readonly #followers = new Set<(list: EndpointList) => void>();
  readonly #waiting = new Set<() => void>();
  #known: ReadonlySet<string> = new Set();
  #told: EndpointList | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(host: EndpointsHost<Node>) {
    this.#host = host;
    this.#finders = new Finders({
      open: (id, adapter) => host.open(id, adapter),
      close: (node) => host.close(node),
      descriptors: () => host.descriptors(),
      report: (adapter) => host.report(adapter),
      changed: () => this.#found(),
    });
    this.#thumbnails = new Thumbnails({
      still: (node, options) => host.still(node, options),
      look: (place, options) => host.look(place, options),
      read: (url) => this.read(url),
    });
  }

  list(): EndpointList {
    return { endpoints: this.#endpoints(), finders: this.#finders.list() };
  }

  async search(waitMs: number): Promise<EndpointList> {
    this.#finders.hold();
    try {
      if (!this.#finders.told) await this.#untilTold(waitMs);
      return this.list();
    } finally {
      this.#finders.release();
    }
  }

  follow(listener: (list: EndpointList) => void): () => void {
    this.#followers.add(listener);
    this.#finders.hold();
    listener(this.list());
    return () => {
      if (this.#followers.delete(listener)) this.#finders.release();
    };
  }

  async thumbnail(url: string): Promise<Still> {
    return this.#thumbnails.of(url, this.#endpoints().find((endpoint) => endpoint.url === url) ?? null);
  }

  read(url: string): EndpointPlace {
    return readEndpoint(url, this.#host.descriptors());
  }

  /** True where the event was a finder's and nobody else's business. */
  see(event: EngineEvent): boolean {
    if (event.type === 'graph' || event.type === 'status') this.#soon();
    return this.#finders.see(event);
  }

  /** Called a few times a second: searches for what sources of the graph miss. */
  seek(): void {
    const missed = this.#host
      .nodes()
      .filter(({ role, endpoint }) => {
        const state = endpoint?.next?.state ?? endpoint?.state;
        return role === 'source' && (state === 'searching' || state === 'lost');
      })
      .map(({ endpoint, module }) => this.#adapterOf(endpoint?.next?.url) ?? module);
    this.#finders.seek(new Set(missed));
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#followers.clear();
    this.#thumbnails.close();
    this.#finders.close();
  }

  #adapterOf(url: string | undefined): string | null {
    return url === undefined ? null : this.read(url).adapter;
  }

  #untilTold(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.#waiting.add(done);
    });
  }

  #found(): void {
    const urls = new Set(this.#finders.found().map(({ endpoint }) => endpoint.url));
    const fresh = new Set([...urls].filter((url) => !this.#known.has(url)));
    this.#known = urls;
    if (fresh.size > 0) this.#host.found(fresh);
    if (this.#finders.told) for (const done of this.#waiting) done();
    this.#soon();
  }

  #soon(): void {
    if (this.#followers.size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const list = this.list();
      if (isDeepStrictEqual(list, this.#told)) return;
      this.#told = list;
      for (const follower of this.#followers) follower(list);
    }, TOLD_EVERY_MS);
  }

  #endpoints(): readonly PickableEndpoint[] {
    const nodes = this.#host.nodes().filter(({ endpoint }) => endpoint !== null);
    const all = new Map<string, PickableEndpoint>();
    const add = (adapter: AdapterDescriptor, endpoint: Endpoint, roles: PickableEndpoint['roles']): void => {
      if (all.has(endpoint.url)) return;
      const players = nodes.filter(
        (node) => listedAs(node) === endpoint.url || urlsOf(node).includes(endpoint.url),
      );
      const playing = players.find(
        (node) => node.endpoint?.state === 'live' && node.endpoint.next?.url !== endpoint.url,
      );
      const listed = {
        ...endpoint,
        size: playing?.size ?? endpoint.size ?? this.#thumbnails.sizeOf(endpoint.url),
        rateHz: (playing === undefined ? null : this.#host.rateHz(playing.id)) ?? endpoint.rateHz,
        adapter: adapter.id,
        roles,
        nodes: players.map(({ id }) => id),
      };
      all.set(endpoint.url, { ...listed, thumbnail: thumbnailOf(listed, adapter, playing !== undefined) });
    };
    const adapters = new Map(this.#host.descriptors().map((adapter) => [adapter.id, adapter]));
    for (const { adapter: id, endpoint } of this.#finders.found()) {
      const adapter = adapters.get(id);
      if (adapter !== undefined)
        add(adapter, endpoint, [adapter.roles.includes('source') ? 'source' : 'sink']);
    }
    for (const adapter of adapters.values()) {
      const roles = adapter.roles.filter((role) => role !== 'control');
      for (const url of roles.length === 0 ? [] : (fixedPlaces(adapter) ?? []))
        add(adapter, { url, name: nameOf(url, adapter), size: null, rateHz: null }, roles);
    }
    for (const node of nodes) {
      const { role } = node;
      const listed = listedAs(node);
      for (const url of urlsOf(node)) {
        // Under the name by which its search lists it, it is there already.
        if (url === node.endpoint?.url && listed !== null && all.has(listed)) continue;
        const adapter = adapters.get(this.read(url).adapter);
        if (adapter !== undefined && (role === 'source' || role === 'sink'))
          add(adapter, { url, name: nameOf(url, adapter), size: null, rateHz: null }, [role]);
      }
    }
    return [...all.values()];
  }
}

/** What a node plays and what it is about to. */
function urlsOf({ endpoint: at }: NodeStatus): readonly string[] {
  return [at?.url, at?.next?.url].filter((url) => url !== undefined);
}

/** The whole name of what a node was told by a part of it, as its adapter says it: `ndi:STUDIO (CAM)` of `ndi:CAM`. */
function listedAs({ info }: NodeStatus): string | null {
  const { endpoint } = info;
  return typeof endpoint === 'string' ? endpoint : null;
}

/** Of what plays, the node's picture; a source that has a runner of its own is opened for one. */
function thumbnailOf(
  { url, roles }: Pick<PickableEndpoint, 'url' | 'roles'>,
  adapter: AdapterDescriptor,
  playing: boolean,
): string | null {
  if (!playing && (!roles.includes('source') || adapter.runner === 'shared')) return null;
  return `/api/v1/endpoints/thumbnail?url=${encodeURIComponent(url)}`;
}

function nameOf(url: string, adapter: AdapterDescriptor): string {
  return url.startsWith(`${adapter.id}:`)
    ? `${adapter.name}: ${url.slice(adapter.id.length + 1)}`
    : url === adapter.id
      ? adapter.name
      : url;
}
