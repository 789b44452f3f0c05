import { z } from 'zod';
import { jsonObject } from '../schema/error.ts';
import type { ScopePipeline } from './descriptor-schema.ts';

// What Scope's clients send and expect. They send more than is named here: what is not known is left alone, never refused.

const name = z.string().min(1).max(200);
const params = jsonObject.nullish();

export const pipelineIds = z.array(name).max(16);

export const loadBody = z.looseObject({
  pipelines: z
    .array(z.looseObject({ node_id: name.nullish(), pipeline_id: name, load_params: params }))
    .max(16)
    .exactOptional(),
  pipeline_ids: pipelineIds.exactOptional(),
  load_params: params,
});

export const loadAnswer = z.object({ message: z.string() });

export const loadStatus = z.object({
  status: z.enum(['not_loaded', 'loading', 'loaded', 'error']),
  pipeline_id: z.string().nullable().describe('Of the main stage'),
  load_params: jsonObject.nullable(),
  loaded_lora_adapters: z.array(z.never()).readonly(),
  error: z.string().nullable().describe('Kept until another load; reading never clears it'),
  loading_stage: z.string().nullable(),
  produces_video: z.boolean(),
  produces_audio: z.boolean(),
});

const scopePipeline: z.ZodType<ScopePipeline> = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    version: z.string(),
    docs_url: z.string().nullable(),
    estimated_vram_gb: z.number().nullable(),
    requires_models: z.boolean(),
    supports_prompts: z.boolean(),
    supports_lora: z.boolean(),
    supports_vace: z.boolean(),
    supports_cache_management: z.boolean(),
    supports_kv_cache_bias: z.boolean(),
    supports_quantization: z.boolean(),
    produces_video: z.boolean(),
    produces_audio: z.boolean(),
    usage: z.array(z.string()).describe('Empty for what can be the main one'),
    inputs: z.array(z.string()),
    outputs: z.array(z.string()),
    supported_modes: z.array(z.enum(['text', 'video'])),
    default_mode: z.enum(['text', 'video']),
    mode_defaults: jsonObject,
    default_temporal_interpolation_method: z.string().nullable(),
    default_temporal_interpolation_steps: z.number().nullable(),
    default_spatial_interpolation_method: z.string().nullable(),
    plugin_name: z.string().nullable(),
    config_schema: jsonObject.describe('JSON Schema of the parameters, with `ui` hints'),
  })
  .meta({ id: 'ScopePipeline' });

export const pipelineSchemas = z.object({
  pipelines: z.record(z.string(), scopePipeline).describe('By id; what plays comes first'),
});

export const offeredGraph = z.looseObject({
  nodes: z.array(z.looseObject({ id: name, type: z.string().max(40), pipeline_id: name.nullish() })).max(64),
  edges: z
    .array(
      z.looseObject({
        from: name,
        to_node: name,
        from_port: name.nullish(),
        to_port: name.nullish(),
        kind: name.nullish(),
      }),
    )
    .max(256),
});

export const offerBody = z.looseObject({
  sdp: z.string().min(1).describe('SDP of the offer'),
  type: z.literal('offer').exactOptional(),
  initialParameters: jsonObject
    .nullish()
    .describe('A flat message as on the data channel, with `graph` or `pipeline_ids` for an empty show'),
});

export const offerAnswer = z.object({
  sdp: z.string().describe('All candidates are in it'),
  type: z.literal('answer'),
  sessionId: z.string(),
});

export const candidatesBody = z.looseObject({
  candidates: z
    .array(
      z.looseObject({
        candidate: z.string().max(1000),
        sdpMid: z.string().max(100).nullish(),
        sdpMLineIndex: z.int().min(0).max(1000).nullish(),
      }),
    )
    .max(64),
});

export const iceServers = z.object({
  iceServers: z
    .array(
      z.object({
        urls: z.string(),
        username: z.string().exactOptional(),
        credential: z.string().exactOptional(),
      }),
    )
    .readonly(),
});

const availability = z.object({
  available: z.boolean(),
  reason: z.string().nullable(),
  install_hint: z.string().nullable(),
});

export const hardwareInfo = z.object({
  vram_gb: z.number().nullable().describe('Of the first GPU'),
  spout: availability,
  ndi: availability,
  syphon: availability,
});

export type Availability = z.infer<typeof availability>;

export const oscStatus = z.object({
  enabled: z.boolean(),
  listening: z.boolean(),
  host: z.string().nullable(),
  port: z.int().nullable(),
  log_all_messages: z.boolean(),
});

export const logsTail = z.object({
  lines: z.array(z.string()).readonly().describe('Oldest first'),
  offset: z.int().describe('Ask with `since_offset` set to it for what comes next'),
});
