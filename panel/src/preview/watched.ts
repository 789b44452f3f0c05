import type { Matte } from '../../../src/contract/packed-matte.ts';

/** What a page looks at: a node, and whether its transparency comes along. */
export interface Watched {
  readonly node: string;
  readonly matte: Matte;
}
