import type { AdapterDescriptor, AdapterRole, Endpoint } from './adapter.ts';
import { failure, type ErrorReport } from './error.ts';
import type { JsonObject } from './json.ts';

/** What a source or sink is connected to, as a graph holds it. */
export interface EndpointPlace {
  readonly adapter: string;
  readonly config: JsonObject;
}

/** How far a source or sink is with its endpoint. */
export type EndpointState =
  /** It is not there, and looked for. */
  | 'searching'
  /** It is there, and no frame passed yet. */
  | 'connecting'
  | 'live'
  /** It is connected and gives no frames; the last one stays. */
  | 'stalled'
  /** It was live and is gone; it is looked for. */
  | 'lost';

/** What is to take over from the endpoint that plays, with its first frame. */
export interface NextEndpoint {
  readonly url: string;
  readonly state: EndpointState;
  /** Why it could not be opened when it was last tried; null until then. */
  readonly error: ErrorReport | null;
}

/** How a source or sink of the graph is with what it is connected to. */
export interface EndpointStatus {
  /** What plays; after a change, the one before until the new one has its first frame. */
  readonly url: string;
  readonly state: EndpointState;
  /** Wall-clock milliseconds since 1970. */
  readonly since: number;
  readonly next: NextEndpoint | null;
}

/** One of the things that can be picked. */
export interface PickableEndpoint extends Endpoint {
  readonly adapter: string;
  readonly roles: readonly Exclude<AdapterRole, 'control'>[];
  /** Nodes that play it or are about to. */
  readonly nodes: readonly string[];
  /** Path of a JPEG picture of it, made when it is asked for; null where there can be none. */
  readonly thumbnail: string | null;
}

/** How the search of one adapter for what can be picked is. */
export interface FinderReport {
  readonly adapter: string;
  readonly name: string;
  readonly roles: readonly Exclude<AdapterRole, 'control'>[];
  readonly state:
    /** What it offers is known without a search. */
    | 'fixed'
    /** Its address is typed; nothing is found. */
    | 'typed'
    /** Nobody has asked lately. */
    | 'idle'
    | 'searching'
    /** It cannot search at the moment, and tries again. */
    | 'failed'
    /** The adapter does not work on this machine. */
    | 'unavailable';
  /** Why it fails or is unavailable, and what to do about it. */
  readonly reason: string | null;
  readonly remedy: string | null;
}

/** Everything that can be picked, and how that was found. */
export interface EndpointList {
  readonly endpoints: readonly PickableEndpoint[];
  readonly finders: readonly FinderReport[];
}

/**
 * `file:clip.mp4`, `ndi:CAM`, `srt://…`, `test-pattern` → adapter and configuration: what stands after the colon fills the
 * adapter's locator, and of a scheme that an adapter names, the whole URL does. Throws `E_OPTION_INVALID`.
 */
export function readEndpoint(url: string, adapters: readonly AdapterDescriptor[]): EndpointPlace {
  const colon = url.indexOf(':');
  const id = colon === -1 ? url : url.slice(0, colon);
  const schemed = adapters.find(({ schemes, locator }) => locator !== null && schemes.includes(id));
  const whole = schemed?.locator ?? null;
  if (schemed !== undefined && whole !== null) return { adapter: schemed.id, config: { [whole]: url } };
  const adapter = adapters.find((each) => each.id === id);
  if (adapter === undefined) throw failure('E_OPTION_INVALID', `"${url}": there is no adapter "${id}"`);
  if (colon === -1) return { adapter: id, config: {} };
  if (adapter.locator === null)
    throw failure('E_OPTION_INVALID', `"${url}": adapter "${id}" takes nothing after the colon`);
  return { adapter: id, config: { [adapter.locator]: url.slice(colon + 1) } };
}

/** The other way: what a person would type for it. */
export function endpointUrl(
  { adapter: id, config }: EndpointPlace,
  adapters: readonly AdapterDescriptor[],
): string {
  const adapter = adapters.find((each) => each.id === id);
  const locator = adapter?.locator ?? null;
  const place = locator === null ? undefined : config[locator];
  if (adapter === undefined || typeof place !== 'string' || place === '') return id;
  const scheme = place.slice(0, Math.max(0, place.indexOf(':')));
  return adapter.schemes.includes(scheme) ? place : `${id}:${place}`;
}
