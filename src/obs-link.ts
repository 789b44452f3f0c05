import type { EngineEvent, NodeStatus } from './contract/engine-api.ts';
import { failure, isErrorCode, ReverieError, type ErrorReport } from './contract/error.ts';
import type { JsonObject, JsonValue } from './contract/json.ts';
import type { ObsDoor, ObsHands, ObsPart } from './contract/obs.ts';

const NODE = 'obs';

/** What names an output to other programs, by the adapter of its node: NDI and Spout senders. */
const named: readonly string[] = ['ndi', 'spout'];

export interface ObsLinkDeps {
  /** Null where OBS was not asked for. */
  readonly url: string | null;
  readonly password: string | null;
  readonly part: Pick<ObsPart, 'use' | 'told' | 'gone'>;
  readonly engine: {
    startControl(adapter: string, config: JsonObject): void;
    request(node: string, method: string, params: JsonObject): Promise<JsonValue>;
    tell(node: string, method: string, params: JsonObject): void;
    status(): { readonly nodes: readonly NodeStatus[] };
    subscribe(listener: (event: EngineEvent) => void): () => void;
  };
  /** Config of the sinks of the graph, to know by which names they are found. */
  readonly sinks: () => readonly { readonly adapter: string; readonly config: JsonObject }[];
}

/** Where the adapter of OBS meets the show; and the door by which the daemon asks that adapter. */
export class ObsLink implements ObsDoor {
  readonly #deps: ObsLinkDeps;
  #urls: readonly string[] = [];
  #live = false;

  constructor(deps: ObsLinkDeps) {
    const { url, password, part, engine } = deps;
    this.#deps = deps;
    if (url === null) return;
    const hands: ObsHands = {
      act: async (action) => void (await this.#ask('act', { ...action })),
      meter: (inputs) => engine.tell(NODE, 'meters', { inputs: [...inputs] }),
    };
    part.use(hands);
    engine.subscribe((event) => this.#hear(event));
    engine.startControl('obs', { url, password });
  }

  /** Every URL under which this daemon can be reached from where OBS runs. */
  reachedAt(urls: readonly string[]): void {
    this.#urls = urls;
    this.#tellOwn();
  }

  /** The URL of this daemon that OBS is given: an OBS on another machine gets one of the network. */
  reach(): string {
    const { url } = this.#deps;
    const isHere = ({ hostname }: URL): boolean => /^(localhost|127\..*|\[::1\])$/.test(hostname);
    const fits = (each: URL): boolean => isHere(each) === (url === null || isHere(new URL(url)));
    const known = this.#urls.map((each) => new URL(each)).filter(({ hostname }) => hostname !== 'localhost');
    return (known.find(fits) ?? known[0])?.origin ?? 'http://127.0.0.1:8000';
  }

  async request(method: string, params: JsonObject): Promise<JsonValue> {
    if (this.#deps.url === null)
      throw failure('E_OBS_OFF', 'Reverie was started without OBS; start it with --obs');
    const node = this.#node();
    if (node?.status.state !== 'live') {
      const { code, message } = reasonOf(node);
      throw failure(isErrorCode(code) ? code : 'E_OBS_UNREACHABLE', message);
    }
    return this.#ask(method, params);
  }

  async #ask(method: string, params: JsonObject): Promise<JsonValue> {
    try {
      return await this.#deps.engine.request(NODE, method, params);
    } catch (error) {
      // Its runner died while it was asked, or has not come back yet.
      if (error instanceof ReverieError && !error.code.startsWith('E_OBS'))
        throw failure('E_OBS_LOST', `OBS cannot be asked now: ${error.message}`, null, error);
      throw error;
    }
  }

  #hear(event: EngineEvent): void {
    const { part } = this.#deps;
    if (event.type === 'graph') setImmediate(() => this.#tellOwn());
    if (event.type === 'node-event' && event.node === NODE) part.told(event.name, event.data);
    if (event.type !== 'status' || event.node.id !== NODE) return;
    const isLive = event.node.status.state === 'live';
    if (isLive && !this.#live) this.#tellOwn();
    // While it is tried again, the reason of the last time stands.
    if (event.node.status.state === 'failed') part.gone(reasonOf(event.node));
    this.#live = isLive;
  }

  #tellOwn(): void {
    const { url, engine, sinks } = this.#deps;
    if (url === null) return;
    const names = sinks().flatMap(({ adapter, config }) =>
      named.includes(adapter) && typeof config['name'] === 'string' ? [config['name']] : [],
    );
    engine.tell(NODE, 'own', { hosts: this.#urls.map((each) => new URL(each).host), names });
  }

  #node(): NodeStatus | undefined {
    return this.#deps.engine.status().nodes.find(({ id }) => id === NODE);
  }
}

function reasonOf(node: NodeStatus | undefined): ErrorReport {
  const fault = node?.fault ?? null;
  if (fault === null)
    return { code: 'E_OBS_UNREACHABLE', message: 'OBS is not connected yet', remedy: null, details: null };
  const { code, message, remedy } = fault;
  return { code, message, remedy, details: null };
}
