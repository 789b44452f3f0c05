/** First and last byte, both counted in. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What of `size` bytes a `Range` header asks for (RFC 9110 §14): a part, `null` for all of it (no header, another unit, several
 * parts at once, words that are none), or `'unsatisfiable'` where it lies behind the end.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return null;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return null;
  return first >= size ? 'unsatisfiable' : { first, last };
}
