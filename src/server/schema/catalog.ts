import { z } from 'zod';
import type { AdapterReport } from '../../contract/engine-api.ts';
import type { CatalogEntry, GpuReport, HardwareReport, ProviderReport } from '../../contract/hardware.ts';
import { descriptorSchema } from '../../contract/descriptor.ts';
import { errorReport, jsonObject } from './error.ts';

const pipelineDescriptor = descriptorSchema.meta({ id: 'Pipeline' });
const found = {
  id: z.string().describe('Of the pipeline; while it could not be read, what it was found as'),
  origin: z.enum(['shipped', 'import', 'package']),
  from: z.string().nullable().describe('Where it was found; null for what Reverie ships'),
};

const catalogEntry: z.ZodType<CatalogEntry> = z
  .discriminatedUnion('available', [
    z.object({ available: z.literal(true), ...found, descriptor: pipelineDescriptor }),
    z.object({
      available: z.literal(false),
      ...found,
      error: errorReport.describe('`E_PIPELINE_READING` until it was read'),
    }),
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
    schemes: z.array(z.string()),
    exclusive: z.boolean().exactOptional().describe('One endpoint can be opened once at a time'),
    probe,
    finds: z.boolean().describe('Whether it can search for what can be picked'),
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
