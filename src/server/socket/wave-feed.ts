import type { ShowApi } from '../../contract/show-api.ts';
import type { Delivery } from './delivery.ts';

/** As often as an eye follows a line that moves. */
const PERIOD_MS = 50;

type Show = Pick<ShowApi, 'modulations' | 'subscribe'>;

/** Where waves have their parameters at this moment, to one client that draws them. Without waves nothing happens. */
export class WaveFeed {
  readonly #delivery: Delivery;
  readonly #show: Show;
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(delivery: Delivery, show: Show) {
    this.#delivery = delivery;
    this.#show = show;
  }

  start(): void {
    this.stop();
    // The settings of waves are values, too.
    this.#unsubscribe = this.#show.subscribe((changes) => {
      if (changes.some(({ address }) => address.includes('/lfo/'))) this.#go();
    });
    this.#go();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#rest();
  }

  #go(): void {
    this.#timer ??= setInterval(() => this.#send(), PERIOD_MS);
    this.#send();
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #send(): void {
    if (this.#delivery.congested) return;
    const modulations = this.#show.modulations.list();
    this.#delivery.tellState({ type: 'event', name: 'modulations', data: { modulations } });
    if (modulations.every(({ modulation }) => !modulation.enabled)) this.#rest();
  }
}
