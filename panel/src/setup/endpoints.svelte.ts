import type { EndpointList, PickableEndpoint } from '../../../src/contract/endpoint.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import type { Connection } from '../daemon/connection.ts';
import { ask, reasonOf } from '../daemon/rest.ts';

/** Everything that can be picked, for as long as somebody looks: the daemon searches only then. */
export class Endpoints {
  list = $state.raw<EndpointList>({ endpoints: [], finders: [] });
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  follow(): () => void {
    const following = this.#connection.client.on('endpoints', (list) => (this.list = list));
    return () => following.end();
  }

  of(role: 'source' | 'sink'): readonly PickableEndpoint[] {
    return this.list.endpoints.filter(({ roles }) => roles.includes(role));
  }

  /** A name for people, where it was found; else what one would type. */
  nameOf(url: string): string {
    return this.list.endpoints.find((each) => each.url === url)?.name ?? url;
  }
}

interface Wish {
  readonly url: string;
  readonly config?: JsonObject;
  /** At once, whether or not it has a picture yet. */
  readonly force?: boolean;
}

/** Connects a source or sink to something else; what plays goes on until that has its first picture. Why not, or null. */
export async function connectTo(node: string, wish: Wish): Promise<string | null> {
  try {
    await ask('PUT', `nodes/${encodeURIComponent(node)}/endpoint`, wish);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
