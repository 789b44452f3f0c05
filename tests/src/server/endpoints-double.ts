// Stands for the list of endpoints behind the server. It cannot show how adapters search, nor open anything: a test says what
// there is.
import {
  readEndpoint,
  type EndpointList,
  type EndpointPlace,
  type PickableEndpoint,
} from '../../../src/contract/endpoint.ts';
import type { EndpointsApi } from '../../../src/contract/endpoints-api.ts';
import type { Still } from '../../../src/contract/engine-api.ts';
import { failure } from '../../../src/contract/error.ts';

const facts = {
  description: 'For tests',
  roles: ['source' as const],
  runner: 'own' as const,
  schema: {},
  schemes: [],
};

const bars: PickableEndpoint = {
  url: 'test-pattern:bars',
  name: 'Test pattern: bars',
  size: { width: 512, height: 512 },
  rateHz: 30,
  adapter: 'test-pattern',
  roles: ['source'],
  nodes: ['in'],
  thumbnail: '/api/v1/endpoints/thumbnail?url=test-pattern%3Abars',
};

export class EndpointsDouble implements EndpointsApi {
  now: EndpointList = {
    endpoints: [bars],
    finders: [
      {
        adapter: 'test-pattern',
        name: 'Test pattern',
        roles: ['source'],
        state: 'fixed',
        reason: null,
        remedy: null,
      },
    ],
  };
  readonly waits: number[] = [];
  readonly #followers = new Set<(list: EndpointList) => void>();

  get followers(): number {
    return this.#followers.size;
  }

  list(): EndpointList {
    return this.now;
  }

  async search(waitMs: number): Promise<EndpointList> {
    this.waits.push(waitMs);
    return this.now;
  }

  follow(listener: (list: EndpointList) => void): () => void {
    this.#followers.add(listener);
    listener(this.now);
    return () => this.#followers.delete(listener);
  }

  become(list: EndpointList): void {
    this.now = list;
    for (const follower of this.#followers) follower(list);
  }

  async thumbnail(url: string): Promise<Still> {
    if (!this.now.endpoints.some((endpoint) => endpoint.url === url))
      throw failure('E_ENDPOINT_UNKNOWN', `"${url}" is not among what can be picked`);
    const size = { width: 4, height: 4 };
    return { bytes: new Uint8Array([1, 2, 3]), contentType: 'image/jpeg', size, sequence: 1 };
  }

  read(url: string): EndpointPlace {
    return readEndpoint(url, [
      { ...facts, id: 'test-pattern', name: 'Test pattern', locator: 'pattern' },
      { ...facts, id: 'file', name: 'File', locator: 'path' },
    ]);
  }
}
