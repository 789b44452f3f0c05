import type { OBSRequestTypes } from 'obs-websocket-js/json';
import { failure, ReverieError } from '../../src/contract/error.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { Client } from './client.ts';
import { EndOfLine } from './end-of-line.ts';
import { followedEvents, type ObsEventName } from './events.ts';
import { greetingFault, lostBy, refusal } from './faults.ts';
import { isObject, textAt, textsAt } from './reading.ts';

/** Longer than any request takes that OBS means to answer; less than the ten seconds that the daemon waits for the adapter. */
const CALL_MS = 5_000;
const CONNECT_MS = 5_000;
const HEARTBEAT_MS = 5_000;
/** OBS may be held up by a dialog or a collection that it loads, and is there all the same. */
const SILENCE_MS = 15_000;
interface ObsVersions {
  /** `29.0.2`. */
  readonly obs: string;
  /** Of the WebSocket plugin: `5.1.0`. */
  readonly plugin: string;
  /** Names of the requests that it answers. */
  readonly requests: ReadonlySet<string>;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly password: string | null;
  /** Bits of EventSubscription; events.ts has them. */
  readonly events: number;
  readonly onEvent: (name: ObsEventName, data: unknown) => void;
  /** A message that is not what the protocol says, and was left out. */
  readonly onNonsense: (why: string) => void;
  readonly signal: AbortSignal;
}

type ObsRequest = keyof OBSRequestTypes;

/**
 * One connection with OBS, from its greeting to its end. Every call is settled: by OBS's answer, by `E_OBS_REFUSED` where OBS says
 * no, by `E_OBS_TIMEOUT` after five seconds, or by `E_OBS_LOST` when the connection ends, which the library alone would never do.
 *
 * adapters/obs/setup.ts is handed one of these by run.ts, for the requests `setup` and `remove` of the daemon; the command line may
 * open one for itself. What OBS answers is from outside: read it with reading.ts.
 */
export class Connection {
  readonly versions: ObsVersions;
  readonly #client: Client;
  readonly #end: EndOfLine;
  readonly #heartbeat: NodeJS.Timeout;

  /** Rejects with `E_OBS_UNREACHABLE`, `E_OBS_AUTH`, `E_OBS_VERSION`, `E_OBS_PROTOCOL`, `E_OBS_TIMEOUT`. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const { url, password, events, signal, onEvent, onNonsense } = options;
    const client = new Client(onNonsense);
    const end = new EndOfLine();
    client.on('ConnectionClosed', (error) => end.come(lostBy(error)));
    const onAbort = (): void => end.come(failure('E_OBS_LOST', 'Reverie ended the connection with OBS'));
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal.aborted) onAbort();
      const greeting = client.connect(url, password ?? undefined, { eventSubscriptions: events });
      await end.bound(greeting, CONNECT_MS, `${url} takes the connection and does not greet as OBS does`);
      for (const name of followedEvents) client.on(name, (...data: unknown[]) => onEvent(name, data[0]));
      const told: unknown = await end.bound(
        client.call('GetVersion'),
        CALL_MS,
        'OBS does not say its version',
      );
      return new Connection(client, end, versionsOf(told));
    } catch (error) {
      client.end();
      throw greetingFault(error, url);
    }
  }

  private constructor(client: Client, end: EndOfLine, versions: ObsVersions) {
    this.#client = client;
    this.#end = end;
    this.versions = versions;
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    void end.reached.catch(() => clearInterval(this.#heartbeat));
  }

  /** Rejects when the connection ends, whoever ends it; resolves never. */
  get lost(): Promise<never> {
    return this.#end.reached;
  }

  /** Whether its plugin is at least of this version: `5.4.0`. */
  isAtLeast(version: string): boolean {
    return versionOrder(this.versions.plugin) >= versionOrder(version);
  }

  async call<Name extends ObsRequest>(request: Name, data?: OBSRequestTypes[Name]): Promise<JsonObject> {
    try {
      const asked = this.#client.call(request, data);
      const answer: unknown = await this.#end.bound(asked, CALL_MS, `OBS did not answer ${request}`);
      return isObject(answer) ? answer : {};
    } catch (error) {
      throw refusal(error, request);
    }
  }

  /** Other events from now on, by the bits of EventSubscription. */
  async follow(events: number): Promise<void> {
    const again = this.#client.reidentify({ eventSubscriptions: events });
    await this.#end.bound(again, CALL_MS, 'OBS did not take the events to follow');
  }

  close(): void {
    this.fail(failure('E_OBS_LOST', 'Reverie ended the connection with OBS'));
  }

  /** Ends it, and says why to whoever waits for anything of it. */
  fail(error: unknown): void {
    this.#end.come(refusal(error, 'OBS'));
    this.#client.end();
  }

  /** An OBS that hangs keeps its connection open: only that it answers shows that it lives. */
  async #beat(): Promise<void> {
    try {
      await this.#end.bound(this.#client.call('GetStudioModeEnabled'), SILENCE_MS, 'OBS hangs');
    } catch (error) {
      // That it refuses is an answer, too.
      if (error instanceof ReverieError) this.fail(error);
    }
  }
}

function versionsOf(told: unknown): ObsVersions {
  const obs = textAt(told, 'obsVersion');
  const plugin = textAt(told, 'obsWebSocketVersion');
  if (obs === null || plugin === null)
    throw failure('E_OBS_PROTOCOL', 'What answers does not say which OBS it is');
  return { obs, plugin, requests: new Set(textsAt(told, 'availableRequests')) };
}

/** `5.10.1` as one number that is larger for a later version. */
function versionOrder(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return (major * 1_000 + minor) * 1_000 + patch;
}
