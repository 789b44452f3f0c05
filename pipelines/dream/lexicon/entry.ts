import type { Setting, Settings } from '../scene/layout.ts';
import type { Family } from './families.ts';

/** What one word brings into a picture. Everything but the families is optional. */
export interface Entry {
  /** Structure and actors, with weights. */
  readonly fam?: Readonly<Partial<Record<Family, number>>>;
  /** Five anchors `#rrggbb`, dark to light in use. */
  readonly pal?: string;
  /** Accents A and B; white where left out. */
  readonly acc?: string;
  /** How strongly its colours win against those of other words; 1 unless given. */
  readonly pull?: number;
  /** Settings that it fixes. */
  readonly set?: Settings;
  /** Settings that it multiplies; for words of motion, size and texture. */
  readonly times?: Readonly<Partial<Record<Setting, number>>>;
  /** Changes every colour of the prompt: light -1..1 darker or lighter, colour 0.. greyer or stronger. */
  readonly tone?: { readonly light?: number; readonly colour?: number };
}

export type Table = Readonly<Record<string, Entry>>;
