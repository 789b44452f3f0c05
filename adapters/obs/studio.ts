import type { ControlContext } from '../../src/contract/adapter.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import type { ObsCollection, ObsInput } from '../../src/contract/obs.ts';
import { act, actionOf } from './actions.ts';
import { noCollection, readCollection } from './collection.ts';
import type { Connection } from './connection.ts';
import { concerns, eventsWithMeters, plainEvents, type ObsEventName } from './events.ts';
import { readLiveState, type LiveState, type OwnPlaces } from './live-state.ts';
import { Meters } from './meters.ts';
import { textsAt } from './reading.ts';
import { planIn } from './setup-plan.ts';
import { remove, setUp } from './setup.ts';
import { Rereading } from './rereading.ts';

/**
 * One connected OBS at work: tells the daemon how it is (events `obs-live` and `obs-collection`, each only where it changed), does
 * what the daemon asks (`act`, `meters`, `own`), and hands on levels.
 */
export class Studio {
  readonly #line: Connection;
  readonly #context: ControlContext;
  readonly #meters: Meters;
  readonly #rereading: Rereading;
  readonly #told = new Map<string, string>();
  #collection: ObsCollection = noCollection;
  #own: OwnPlaces = { hosts: [], names: [] };

  constructor(line: Connection, context: ControlContext) {
    this.#line = line;
    this.#context = context;
    this.#meters = new Meters({
      nowMs: () => performance.now(),
      send: (messages) => context.send(messages),
      follow: (wanted) => this.#follow(wanted),
    });
    this.#rereading = new Rereading({
      read: (withCollection) => this.#read(withCollection),
      setTimer: (callback, delayMs) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
      failed: (error) => line.fail(error),
    });
  }

  /** Resolves once all was read and told. */
  async begin(): Promise<void> {
    const context = this.#context;
    context.onRequest('act', async (params) => {
      await act(this.#line, actionOf(params));
      return null;
    });
    context.onRequest('meters', (params) => {
      this.#meters.want(textsAt(params, 'inputs'));
      return Promise.resolve(null);
    });
    context.onRequest('own', (params) => {
      this.#own = { hosts: textsAt(params, 'hosts'), names: textsAt(params, 'names') };
      this.#rereading.ask('live');
      return Promise.resolve(null);
    });
    context.onRequest('setup', async (params) => ({ ...(await setUp(this.#line, planIn(params))) }));
    context.onRequest('remove', async () => ({ ...(await remove(this.#line)) }));
    const { obs, plugin } = this.#line.versions;
    context.describe({ obs, plugin });
    await this.#read(true);
  }

  hear(name: ObsEventName, data: unknown): void {
    const what = concerns(name);
    if (what === 'meters') this.#meters.hear(data);
    else this.#rereading.ask(what);
  }

  close(): void {
    this.#rereading.close();
  }

  async #read(withCollection: boolean): Promise<void> {
    if (withCollection) {
      this.#collection = await readCollection(this.#line);
      this.#tell('obs-collection', plainCollection(this.#collection));
    }
    const state = await readLiveState(this.#line, this.#collection.inputs, this.#own);
    this.#tell('obs-live', plainState(state));
  }

  #tell(name: string, data: JsonObject): void {
    const text = JSON.stringify(data);
    if (this.#told.get(name) === text) return;
    this.#told.set(name, text);
    this.#context.event(name, data);
  }

  #follow(meters: boolean): void {
    this.#line
      .follow(meters ? eventsWithMeters : plainEvents)
      .catch((error: unknown) => this.#line.fail(error));
  }
}

function plainCollection({ scenes, inputs, filters }: ObsCollection): JsonObject {
  return {
    scenes: scenes.map(({ name, sources }) => ({ name, sources: [...sources] })),
    inputs: inputs.map(({ name, kind, audio }: ObsInput) => ({ name, kind, audio })),
    filters: Object.fromEntries(Object.entries(filters).map(([owner, own]) => [owner, [...own]])),
  };
}

function plainState({ ours, ...state }: LiveState): JsonObject {
  return { ...state, ours: [...ours] };
}
