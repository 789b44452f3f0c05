import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PipelineSupports } from '../../src/contract/pipeline.ts';
import { parametersOf, toJsonSchema, ui } from '../../src/contract/parameter.ts';
import { planOf } from '../../panel/src/play/plan.ts';

const all: PipelineSupports = {
  prompts: true,
  loras: true,
  vace: true,
  cacheManagement: true,
  kvCacheBias: true,
  quantization: true,
};
const none: PipelineSupports = {
  prompts: false,
  loras: false,
  vace: false,
  cacheManagement: false,
  kvCacheBias: false,
  quantization: false,
};

const number = z.number().min(0).max(1).default(0);
const controls = parametersOf(
  toJsonSchema(
    z.object({
      width: z
        .int()
        .default(512)
        .meta(ui({ order: 9, component: 'resolution', load: true })),
      height: z
        .int()
        .default(512)
        .meta(ui({ order: 10, component: 'resolution', load: true })),
      warp: number.meta(ui({ order: 2 })),
      hue: number.meta(ui({ order: 3, category: 'colour' })),
      strength: number.meta(ui({ order: 1, modes: ['video'] })),
      drift: number.meta(ui({ order: 4, modes: ['text'] })),
      noise_scale: number.meta(ui({ order: 5, component: 'noise', load: true })),
      noise_controller: z
        .boolean()
        .default(true)
        .meta(ui({ order: 6, component: 'noise' })),
      manage_cache: z
        .boolean()
        .default(true)
        .meta(ui({ order: 7, component: 'cache' })),
      kv_cache_attention_bias: number.meta(ui({ order: 8, component: 'cache' })),
      style: z
        .string()
        .default('')
        .meta(ui({ order: 11, component: 'somebody-elses' })),
    }),
  ),
).map((spec) => ({ spec }));

const shown = (mode: 'text' | 'video' | null, supports: PipelineSupports) =>
  planOf(controls, mode, supports).map(({ title, blocks }) => ({
    title,
    keys: blocks.map((block) =>
      block.kind === 'single' ? block.control.spec.key : block.controls.map(({ spec }) => spec.key),
    ),
  }));

describe('which widgets a stage shows', () => {
  it('shows those of its mode, in the order of the schema, and what needs a reload last', () => {
    expect(shown('video', all)).toEqual([
      {
        title: null,
        keys: [
          'strength',
          'warp',
          ['noise_scale', 'noise_controller'],
          ['manage_cache', 'kv_cache_attention_bias'],
          'style',
        ],
      },
      { title: 'colour', keys: ['hue'] },
      { title: 'Needs a reload', keys: [['width', 'height']] },
    ]);
  });

  it('shows other widgets in another mode, and all while the mode is not known', () => {
    expect(shown('text', all)[0]?.keys).toContain('drift');
    expect(shown('text', all)[0]?.keys).not.toContain('strength');
    expect(shown(null, all)[0]?.keys).toEqual(expect.arrayContaining(['strength', 'drift']));
  });

  it('shows only what the pipeline supports', () => {
    expect(shown('video', none)[0]?.keys).toEqual([
      'strength',
      'warp',
      ['noise_scale', 'noise_controller'],
      'style',
    ]);
    const bias = shown('video', { ...none, kvCacheBias: true })[0]?.keys;
    expect(bias).toContainEqual(['kv_cache_attention_bias']);
  });
});
