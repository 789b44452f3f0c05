import type { EndpointsApi } from '../../contract/endpoints-api.ts';
import type { Delivery } from './delivery.ts';

/** What can be picked, to one client that shows it; the search goes on as long as it looks. */
export class EndpointFeed {
  readonly #delivery: Delivery;
  readonly #endpoints: Pick<EndpointsApi, 'follow'>;
  #stop: (() => void) | null = null;

  constructor(delivery: Delivery, endpoints: Pick<EndpointsApi, 'follow'>) {
    this.#delivery = delivery;
    this.#endpoints = endpoints;
  }

  start(): void {
    this.stop();
    this.#stop = this.#endpoints.follow((data) =>
      this.#delivery.tellState({ type: 'event', name: 'endpoints', data }),
    );
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }
}
