import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tempFolder } from '../../../support/temp-folder.ts';
import { house as plainHouse } from '../doubles.ts';
import { rig, type Rig } from './rig.ts';

// What Scope's page cannot do without in each answer that it reads when it opens: found on version 0.2.4 by taking fields away.
const anything = z.unknown();
const needed: Readonly<Record<string, z.ZodType>> = {
  'onboarding/status': z.object({ completed: z.literal(true) }),
  'pipelines/schemas': z.object({ pipelines: z.record(z.string(), z.object({ id: z.string() })) }),
  'nodes/definitions': anything,
  'hardware/info': anything,
  'input-sources': z.object({
    input_sources: z.array(
      z.object({
        source_id: z.string(),
        source_name: z.string(),
        source_description: z.string(),
        available: z.boolean(),
      }),
    ),
  }),
  'tempo/sources': z.object({ sources: z.record(z.string(), z.object({ name: z.string() })) }),
  'tempo/status': anything,
  'pipeline/status': z.object({ status: z.enum(['not_loaded', 'loading', 'loaded']) }),
  'logs/tail?lines=200&since_offset=0': z.object({ lines: z.array(z.string()), offset: z.int() }),
  '/health': anything,
};
/** A 404 is "not here" to the page; a 200 without its list would blank it. */
const mayBeMissing = ['plugins', 'cloud/status', 'loras', 'dmx/status', 'osc/stream'];

let house: Rig;
beforeEach(async () => {
  house = await rig();
});
afterEach(() => house.close());

describe("what Scope's page asks for when it opens", () => {
  it('finds nothing to set up, so that it shows its page', async () => {
    const { status, body } = await house.ask('GET', 'onboarding/status');
    expect([status, body]).toEqual([
      200,
      { completed: true, inference_mode: 'local', onboarding_style: null },
    ]);
  });

  it('finds in every answer what it cannot do without, and a 404 for what is not here', async () => {
    for (const [path, needs] of Object.entries(needed)) {
      const { status, body } = await house.ask('GET', path);
      expect([path, status, needs.safeParse(body).error?.issues]).toEqual([path, 200, undefined]);
    }
    for (const path of mayBeMissing) {
      expect([path, (await house.ask('GET', path)).status]).toEqual([path, 404]);
    }
  });

  it('finds the pipelines as an object, with what a widget needs of every parameter', async () => {
    const { pipelines } = (await house.ask('GET', 'pipelines/schemas')).body;
    expect(Object.keys(pipelines)).toEqual(['dream', 'passthrough', 'edges']);
    const { strength, palette, pulse, seed } = pipelines.dream.config_schema.properties;
    expect(strength).toMatchObject({
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0.75,
      ui: { label: 'Strength', is_load_param: false, category: 'configuration', modes: ['video'] },
    });
    expect(palette.enum).toContain('ember');
    expect(pulse).toMatchObject({ type: 'boolean', default: false, ui: { is_load_param: false } });
    expect(seed).toMatchObject({ type: 'integer', minimum: 0, maximum: 999_999 });
  });

  it('gives width and height to the panel for sizes, as parameters of a load', async () => {
    const { width, height } = (await house.ask('GET', 'pipelines/schemas')).body.pipelines.dream.config_schema
      .properties;
    for (const side of [width, height]) {
      expect(side).toMatchObject({ default: 512, ui: { is_load_param: true, component: 'resolution' } });
    }
  });

  it('says which modes, blends and places a pipeline has', async () => {
    const { dream, passthrough, edges } = (await house.ask('GET', 'pipelines/schemas')).body.pipelines;
    expect(dream).toMatchObject({
      supported_modes: ['text', 'video'],
      default_mode: 'text',
      supports_prompts: true,
      supports_lora: false,
      requires_models: false,
      default_temporal_interpolation_method: 'linear',
      inputs: ['video'],
      outputs: ['video'],
      produces_video: true,
      produces_audio: false,
    });
    expect(passthrough).toMatchObject({
      supports_prompts: false,
      default_temporal_interpolation_method: null,
      default_spatial_interpolation_method: null,
    });
    expect([dream.usage, passthrough.usage, edges.usage]).toEqual([[], [], ['preprocessor']]);
    expect(edges.config_schema.properties.amount.ui.category).toBe('input');
  });

  it('gives each field that the page knows of a pipeline, and the values of its modes', async () => {
    const { dream, passthrough } = (await house.ask('GET', 'pipelines/schemas')).body.pipelines;
    expect(Object.keys(passthrough).sort()).toEqual([
      'config_schema',
      'default_mode',
      'default_spatial_interpolation_method',
      'default_temporal_interpolation_method',
      'default_temporal_interpolation_steps',
      'description',
      'docs_url',
      'estimated_vram_gb',
      'id',
      'inputs',
      'mode_defaults',
      'name',
      'outputs',
      'plugin_name',
      'produces_audio',
      'produces_video',
      'requires_models',
      'supported_modes',
      'supports_cache_management',
      'supports_kv_cache_bias',
      'supports_lora',
      'supports_prompts',
      'supports_quantization',
      'supports_vace',
      'usage',
      'version',
    ]);
    expect(Object.keys(dream.mode_defaults)).toEqual(['text', 'video']);
    expect([dream.mode_defaults.text.default, dream.mode_defaults.video.default]).toEqual([true, false]);
    expect([passthrough.default_mode, passthrough.estimated_vram_gb]).toEqual(['video', null]);
  });

  it('lists first what plays, which the page takes for its default', async () => {
    await house.ask('POST', 'pipeline/load', { pipeline_ids: ['passthrough'] });
    const { pipelines } = (await house.ask('GET', 'pipelines/schemas')).body;
    expect(Object.keys(pipelines)[0]).toBe('passthrough');
  });

  it('finds hardware, nodes, OSC and ICE servers in the shapes it reads', async () => {
    expect((await house.ask('GET', 'nodes/definitions')).body).toEqual({ nodes: [] });
    const { body } = await house.ask('GET', 'hardware/info');
    expect(body.vram_gb).toBeNull();
    for (const way of ['spout', 'ndi', 'syphon']) {
      expect(body[way]).toMatchObject({ available: false, reason: expect.stringContaining('no ') });
    }
    expect((await house.ask('GET', 'webrtc/ice-servers')).body).toEqual({
      iceServers: [{ urls: 'stun:127.0.0.1:3478' }],
    });
    expect((await house.ask('GET', 'osc/status')).body).toMatchObject({ enabled: false, listening: false });
    house.engine.nodes = house.engine.nodes.map((node) => ({
      ...node,
      role: 'control' as const,
      module: 'osc',
      info: { listening: ['127.0.0.1:8000', '[::1]:8000'] },
    }));
    expect((await house.ask('GET', 'osc/status')).body).toEqual({
      enabled: true,
      listening: true,
      host: '127.0.0.1',
      port: 8000,
      log_all_messages: false,
    });
  });

  it('finds the memory of the first GPU in gigabytes', async () => {
    await house.close();
    const gpu = { index: 0, name: 'GPU', totalMemoryBytes: 25_757e6, freeMemoryBytes: 1e9, driver: null };
    const without = await plainHouse(tempFolder('scope')).hardware();
    house = await rig(undefined, { hardware: async () => ({ ...without, gpus: [gpu] }) });
    expect((await house.ask('GET', 'hardware/info')).body.vram_gb).toBe(25.8);
  });

  it('is not kept waiting while the hardware is still being tried', async () => {
    await house.close();
    house = await rig(undefined, { hardware: () => new Promise(() => undefined) });
    const { status, body } = await house.ask('GET', 'hardware/info');
    expect([status, body.vram_gb, body.ndi.available]).toEqual([200, null, false]);
  });

  it('reads the log from where it stopped, with the level where the page looks for it', async () => {
    const first = (await house.ask('GET', 'logs/tail?lines=200')).body;
    expect(Array.isArray(first.lines)).toBe(true);
    expect(first.lines[0]).toMatch(/ - (INFO|WARNING|ERROR|DEBUG) - /);
    const next = (await house.ask('GET', `logs/tail?lines=200&since_offset=${first.offset}`)).body;
    expect(next).toEqual({ lines: [], offset: first.offset });
    const ahead = (await house.ask('GET', 'logs/tail?lines=200&since_offset=9000')).body;
    expect(ahead).toEqual({ lines: [], offset: first.offset });
    expect((await house.ask('GET', 'logs/tail?lines=many')).status).toBe(400);
  });

  it('lets a page of another loopback origin call, preflight included, and no foreign one', async () => {
    const origin = 'http://localhost:5173';
    for (const method of ['POST', 'PATCH']) {
      const asked = await house.ask('OPTIONS', 'webrtc/offer', undefined, {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'content-type',
      });
      expect(asked.status).toBe(204);
      expect(asked.headers['access-control-allow-origin']).toBe(origin);
      expect(asked.headers['access-control-allow-methods']).toContain(method);
      expect(asked.headers['access-control-allow-headers']).toContain('content-type');
    }
    const read = await house.ask('GET', 'pipeline/status', undefined, { origin });
    expect(read.headers['access-control-allow-origin']).toBe(origin);
    const foreign = await house.ask('GET', 'pipeline/status', undefined, { origin: 'https://example.com' });
    expect([foreign.status, foreign.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });
});
