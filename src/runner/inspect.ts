import type { AdapterModule, Probe } from '../contract/adapter.ts';
import type { PipelineDefinition } from '../contract/pipeline.ts';
import type { AdapterDefinition } from '../contract/adapter.ts';
import { importModule } from './node-io.ts';

/** Asks each adapter whether it can work here; one that throws is an answer. Runs in a throw-away child. */
export async function probeAdapters(modules: readonly string[]): Promise<readonly Probe[]> {
  return Promise.all(modules.map(probeOne));
}

async function probeOne(module: string): Promise<Probe> {
  try {
    const adapter = await importModule<AdapterModule>(module);
    return await adapter.probe();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { available: false, reason, remedy: 'Look at `reverie doctor`.' };
  }
}

/** Reads the definition that a module from outside exports, as JSON. Runs in a throw-away child: an import may do anything. */
export async function describeExport(reference: string): Promise<unknown> {
  const hash = reference.lastIndexOf('#');
  const module = (await import(reference.slice(0, hash))) as Record<string, unknown>;
  const name = reference.slice(hash + 1);
  const definition = module[name];
  if (typeof definition !== 'object' || definition === null)
    throw new TypeError(`It has no export "${name}"`);
  // zod comes only now: this child alone needs it.
  if ('roles' in definition) {
    const { describeAdapter } = await import('../contract/adapter.ts');
    return describeAdapter(definition as AdapterDefinition);
  }
  const { describePipeline } = await import('../contract/pipeline.ts');
  return describePipeline(definition as PipelineDefinition);
}
