import type { AdapterDescriptor } from '../contract/adapter.ts';
import type { PipelineDescriptor } from '../contract/pipeline.ts';

/** Where the code of pipelines and adapters is; the engine knows it only by reference, and runners import it. */
export interface ModuleCatalog {
  pipeline(id: string): { readonly descriptor: PipelineDescriptor; readonly module: string } | null;
  adapter(id: string): { readonly descriptor: AdapterDescriptor; readonly module: string } | null;
  adapterIds(): readonly string[];
  /** A configuration with the adapter's defaults filled in. */
  fullConfig(id: string, config: Readonly<Record<string, unknown>>): Record<string, unknown>;
}
