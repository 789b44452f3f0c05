import type { Mode } from '../../contract/call.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { parametersOf, type ParameterSpec } from '../../contract/parameter.ts';
import type { PipelineDescriptor } from '../../contract/pipeline.ts';

/** Widgets that Scope's page builds in; any other name would leave the parameter without one. */
const components = new Set([
  'vace',
  'lora',
  'resolution',
  'cache',
  'denoising_steps',
  'noise',
  'quantization',
  'image',
]);

/** A pipeline as Scope's clients read it. */
export interface ScopePipeline {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly docs_url: string | null;
  readonly estimated_vram_gb: number | null;
  readonly requires_models: boolean;
  readonly supports_prompts: boolean;
  readonly supports_lora: boolean;
  readonly supports_vace: boolean;
  readonly supports_cache_management: boolean;
  readonly supports_kv_cache_bias: boolean;
  readonly supports_quantization: boolean;
  readonly produces_video: boolean;
  readonly produces_audio: boolean;
  readonly usage: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly supported_modes: readonly Mode[];
  readonly default_mode: Mode;
  readonly mode_defaults: JsonObject;
  readonly default_temporal_interpolation_method: string | null;
  readonly default_temporal_interpolation_steps: number | null;
  readonly default_spatial_interpolation_method: string | null;
  readonly plugin_name: string | null;
  readonly config_schema: JsonObject;
}

/** One of our descriptors in Scope's shape. */
export function scopePipeline(descriptor: PipelineDescriptor): ScopePipeline {
  const { supports, modes } = descriptor;
  const supported = (['text', 'video'] as const).filter((mode) => modes[mode] !== undefined);
  const prompts = supports.prompts;
  return {
    id: descriptor.id,
    name: descriptor.name,
    description: descriptor.description,
    version: descriptor.version,
    docs_url: descriptor.docsUrl,
    estimated_vram_gb: descriptor.estimatedVramGb,
    // Pipelines fetch what they need when they load; there is no separate download to wait for.
    requires_models: false,
    supports_prompts: prompts,
    supports_lora: supports.loras,
    supports_vace: supports.vace,
    supports_cache_management: supports.cacheManagement,
    supports_kv_cache_bias: supports.kvCacheBias,
    supports_quantization: supports.quantization,
    produces_video: true,
    produces_audio: false,
    usage: usageOf(descriptor),
    inputs: Object.keys(descriptor.inputs),
    outputs: Object.keys(descriptor.outputs),
    supported_modes: supported,
    default_mode: supported.find((mode) => modes[mode]?.default === true) ?? supported[0] ?? 'video',
    mode_defaults: Object.fromEntries(supported.map((mode) => [mode, modeDefaults(descriptor, mode)])),
    default_temporal_interpolation_method: prompts ? 'linear' : null,
    default_temporal_interpolation_steps: prompts ? 0 : null,
    default_spatial_interpolation_method: prompts ? 'linear' : null,
    plugin_name: null,
    config_schema: configSchema(descriptor),
  };
}

/** Scope's page takes any usage it names out of the list of main pipelines, so those that can be one name none. */
function usageOf({ usage }: PipelineDescriptor): string[] {
  return usage.includes('main') ? [] : [...usage];
}

function modeDefaults({ modes }: PipelineDescriptor, mode: Mode): JsonObject {
  return { default: modes[mode]?.default === true, ...modes[mode]?.values };
}

function configSchema(descriptor: PipelineDescriptor): JsonObject {
  const { schema } = descriptor;
  const given = isObject(schema['properties']) ? schema['properties'] : {};
  const properties = Object.fromEntries(
    parametersOf(schema).map((spec) => [spec.key, property(spec, given[spec.key])]),
  );
  const definitions = schema['$defs'];
  return {
    type: 'object',
    title: descriptor.name,
    properties,
    ...(definitions === undefined ? {} : { $defs: definitions }),
  };
}

function property(spec: ParameterSpec, given: JsonValue | undefined): JsonObject {
  const { ui: _ours, minimum: _low, maximum: _high, ...field } = isObject(given) ? given : {};
  return {
    ...field,
    default: spec.default,
    description: spec.description,
    ...(spec.minimum === null ? {} : { minimum: spec.minimum }),
    ...(spec.maximum === null ? {} : { maximum: spec.maximum }),
    ui: uiOf(spec),
  };
}

function uiOf({ key, ui }: ParameterSpec): JsonObject {
  const isSide = ui.load && (key === 'width' || key === 'height');
  const component = isSide ? 'resolution' : ui.component;
  return {
    label: ui.label,
    order: ui.order,
    category: ui.category === 'input' ? 'input' : 'configuration',
    is_load_param: ui.load,
    ...(component !== null && components.has(component) ? { component } : {}),
    ...(ui.modes === null ? {} : { modes: [...ui.modes] }),
    ...(ui.modulatable ? { modulatable: true } : {}),
  };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
