import type { AdapterDescriptor, AdapterRole, Endpoint } from './adapter.ts';
import { failure } from './error.ts';
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

/** One of the things that can be picked. */
export interface PickableEndpoint extends Endpoint {
  readonly adapter: string;
  readonly roles: readonly Exclude<AdapterRole, 'control'>[];
}

/**
 * `file:clip.mp4`, `ndi:CAM`, `srt://…`, `test-pattern` → adapter and configuration: what stands after the colon fills the
 * adapter's locator, and of a scheme that an adapter names, the whole URL does. Throws `E_OPTION_INVALID`.
 */
export function readEndpoint(url: string, adapters: readonly AdapterDescriptor[]): EndpointPlace {
  const colon = url.indexOf(':');
  const id = colon === -1 ? url : url.slice(0, colon);
  const schemed = adapters.find(({ schemes, locator }) => locator !== null && schemes.includes(id));
  if (schemed?.locator != null) return { adapter: schemed.id, config: { [schemed.locator]: url } };
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
  const place = adapter?.locator == null ? undefined : config[adapter.locator];
  if (adapter === undefined || typeof place !== 'string' || place === '') return id;
  const scheme = place.slice(0, Math.max(0, place.indexOf(':')));
  return adapter.schemes.includes(scheme) ? place : `${id}:${place}`;
}
