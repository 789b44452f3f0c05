import type { Matte } from '../../../src/contract/packed-matte.ts';

/** What the link of an output page asks for. What it cannot be is taken as if it were not there: the page has no words to complain. */
export interface Wish {
  /** Null is what the audience sees. */
  readonly node: string | null;
  readonly matte: Matte;
  readonly fit: 'contain' | 'cover';
  /** From behind the #, so that no server reads it in an address. */
  readonly token: string | null;
}

export function wishIn({ search, hash }: { readonly search: string; readonly hash: string }): Wish {
  const query = new URLSearchParams(search);
  return {
    node: query.get('node') || null,
    matte: query.get('matte') === 'packed' ? 'packed' : 'none',
    fit: query.get('fit') === 'cover' ? 'cover' : 'contain',
    token: new URLSearchParams(hash.slice(1)).get('token') || null,
  };
}
