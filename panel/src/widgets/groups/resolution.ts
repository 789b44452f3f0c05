import type { ParameterSpec } from '../../../../src/contract/parameter.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

type Bounds = Pick<ParameterSpec, 'minimum' | 'maximum'>;

const presets: readonly (Size & { readonly label: string })[] = [
  { label: '512 × 512', width: 512, height: 512 },
  { label: '576 × 320', width: 576, height: 320 },
  { label: '768 × 432', width: 768, height: 432 },
  { label: '1280 × 720', width: 1280, height: 720 },
];

/** Diffusion models work in blocks of eight pixels; a side that follows the other stays on them. */
const BLOCK = 8;

/** The nearest whole block inside the bounds. */
export function fitted(side: number, { minimum, maximum }: Bounds): number {
  const block = Math.round(side / BLOCK) * BLOCK;
  return Math.max(minimum ?? BLOCK, Math.min(maximum ?? Infinity, block));
}

export function presetsFor(width: Bounds, height: Bounds): (Size & { readonly label: string })[] {
  return presets.filter((preset) => fits(preset.width, width) && fits(preset.height, height));
}

function fits(side: number, { minimum, maximum }: Bounds): boolean {
  return side >= (minimum ?? 0) && side <= (maximum ?? Infinity);
}
