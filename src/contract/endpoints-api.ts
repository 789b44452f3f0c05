import type { EndpointList, EndpointPlace } from './endpoint.ts';
import type { Still } from './engine-api.ts';

/** What the rest of the daemon may ask about endpoints. */
export interface EndpointsApi {
  /** What is known now; looks nowhere. */
  list(): EndpointList;
  /** Looks for endpoints for some seconds and answers as soon as every search has found something or `waitMs` are over. */
  search(waitMs: number): Promise<EndpointList>;
  /** Looks for endpoints, and tells each change, until the returned function is called. */
  follow(listener: (list: EndpointList) => void): () => void;
  /** A picture of an endpoint of the list. Rejects with `E_ENDPOINT_UNKNOWN`, `E_ENDPOINT_PICTURE`. */
  thumbnail(url: string): Promise<Still>;
  /** Adapter and configuration that a URL stands for. Throws `E_OPTION_INVALID`. */
  read(url: string): EndpointPlace;
}
