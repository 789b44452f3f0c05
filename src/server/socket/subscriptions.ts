import { failure } from '../../contract/error.ts';
import type { ShowApi } from '../../contract/show-api.ts';
import type { Delivery } from './delivery.ts';
import type { Told } from './echoes.ts';
import { DEFAULT_RATE_HZ, type SubscribeMessage } from './messages.ts';
import { PatternSet } from './pattern-set.ts';
import { ValueFeed } from './value-feed.ts';

/** A page with a view for each stage needs a handful. */
const MOST_SUBSCRIPTIONS = 16;

/** The values that one client hears: several subscriptions, each under a name of its own. */
export class Subscriptions {
  readonly #delivery: Delivery;
  readonly #show: ShowApi;
  readonly #feeds = new Map<string, ValueFeed>();

  constructor(delivery: Delivery, show: ShowApi) {
    this.#delivery = delivery;
    this.#show = show;
  }

  /** Begins one, or changes it. Throws E_WS_PATTERN, E_WS_SUBSCRIPTIONS. `answer` is called before the first values. */
  subscribe(wish: SubscribeMessage, answer: () => void): void {
    const { subscription, rateHz = DEFAULT_RATE_HZ } = wish;
    const patterns = new PatternSet(wish.patterns, (address) => this.#resolve(address));
    const known = this.#feeds.get(subscription);
    if (known !== undefined) {
      answer();
      return known.renew(patterns, rateHz);
    }
    if (this.#feeds.size >= MOST_SUBSCRIPTIONS)
      throw failure('E_WS_SUBSCRIPTIONS', `${MOST_SUBSCRIPTIONS} subscriptions are open on this session`, {
        limit: MOST_SUBSCRIPTIONS,
      });
    const read = () => this.#show.parameters();
    const feed = new ValueFeed(subscription, patterns, rateHz, this.#delivery, read);
    this.#feeds.set(subscription, feed);
    answer();
    feed.start();
  }

  unsubscribe(subscription: string): void {
    this.#feeds.get(subscription)?.stop();
    this.#feeds.delete(subscription);
  }

  push(told: Told): void {
    for (const feed of this.#feeds.values()) feed.push(told);
  }

  restart(): void {
    for (const feed of this.#feeds.values()) feed.restart();
  }

  pause(): void {
    for (const feed of this.#feeds.values()) feed.pause();
  }

  resume(since: number | null): void {
    for (const feed of this.#feeds.values()) feed.resume(since);
  }

  stop(): void {
    for (const feed of this.#feeds.values()) feed.stop();
    this.#feeds.clear();
  }

  #resolve(address: string): string | null {
    return this.#show.parameter(address)?.address ?? null;
  }
}
