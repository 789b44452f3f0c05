/** One text and how much it counts. Weights are relative; 0 is silent. */
export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

export type Interpolation = 'linear' | 'slerp';

/** A glide between two flat lists, `t` from 0 (all `from`) to 1 (all `to`), curve already applied. */
export interface PromptBlend {
  readonly from: readonly WeightedText[];
  readonly to: readonly WeightedText[];
  readonly t: number;
  readonly interpolation: Interpolation;
}

/**
 * What a call is prompted with: a flat list of weighted texts, plus at most one blend on its way.
 * While `blend` is set, `texts` is the flattened present mix, for pipelines that only know weights.
 */
export interface PromptMix {
  readonly texts: readonly WeightedText[];
  /** How the texts of one list are mixed with each other. */
  readonly interpolation: Interpolation;
  readonly blend: PromptBlend | null;
}

export const emptyPrompt: PromptMix = { texts: [], interpolation: 'linear', blend: null };
