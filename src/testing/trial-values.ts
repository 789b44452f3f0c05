import type { JsonValue } from '../contract/json.ts';
import type { ParameterSpec } from '../contract/parameter.ts';
import type { PromptMix, WeightedText } from '../contract/prompt.ts';
import type { Values } from './rehearsal.ts';

/** Defaults, with every number that is fixed while loading at its least: the smallest picture, the quickest set-up. */
export function smallValues(specs: readonly ParameterSpec[]): Values {
  const valueOf = (spec: ParameterSpec): JsonValue =>
    spec.ui.load && spec.minimum !== null ? spec.minimum : spec.default;
  return Object.fromEntries(
    specs.filter((spec) => spec.type !== 'trigger').map((spec) => [spec.key, valueOf(spec)]),
  );
}

/** The values of a parameter at which things break. */
export function extremes(spec: ParameterSpec): readonly JsonValue[] {
  switch (spec.type) {
    case 'number':
    case 'integer':
      return [spec.minimum ?? -1e9, spec.maximum ?? 1e9];
    case 'boolean':
      return [false, true];
    case 'enum':
      return spec.choices ?? [];
    case 'color':
      return ['#000000', '#ffffff'];
    case 'string':
      return ['', 'ü世😀'.repeat(60).slice(0, spec.maxLength ?? 300)];
    case 'list':
      return [[]];
    case 'trigger':
      return [];
  }
}

const flat = (...texts: WeightedText[]): PromptMix => ({ texts, interpolation: 'linear', blend: null });

/** One text at full weight. */
export const prompted = (text: string): PromptMix => flat({ text, weight: 1 });

/** Every kind of prompt that people and their machines send. */
export const hardPrompts: Readonly<Record<string, PromptMix>> = {
  none: flat(),
  empty: prompted(''),
  blank: prompted(' \t\n '),
  long: prompted('molten gold river '.repeat(111)),
  'other scripts': prompted('深い海 🌊 мечта مرحبا \u0000 \ud800'),
  silent: flat({ text: 'deep ocean', weight: 0 }, { text: 'autumn forest', weight: 0 }),
  'thirty-two texts': flat(
    ...Array.from({ length: 32 }, (_, index) => ({ text: `forest ${index}`, weight: index })),
  ),
  'huge weights': flat({ text: 'chrome', weight: 100 }, { text: 'neon city night', weight: 1e-6 }),
  'a blend': {
    texts: [{ text: 'chrome', weight: 1 }],
    interpolation: 'slerp',
    blend: { from: [{ text: 'chrome', weight: 1 }], to: [], t: 0.5, interpolation: 'slerp' },
  },
};
