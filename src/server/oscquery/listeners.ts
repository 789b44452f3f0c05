import type { ParameterState, ValueChange } from '../../contract/command.ts';
import type { EngineApi } from '../../contract/engine-api.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { OSC_ROOT, oscForm } from '../../contract/osc-form.ts';
import type { ShowApi } from '../../contract/show-api.ts';
import { Listener, type Wire } from './listener.ts';

/** Writes one OSC message; the codec is not the server's to know. */
export type WriteOsc = (path: string, tags: string, values: readonly JsonValue[]) => Uint8Array;

export interface ListenersDeps {
  readonly engine: Pick<EngineApi, 'subscribe'>;
  readonly show: Pick<ShowApi, 'parameters' | 'parameter' | 'subscribe'>;
  readonly writeOsc: WriteOsc;
}

const MOST_CLIENTS = 32;
const TRY_AGAIN_LATER = 1013;
/** More than these at once is told as a change of everything. */
const MOST_NEWS = 64;

/** All clients on OSCQuery's WebSocket: what they listen to, and which paths come and go. Nothing runs while there is none. */
export class Listeners {
  readonly #deps: ListenersDeps;
  readonly #clients = new Set<Listener>();
  /** What the clients know: each path with its type and range. */
  #known: ReadonlyMap<string, string> = new Map();
  /** Texts in each list of prompts, since each has paths of its own. */
  readonly #lengths = new Map<string, number>();
  #unsubscribe: readonly (() => void)[] = [];

  constructor(deps: ListenersDeps) {
    this.#deps = deps;
  }

  open(wire: Wire): void {
    if (this.#clients.size >= MOST_CLIENTS) {
      wire.close(TRY_AGAIN_LATER, `${MOST_CLIENTS} clients listen already`);
      return;
    }
    if (this.#clients.size === 0) this.#start();
    const client = new Listener(wire, (path) => this.#at(path) !== null);
    this.#clients.add(client);
    wire.on('close', () => {
      client.close();
      this.#clients.delete(client);
      if (this.#clients.size === 0) this.close();
    });
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe = [];
    for (const client of this.#clients) client.close();
  }

  #start(): void {
    const { engine, show } = this.#deps;
    this.#known = knownOf(show.parameters());
    this.#unsubscribe = [
      show.subscribe((changes) => this.#changed(changes)),
      engine.subscribe((event) => {
        // The show has its new addresses only after the engine has its new graph.
        if (event.type === 'graph') setImmediate(() => this.#tellNews());
      }),
    ];
  }

  #at(path: string): ParameterState | null {
    return path.startsWith(`${OSC_ROOT}/`) ? this.#deps.show.parameter(path.slice(OSC_ROOT.length)) : null;
  }

  #changed(changes: readonly ValueChange[]): void {
    for (const change of changes) {
      const path = OSC_ROOT + change.address;
      if (Array.isArray(change.value) && this.#isNewLength(path, change.value.length)) this.#tellNews();
      const listening = [...this.#clients].filter((client) => client.listensTo(path));
      if (listening.length > 0) this.#tellValue(path, change.value, listening);
    }
    for (const client of this.#clients) client.flush();
  }

  #tellValue(path: string, value: JsonValue, listening: readonly Listener[]): void {
    const parameter = this.#at(path);
    if (parameter === null) return;
    const { tags, values } = oscForm({ type: parameter.type, value });
    const packet = this.#deps.writeOsc(path, tags, values);
    for (const client of listening) client.value(path, packet);
  }

  #isNewLength(path: string, length: number): boolean {
    const before = this.#lengths.get(path);
    this.#lengths.set(path, length);
    return before !== length;
  }

  /** Says which paths are new, gone or of another kind since the clients were told last. */
  #tellNews(): void {
    const before = this.#known;
    const now = knownOf(this.#deps.show.parameters());
    this.#known = now;
    const news: JsonObject[] = [];
    for (const [path, kind] of now) {
      if (!before.has(path)) news.push({ COMMAND: 'PATH_ADDED', DATA: path });
      else if (before.get(path) !== kind) news.push({ COMMAND: 'PATH_CHANGED', DATA: path });
    }
    for (const path of before.keys()) if (!now.has(path)) news.push({ COMMAND: 'PATH_REMOVED', DATA: path });
    const told = news.length > MOST_NEWS ? [{ COMMAND: 'PATH_CHANGED', DATA: OSC_ROOT }] : news;
    for (const client of this.#clients) for (const message of told) client.tell(message);
  }
}

function knownOf(parameters: readonly ParameterState[]): ReadonlyMap<string, string> {
  return new Map(
    parameters.map(({ address, type, minimum, maximum, choices }) => [
      OSC_ROOT + address,
      JSON.stringify([type, minimum, maximum, choices]),
    ]),
  );
}
