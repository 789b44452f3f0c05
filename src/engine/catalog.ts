import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import { describeAdapter, type AdapterDefinition, type AdapterDescriptor } from '../contract/adapter.ts';
import type { GraphCatalog } from '../contract/graph.ts';
import type { CatalogEntry } from '../contract/hardware.ts';
import { describePipeline, type PipelineDefinition, type PipelineDescriptor } from '../contract/pipeline.ts';
import type { ModuleCatalog } from './module-catalog.ts';
import { findOutside, type Places } from './outside/find.ts';
import { askChild, readDescriptor } from './outside/read-descriptor.ts';
import { Shelf } from './outside/shelf.ts';

/** Who is read for longer no longer holds up those behind it. */
const PATIENCE_MS = 3_000;

interface Found<D> {
  readonly descriptor: D;
  readonly module: string;
}

/** All pipelines and adapters that can be chosen, and those that were found and cannot, with the reason. */
export class Catalog implements ModuleCatalog, GraphCatalog {
  readonly #pipelines = new Map<string, Found<PipelineDescriptor>>();
  readonly #adapters = new Map<string, Found<AdapterDescriptor> & { readonly check: z.ZodObject | null }>();
  readonly #shelf: Shelf;
  readonly #inspectEntry: string;

  /** `inspectEntry` is the child that reads modules from outside, so that no code of theirs runs here. */
  constructor(inspectEntry: string) {
    this.#inspectEntry = inspectEntry;
    this.#shelf = new Shelf({
      read: (module) => readDescriptor(inspectEntry, module),
      shipped: (id) => this.#pipelines.has(id),
      limits: { atOnce: availableParallelism(), patience: () => wait(PATIENCE_MS, null, { ref: false }) },
    });
  }

  /** `moduleOf` says where the code of a shipped pipeline or adapter is. */
  ship(
    pipelines: readonly PipelineDefinition[],
    adapters: readonly AdapterDefinition[],
    moduleOf: (kind: 'pipelines' | 'adapters', id: string) => string,
  ): void {
    for (const definition of pipelines) {
      const { id } = definition;
      this.#pipelines.set(id, {
        descriptor: describePipeline(definition),
        module: moduleOf('pipelines', id),
      });
    }
    for (const definition of adapters) {
      this.#adapters.set(definition.id, {
        descriptor: describeAdapter(definition),
        module: moduleOf('adapters', definition.id),
        check: definition.config,
      });
    }
  }

  /**
   * Looks for pipelines from outside and begins to read them; asked again, it looks anew. `entries` says of each how far it is;
   * one that fails is listed with its error and never thrown.
   */
  async scan(places: Places): Promise<void> {
    this.#shelf.fill(await findOutside(places));
  }

  /** Resolves when nothing is being read any more. */
  settled(): Promise<void> {
    return this.#shelf.settled();
  }

  /** Resolves once these pipelines can be played, or will not turn up any more. */
  known(ids: readonly string[]): Promise<void> {
    return this.#shelf.known(ids);
  }

  /** An adapter from outside; throws its reason, because without it the graph that names it cannot play. */
  async importAdapter(reference: string): Promise<void> {
    const descriptor = (await askChild(this.#inspectEntry, reference)) as AdapterDescriptor;
    this.#adapters.set(descriptor.id, { descriptor, module: reference, check: null });
  }

  entries(): readonly CatalogEntry[] {
    const shipped = [...this.#pipelines.values()].map(({ descriptor }): CatalogEntry => {
      return { available: true, id: descriptor.id, origin: 'shipped', from: null, descriptor };
    });
    return [...shipped, ...this.#shelf.entries()];
  }

  /** Called when `entries` has changed; the answer ends it. */
  subscribe(listener: () => void): () => void {
    return this.#shelf.subscribe(listener);
  }

  pipeline(id: string): Found<PipelineDescriptor> | null {
    return this.#pipelines.get(id) ?? this.#shelf.find(id);
  }

  adapter(id: string): Found<AdapterDescriptor> | null {
    return this.#adapters.get(id) ?? null;
  }

  adapterIds(): readonly string[] {
    return [...this.#adapters.keys()];
  }

  pipelinePorts(id: string): { inputs: readonly string[]; outputs: readonly string[] } | null {
    const found = this.pipeline(id)?.descriptor;
    return found === undefined
      ? null
      : { inputs: Object.keys(found.inputs), outputs: Object.keys(found.outputs) };
  }

  adapterPlays(id: string, role: 'source' | 'sink'): boolean {
    return this.#adapters.get(id)?.descriptor.roles.includes(role) ?? false;
  }

  configError(id: string, config: Readonly<Record<string, unknown>>): string | null {
    const check = this.#adapters.get(id)?.check ?? null;
    const result = check?.safeParse(config);
    if (result === undefined || result.success) return null;
    const issue = result.error.issues[0];
    return issue === undefined ? 'it is not valid' : `${issue.path.join('.') || 'it'}: ${issue.message}`;
  }

  /** The configuration with its defaults filled in. */
  fullConfig(id: string, config: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return this.#adapters.get(id)?.check?.parse(config) ?? { ...config };
  }
}
