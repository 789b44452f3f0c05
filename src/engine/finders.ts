import { z } from 'zod';
import type { AdapterDescriptor, Endpoint } from '../contract/adapter.ts';
import type { FinderReport } from '../contract/endpoint.ts';
import type { AdapterReport, EngineEvent } from '../contract/engine-api.ts';
import type { ErrorReport } from '../contract/error.ts';

/** Searches go on this long after the last one asked, so that who looks again finds them warm. */
const IDLE_MS = 10_000;
const PREFIX = '~find-';

/** Starts and ends the hidden node in which an adapter searches. */
export interface FinderHost<Node> {
  open(id: string, adapter: string): Node;
  close(node: Node): void;
  descriptors(): readonly AdapterDescriptor[];
  /** With what an adapter lacks here; what is known is answered at once. */
  report(adapter: string): Promise<AdapterReport>;
  changed(): void;
}

interface Finder<Node> {
  readonly node: Node;
  found: readonly Endpoint[] | null;
  /** Why it does not search at the moment. */
  error: Pick<ErrorReport, 'message' | 'remedy'> | null;
  idle: NodeJS.Timeout | null;
}

const endpoint: z.ZodType<Endpoint> = z.object({
  url: z.string().min(1).max(4096),
  name: z.string().max(500),
  size: z.object({ width: z.int().positive(), height: z.int().positive() }).nullable(),
  rateHz: z.number().positive().nullable(),
});

/**
 * The searches of all adapters, each in a runner of its own, so that one that crashes or blocks harms nobody. They run while
 * somebody looks, or a source is looked for. `Node` is the host's own matter.
 */
export class Finders<Node> {
  readonly #host: FinderHost<Node>;
  readonly #finders = new Map<string, Finder<Node>>();
  readonly #reports = new Map<string, AdapterReport>();
  readonly #asked = new Set<string>();
  #lookers = 0;
  #missed: ReadonlySet<string> = new Set();
  #closed = false;

  constructor(host: FinderHost<Node>) {
    this.#host = host;
  }

  /** Somebody looks at everything; every `hold` needs a `release`. */
  hold(): void {
    this.#lookers += 1;
    this.#ask();
    this.#settle();
  }

  release(): void {
    this.#lookers -= 1;
    this.#settle();
  }

  /** Adapters whose endpoints are missed by a source of the graph. */
  seek(adapters: ReadonlySet<string>): void {
    if (adapters.size === 0 && this.#missed.size === 0) return;
    const begins = this.#missed.size === 0;
    this.#missed = adapters;
    if (begins) this.#ask();
    this.#settle();
  }

  /** Whether every search that runs has said what it found, or that it cannot. */
  get told(): boolean {
    if (this.#reports.size === 0 || this.#asked.size > 0) return false;
    return [...this.#finders.values()].every(({ found, error }) => found !== null || error !== null);
  }

  found(): readonly { readonly adapter: string; readonly endpoint: Endpoint }[] {
    return [...this.#finders].flatMap(([adapter, { found }]) =>
      (found ?? []).map((each) => ({ adapter, endpoint: each })),
    );
  }

  list(): readonly FinderReport[] {
    return this.#host.descriptors().flatMap((adapter) => {
      const roles = adapter.roles.filter((role) => role !== 'control');
      if (roles.length === 0) return [];
      return { adapter: adapter.id, name: adapter.name, roles, ...this.#standing(adapter) };
    });
  }

  /** True where the event was a finder's and nobody else's business. */
  see(event: EngineEvent): boolean {
    if (event.type !== 'node-event' && event.type !== 'fault') return false;
    const node = event.type === 'fault' ? event.fault.node : event.node;
    if (!node.startsWith(PREFIX)) return false;
    const finder = this.#finders.get(node.slice(PREFIX.length));
    if (finder === undefined) return true;
    // What it found before stays: it is back within a second, and a list that blinks cannot be picked from.
    if (event.type === 'fault') finder.error = event.fault;
    else if (event.name === 'found') {
      const read = z.array(endpoint).safeParse(event.data['endpoints']);
      finder.found = read.success ? read.data : [];
      finder.error = read.success ? null : { message: misread(read.error), remedy: null };
    }
    this.#host.changed();
    return true;
  }

  close(): void {
    this.#closed = true;
    for (const adapter of this.#finders.keys()) this.#end(adapter);
  }

  #standing(adapter: AdapterDescriptor): Pick<FinderReport, 'state' | 'reason' | 'remedy'> {
    const plain = { reason: null, remedy: null };
    const report = this.#reports.get(adapter.id);
    if (report?.probe.available === false) {
      const { reason, remedy } = report.probe;
      return { state: 'unavailable', reason, remedy };
    }
    const finder = this.#finders.get(adapter.id);
    if (finder !== undefined) {
      if (finder.error === null) return { state: 'searching', ...plain };
      return { state: 'failed', reason: finder.error.message, remedy: finder.error.remedy };
    }
    if (report?.finds === true) return { state: 'idle', ...plain };
    if (fixedPlaces(adapter) !== null) return { state: 'fixed', ...plain };
    return { state: report === undefined ? 'idle' : 'typed', ...plain };
  }

  #settle(): void {
    if (this.#closed) return;
    for (const { id, finds, probe } of this.#reports.values()) {
      if (!finds || !probe.available) continue;
      const needed = this.#lookers > 0 || this.#missed.has(id);
      const finder = this.#finders.get(id);
      if (needed && finder === undefined) this.#begin(id);
      if (finder === undefined) continue;
      if (needed && finder.idle !== null) {
        clearTimeout(finder.idle);
        finder.idle = null;
      } else if (!needed) finder.idle ??= setTimeout(() => this.#end(id), IDLE_MS);
    }
  }

  /** Whoever looks hears of each as soon as it answers; one that could not work, or missed its time, is asked again by who looks later. */
  #ask(): void {
    for (const { id } of this.#host.descriptors()) {
      if (this.#asked.has(id) || this.#reports.get(id)?.probe.available === true) continue;
      this.#asked.add(id);
      void this.#host.report(id).then((report) => {
        this.#asked.delete(id);
        this.#reports.set(id, report);
        this.#settle();
        this.#host.changed();
      });
    }
  }

  #begin(adapter: string): void {
    const node = this.#host.open(`${PREFIX}${adapter}`, adapter);
    this.#finders.set(adapter, { node, found: null, error: null, idle: null });
  }

  #end(adapter: string): void {
    const finder = this.#finders.get(adapter);
    if (finder === undefined) return;
    this.#finders.delete(adapter);
    if (finder.idle !== null) clearTimeout(finder.idle);
    this.#host.close(finder.node);
    if (!this.#closed) this.#host.changed();
  }
}

/** What an adapter offers where that is written in its schema: each value of its locator, or where it has none just itself. */
export function fixedPlaces({ id, locator, schema }: AdapterDescriptor): readonly string[] | null {
  if (locator === null) return [id];
  const properties = schema['properties'];
  const field = isObject(properties) ? properties[locator] : undefined;
  const values = isObject(field) ? field['enum'] : undefined;
  return Array.isArray(values) ? values.map((value) => `${id}:${String(value)}`) : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function misread(error: z.ZodError): string {
  const issue = error.issues[0];
  return `It found something that cannot be read: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}
