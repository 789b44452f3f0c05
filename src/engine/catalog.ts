import type { AdapterDefinition, AdapterDescriptor } from '../contract/adapter.ts';
import { describeAdapter } from '../contract/adapter.ts';
import { reportOf } from '../contract/error.ts';
import type { GraphCatalog } from '../contract/graph.ts';
import type { CatalogEntry } from '../contract/hardware.ts';
import { describePipeline, type PipelineDefinition, type PipelineDescriptor } from '../contract/pipeline.ts';
import { z } from 'zod';
import { spawnRead } from './child-read.ts';
import type { ModuleCatalog } from './module-catalog.ts';

const DESCRIBE_LIMIT_MS = 5_000;

interface Found<D> {
  readonly descriptor: D;
  readonly module: string;
}

const importedPipeline = z.looseObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), z.looseObject({ kind: z.literal('video') })),
  outputs: z.record(z.string(), z.looseObject({ kind: z.literal('video') })),
  modes: z.looseObject({}),
  schema: z.looseObject({}),
});

/** All pipelines and adapters that can be chosen, and those that were found and cannot, with the reason. */
export class Catalog implements ModuleCatalog, GraphCatalog {
  readonly #pipelines = new Map<string, Found<PipelineDescriptor>>();
  readonly #adapters = new Map<string, Found<AdapterDescriptor> & { readonly check: z.ZodObject | null }>();
  readonly #entries: CatalogEntry[] = [];
  readonly #inspectEntry: string;

  /** `moduleOf` says where the code of a shipped pipeline or adapter is; `inspectEntry` is the child that reads foreign ones. */
  constructor(inspectEntry: string) {
    this.#inspectEntry = inspectEntry;
  }

  ship(
    pipelines: readonly PipelineDefinition[],
    adapters: readonly AdapterDefinition[],
    moduleOf: (kind: 'pipelines' | 'adapters', id: string) => string,
  ): void {
    for (const definition of pipelines)
      this.#addPipeline(describePipeline(definition), moduleOf('pipelines', definition.id), 'shipped');
    for (const definition of adapters) {
      this.#adapters.set(definition.id, {
        descriptor: describeAdapter(definition),
        module: moduleOf('adapters', definition.id),
        check: definition.config,
      });
    }
  }

  /** `reference` is a module URL with `#export`. A failure is listed and never thrown. */
  async importPipeline(reference: string): Promise<void> {
    try {
      const described = await spawnRead(this.#inspectEntry, ['describe', reference], DESCRIBE_LIMIT_MS);
      const checked = importedPipeline.safeParse(described);
      if (!checked.success) throw new TypeError(z.prettifyError(checked.error));
      this.#addPipeline(described as PipelineDescriptor, reference, 'import');
    } catch (error) {
      this.#entries.push({
        available: false,
        id: reference,
        origin: 'import',
        error: reportOf(error, 'E_PIPELINE_IMPORT'),
      });
    }
  }

  /** The same for an adapter; throws its reason, because without it the graph that names it cannot play. */
  async importAdapter(reference: string): Promise<void> {
    const descriptor = (await spawnRead(
      this.#inspectEntry,
      ['describe', reference],
      DESCRIBE_LIMIT_MS,
    )) as AdapterDescriptor;
    this.#adapters.set(descriptor.id, { descriptor, module: reference, check: null });
  }

  entries(): readonly CatalogEntry[] {
    return this.#entries;
  }

  pipeline(id: string): Found<PipelineDescriptor> | null {
    return this.#pipelines.get(id) ?? null;
  }

  adapter(id: string): Found<AdapterDescriptor> | null {
    return this.#adapters.get(id) ?? null;
  }

  adapterIds(): readonly string[] {
    return [...this.#adapters.keys()];
  }

  pipelinePorts(id: string): { inputs: readonly string[]; outputs: readonly string[] } | null {
    const found = this.#pipelines.get(id)?.descriptor;
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

  #addPipeline(descriptor: PipelineDescriptor, module: string, origin: 'shipped' | 'import'): void {
    const problem = this.#problemOf(descriptor);
    if (problem !== null) {
      this.#entries.push({
        available: false,
        id: descriptor.id,
        origin,
        error: reportOf(new TypeError(problem), 'E_PIPELINE_IMPORT'),
      });
      return;
    }
    this.#pipelines.set(descriptor.id, { descriptor, module });
    this.#entries.push({ available: true, id: descriptor.id, origin, descriptor });
  }

  #problemOf({ id, inputs, outputs }: PipelineDescriptor): string | null {
    if (this.#pipelines.has(id)) return `There is a pipeline "${id}" already`;
    const beyond = [...Object.keys(inputs), ...Object.keys(outputs)].filter((port) => port !== 'video');
    return beyond.length === 0 ? null : `Only the port "video" is supported, not "${beyond.join('", "')}"`;
  }
}
