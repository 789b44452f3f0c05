import type { EventName, EventWishes, SocketEvents } from '../../contract/socket.ts';
import type { LogsApi } from '../../contract/log.ts';
import { ActivityFeed } from './activity-feed.ts';
import { states, type Sources } from './announcements.ts';
import type { Delivery } from './delivery.ts';
import { EndpointFeed } from './endpoint-feed.ts';
import { WaveFeed } from './wave-feed.ts';
import { LogFeed } from './log-feed.ts';

/** The events that one client follows. */
export class Following {
  readonly #delivery: Delivery;
  readonly #sources: Sources;
  readonly #names = new Set<EventName>();
  readonly #log: LogFeed;
  readonly #activity: ActivityFeed;
  readonly #waves: WaveFeed;
  readonly #endpoints: EndpointFeed;
  #statsHz = 0;
  #stats: NodeJS.Timeout | null = null;

  constructor(delivery: Delivery, sources: Sources, logs: LogsApi) {
    this.#delivery = delivery;
    this.#sources = sources;
    this.#log = new LogFeed(delivery, logs);
    this.#activity = new ActivityFeed(delivery, sources.show.activity);
    this.#waves = new WaveFeed(delivery, sources.show);
    this.#endpoints = new EndpointFeed(delivery, sources.endpoints);
  }

  /** What is named begins or ends; the rest stays as it was. */
  change({ stats, log, activity, modulations, endpoints, ...plain }: EventWishes): void {
    for (const [name, wanted] of entriesOf(plain)) {
      if (wanted) this.#begin(name);
      else this.#names.delete(name);
    }
    if (stats !== undefined) this.#sendStats(stats === false ? 0 : stats.rateHz);
    if (log !== undefined) this.#set('log', log !== false);
    if (log === false) this.#log.stop();
    else if (log !== undefined) this.#log.start(log);
    if (activity !== undefined) this.#set('activity', activity);
    if (activity === true) this.#activity.start();
    else if (activity === false) this.#activity.stop();
    if (modulations !== undefined) this.#set('modulations', modulations);
    if (modulations === true) this.#waves.start();
    else if (modulations === false) this.#waves.stop();
    if (endpoints !== undefined) this.#set('endpoints', endpoints);
    if (endpoints === true) this.#endpoints.start();
    else if (endpoints === false) this.#endpoints.stop();
  }

  tell<Name extends EventName>(name: Name, data: SocketEvents[Name]): void {
    if (!this.#names.has(name)) return;
    const news = { type: 'event', name, data } as const;
    if (name in states) this.#delivery.tellState(news);
    else this.#delivery.tell(news);
  }

  /** A state as it is now. */
  tellState(name: EventName): void {
    const data = states[name]?.(this.#sources);
    if (data !== undefined && this.#names.has(name)) this.#delivery.tellState({ type: 'event', name, data });
  }

  /** The line broke: nothing is read for it. */
  pause(): void {
    this.#log.stop();
    this.#activity.stop();
    this.#waves.stop();
    this.#endpoints.stop();
    this.#stopStats();
  }

  resume(): void {
    for (const name of this.#names) this.tellState(name);
    if (this.#names.has('log')) this.#log.resume();
    if (this.#names.has('activity')) this.#activity.resume();
    if (this.#names.has('modulations')) this.#waves.start();
    if (this.#names.has('endpoints')) this.#endpoints.start();
    this.#sendStats(this.#statsHz);
  }

  #begin(name: EventName): void {
    this.#names.add(name);
    this.tellState(name);
  }

  #set(name: EventName, wanted: boolean): void {
    if (wanted) this.#names.add(name);
    else this.#names.delete(name);
  }

  #sendStats(rateHz: number): void {
    this.#stopStats();
    this.#statsHz = rateHz;
    if (rateHz === 0) return;
    const send = (): void => {
      const { read } = this.#sources;
      if (!this.#delivery.congested)
        this.#delivery.tellState({ type: 'event', name: 'stats', data: read.stats() });
    };
    send();
    this.#stats = setInterval(send, 1000 / rateHz);
  }

  #stopStats(): void {
    if (this.#stats !== null) clearInterval(this.#stats);
    this.#stats = null;
  }
}

type PlainWishes = Omit<EventWishes, 'stats' | 'log' | 'activity' | 'modulations' | 'endpoints'>;

function entriesOf(wishes: PlainWishes): [keyof PlainWishes, boolean][] {
  const names = Object.keys(wishes).filter((name): name is keyof PlainWishes => name in wishes);
  return names.map((name) => [name, wishes[name] === true]);
}
