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
    // Two stars in a row stand for no more than one.
    if (read.part.kind !== 'many' || parts.at(-1)?.kind !== 'many') parts.push(read.part);
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

/** Places in an address that parts have reached, one mark each; kept, since a pattern is held against hundreds of addresses. */
let reached = new Uint8Array(256);
let next = new Uint8Array(256);

/** Part by part, which places in the address have been reached: no part is ever tried twice at one place. */
function walk(parts: readonly Part[], address: string): boolean {
  const places = address.length + 1;
  if (places > reached.length) {
    reached = new Uint8Array(places);
    next = new Uint8Array(places);
  }
  reached.fill(0, 0, places);
  reached[0] = 1;
  for (const part of parts) {
    next.fill(0, 0, places);
    let any = false;
    for (let place = 0; place < places; place += 1)
      if (reached[place] === 1) any = step(part, address, place) || any;
    if (!any) return false;
    [reached, next] = [next, reached];
  }
  return reached[address.length] === 1;
}

/** Marks in `next` where a part leads to from a place; false where that is nowhere. */
function step(part: Part, address: string, place: number): boolean {
  switch (part.kind) {
    case 'text':
      return address.startsWith(part.text, place) && mark(place + part.text.length);
    case 'words': {
      let any = false;
      for (const word of part.words) if (address.startsWith(word, place)) any = mark(place + word.length);
      return any;
    }
    case 'any':
      return isInLevel(address, place) && mark(place + 1);
    case 'set': {
      const character = address.charAt(place);
      const isIn = part.ranges.some(([from, to]) => character >= from && character <= to);
      return isInLevel(address, place) && isIn !== part.negated && mark(place + 1);
    }
    case 'many':
      // A place that is marked already has been followed to the end of its level.
      for (let to = place; next[to] === 0; to += 1) {
        mark(to);
        if (!isInLevel(address, to)) break;
      }
      return true;
    case 'levels':
      if (address.charAt(place) !== '/') return false;
      for (let to = place; to !== -1 && next[to + 1] === 0; to = address.indexOf('/', to + 1)) mark(to + 1);
      return true;
  }
}

function mark(place: number): true {
  next[place] = 1;
  return true;
}

function isInLevel(address: string, place: number): boolean {
  return place < address.length && address.charAt(place) !== '/';
}
