/**
 * OSC address patterns (OSC 1.0, "OSC Message Dispatching and Pattern Matching"; `//` of OSC 1.1). No regular expressions: a
 * sender's pattern must not decide how long matching takes. It takes at most parts of the pattern × characters of the address.
 *
 * | | stands for |
 * |---|---|
 * | `?` | one character |
 * | `*` | any number of them |
 * | `[abc]` `[a-z]` | one of these; `-` first or last is itself |
 * | `[!a-z]` | one that is none of these |
 * | `{wet,dry}` | one of these words |
 * | `//` | any number of levels: `//weight` is every `weight` |
 *
 * Only `//` goes past a `/`.
 */
export interface OscPattern {
  matches(address: string): boolean;
}

/** Longer patterns are refused: no address of a show comes near. */
export const MAX_PATTERN = 256;

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' | 'many' | 'levels' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** Whether an address is a pattern, and so may mean more than one parameter. */
export function isOscPattern(address: string): boolean {
  for (let at = 0; at < address.length; at += 1) {
    if ('?*[]{}'.includes(address.charAt(at))) return true;
    if (address.startsWith('//', at)) return true;
  }
  return false;
}

/** Null where a bracket or brace is not closed, stands in another, or the pattern is too long. */
export function readOscPattern(pattern: string): OscPattern | null {
  if (pattern.length > MAX_PATTERN) return null;
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length;) {
    const read = partAt(pattern, at);
    if (read === null) return null;
    parts.push(read.part);
    at = read.end;
  }
  return { matches: (address) => walk(parts, address) };
}

function partAt(pattern: string, at: number): { readonly part: Part; readonly end: number } | null {
  switch (pattern.charAt(at)) {
    case '?':
      return { part: { kind: 'any' }, end: at + 1 };
    case '*':
      return { part: { kind: 'many' }, end: at + 1 };
    case '[':
      return closed(pattern, at, ']', setOf);
    case '{':
      return closed(pattern, at, '}', (inner) => ({ kind: 'words', words: inner.split(',') }));
    case ']':
    case '}':
      return null;
    default: {
      if (pattern.startsWith('//', at)) return { part: { kind: 'levels' }, end: at + 2 };
      let end = at + 1;
      while (end < pattern.length && !isSpecial(pattern, end)) end += 1;
      return { part: { kind: 'text', text: pattern.slice(at, end) }, end };
    }
  }
}

function isSpecial(pattern: string, at: number): boolean {
  return '?*[]{}'.includes(pattern.charAt(at)) || pattern.startsWith('//', at);
}

function closed(
  pattern: string,
  at: number,
  closing: string,
  read: (inner: string) => Part,
): { readonly part: Part; readonly end: number } | null {
  const end = pattern.indexOf(closing, at + 1);
  if (end === -1) return null;
  const inner = pattern.slice(at + 1, end);
  // None of these is part of a word or of a choice of characters in OSC, and a slash would go past its level.
  if (/[/?*[\]{}]/.test(inner)) return null;
  return { part: read(inner), end: end + 1 };
}

function setOf(inner: string): Part {
  const negated = inner.startsWith('!');
  const characters = negated ? inner.slice(1) : inner;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const from = characters.charAt(at);
    const isRange = characters.charAt(at + 1) === '-' && at + 2 < characters.length;
    const to = isRange ? characters.charAt(at + 2) : from;
    ranges.push(from <= to ? [from, to] : [to, from]);
    if (isRange) at += 2;
  }
  return { kind: 'set', negated, ranges };
}

/** Part by part, the set of places in the address that have been reached: no part is ever tried twice at one place. */
function walk(parts: readonly Part[], address: string): boolean {
  let reached = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const place of reached) step(part, address, place, next);
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(address.length);
}

function step(part: Part, address: string, place: number, next: Set<number>): void {
  const character = address.charAt(place);
  switch (part.kind) {
    case 'text':
      if (address.startsWith(part.text, place)) next.add(place + part.text.length);
      return;
    case 'words':
      for (const word of part.words) if (address.startsWith(word, place)) next.add(place + word.length);
      return;
    case 'any':
      if (character !== '' && character !== '/') next.add(place + 1);
      return;
    case 'set': {
      const isIn = part.ranges.some(([from, to]) => character >= from && character <= to);
      if (character !== '' && character !== '/' && isIn !== part.negated) next.add(place + 1);
      return;
    }
    case 'many':
      // A place that is there already has been followed to the end of its level.
      for (let to = place; !next.has(to); to += 1) {
        next.add(to);
        if (to >= address.length || address.charAt(to) === '/') return;
      }
      return;
    case 'levels':
      if (character !== '/') return;
      for (let to = place; to !== -1; to = address.indexOf('/', to + 1)) {
        if (next.has(to + 1)) return;
        next.add(to + 1);
      }
  }
}
