import { z } from 'zod';
import type { AdapterReport } from '../../contract/engine-api.ts';
import type { CatalogEntry, GpuReport, HardwareReport, ProviderReport } from '../../contract/hardware.ts';
import type { Artifact, PipelineDescriptor } from '../../contract/pipeline.ts';
import { errorReport, jsonObject } from './error.ts';

const artifact: z.ZodType<Artifact> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hugging-face'),
    repo: z.string(),
    revision: z.string(),
    files: z.array(z.string()),
  }),
  z.object({ kind: z.literal('google-drive'), fileId: z.string(), name: z.string() }),
  z.object({ kind: z.literal('url'), url: z.string(), sha256: z.string() }),
  z.object({ kind: z.literal('local'), path: z.string() }),
]);

const modeDefaults = z.object({
  default: z.boolean().exactOptional(),
  values: jsonObject.exactOptional(),
});
const ports = z.record(z.string(), z.object({ kind: z.literal('video') }));

const pipelineDescriptor: z.ZodType<PipelineDescriptor> = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.string(),
    description: z.string(),
    docsUrl: z.string().nullable(),
    usage: z.array(z.enum(['preprocessor', 'main', 'postprocessor'])),
    supports: z.object({
      prompts: z.boolean(),
      loras: z.boolean(),
      vace: z.boolean(),
      cacheManagement: z.boolean(),
      kvCacheBias: z.boolean(),
      quantization: z.boolean(),
    }),
    estimatedVramGb: z.number().nullable(),
    artifacts: z.array(artifact),
    modes: z.object({ text: modeDefaults.exactOptional(), video: modeDefaults.exactOptional() }),
    inputs: ports,
    outputs: ports,
    schema: jsonObject.describe('JSON Schema of the parameters, with `ui` hints'),
  })
  .meta({ id: 'Pipeline' });

const origin = z.enum(['shipped', 'import']);

const catalogEntry: z.ZodType<CatalogEntry> = z
  .discriminatedUnion('available', [
    z.object({ available: z.literal(true), id: z.string(), origin, descriptor: pipelineDescriptor }),
    z.object({ available: z.literal(false), id: z.string(), origin, error: errorReport }),
  ])
  .meta({ id: 'CatalogEntry' });

export const catalogList = z.object({ pipelines: z.array(catalogEntry).readonly() });

const probe = z.discriminatedUnion('available', [
  z.object({ available: z.literal(true), version: z.string().nullable() }),
  z.object({ available: z.literal(false), reason: z.string(), remedy: z.string() }),
]);

const adapterReport: z.ZodType<AdapterReport> = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    roles: z.array(z.enum(['source', 'sink', 'control'])),
    runner: z.enum(['own', 'shared']),
    schema: jsonObject.describe('JSON Schema of the configuration'),
    locator: z.string().nullable(),
    probe,
  })
  .meta({ id: 'Adapter' });

export const adapterList = z.object({ adapters: z.array(adapterReport).readonly() });

const gpu: z.ZodType<GpuReport> = z.object({
  index: z.int(),
  name: z.string(),
  totalMemoryBytes: z.number(),
  freeMemoryBytes: z.number(),
  driver: z.string().nullable(),
});

const provider: z.ZodType<ProviderReport> = z.object({
  id: z.string(),
  usable: z.boolean(),
  convolutionMs: z.number().nullable(),
  reason: z.string().nullable(),
  remedy: z.string().nullable(),
});

export const hardwareReport: z.ZodType<HardwareReport> = z
  .object({
    gpus: z.array(gpu),
    gpuSource: z.enum(['nvml', 'nvidia-smi', 'none']),
    gpuReason: z.string().nullable(),
    providers: z.array(provider).describe('Fastest first'),
    cpu: z.object({ model: z.string(), cores: z.int() }),
    memory: z.object({ totalBytes: z.number(), freeBytes: z.number() }),
    platform: z.string(),
    node: z.string(),
  })
  .meta({ id: 'Hardware' });
