/** Why and where text is not JSON, or is more of it than is taken. */
export interface JsonFault {
  readonly kind: 'syntax' | 'depth' | 'values';
  /** UTF-16 units from the start. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** In plain words: `expected a value, found "}"`. */
  readonly expected: string;
}

export interface JsonLimits {
  /** Lists and objects inside each other. */
  readonly depth: number;
  /** Values of all kinds. */
  readonly values: number;
}

export type ParsedJson =
  { readonly value: unknown; readonly fault: null } | { readonly value: null; readonly fault: JsonFault };

/**
 * Parses text that a stranger sent. `JSON.parse` is several times as fast as looking for a place, does not recurse either, and
 * nearly all text is good: only what is not is looked through, as Node's own message leaves the offset out for most mistakes.
 */
export function parseWithin(text: string, limits: JsonLimits): ParsedJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const fault = value !== undefined && isWithin(value, limits) ? null : jsonFault(text, limits);
  return fault === null ? { value, fault } : { value: null, fault };
}

/** Level by level, so that no depth exhausts the stack. */
function isWithin(value: unknown, limits: JsonLimits): boolean {
  let values = 0;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    values += level.length;
    if (values > limits.values) return false;
    const inner: unknown[] = [];
    let isNested = false;
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue;
      isNested = true;
      for (const item of Array.isArray(each) ? each : Object.values(each)) inner.push(item);
    }
    if (isNested && depth >= limits.depth) return false;
    level = inner;
  }
  return true;
}

/**
 * Looks through text once and answers the first place where it is not JSON (RFC 8259) or passes a limit; null where it is
 * good. Does not recurse.
 */
export function jsonFault(
  text: string,
  limits: JsonLimits = { depth: Infinity, values: Infinity },
): JsonFault | null {
  const reader: Reader = { text, at: 0, open: [], values: 0 };
  let wanted: Wanted = 'value';
  for (;;) {
    skipSpace(reader);
    if (wanted === 'end' && reader.at >= text.length) return null;
    const step = next(reader, wanted);
    if (step === null) return faultAt(reader, 'syntax', wanted);
    if (reader.open.length > limits.depth) return faultAt(reader, 'depth', wanted);
    if (reader.values > limits.values) return faultAt(reader, 'values', wanted);
    wanted = step;
  }
}

type Wanted = 'value' | 'value-or-]' | 'name' | 'name-or-}' | 'colon' | 'more' | 'end';
interface Reader {
  readonly text: string;
  at: number;
  /** What closes the lists and objects that are open, the innermost last. */
  readonly open: number[];
  values: number;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const LETTER_N = 0x6e;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Reads one token where it is what is wanted, and says what may follow; null where it is not. */
function next(reader: Reader, wanted: Wanted): Wanted | null {
  const { open } = reader;
  const char = reader.text.charCodeAt(reader.at);
  const closes =
    wanted === 'more' ||
    (wanted === 'name-or-}' && char === CLOSE_OBJECT) ||
    (wanted === 'value-or-]' && char === CLOSE_LIST);
  if (closes && char === open.at(-1)) {
    reader.at += 1;
    open.pop();
    return after(reader);
  }
  switch (wanted) {
    case 'end':
      return null;
    case 'colon':
      return char === COLON ? pass(reader, 'value') : null;
    case 'more':
      return char === COMMA ? pass(reader, open.at(-1) === CLOSE_OBJECT ? 'name' : 'value') : null;
    case 'name':
    case 'name-or-}':
      return char === QUOTE && skipString(reader) ? 'colon' : null;
    case 'value':
    case 'value-or-]':
      reader.values += 1;
      if (char === OPEN_OBJECT) return opened(reader, CLOSE_OBJECT, 'name-or-}');
      if (char === OPEN_LIST) return opened(reader, CLOSE_LIST, 'value-or-]');
      return (char === QUOTE ? skipString(reader) : skip(reader, SCALAR)) ? after(reader) : null;
  }
}

function after({ open }: Reader): Wanted {
  return open.length === 0 ? 'end' : 'more';
}

function pass(reader: Reader, wanted: Wanted): Wanted {
  reader.at += 1;
  return wanted;
}

function opened(reader: Reader, close: number, wanted: Wanted): Wanted {
  reader.open.push(close);
  return pass(reader, wanted);
}

function skip(reader: Reader, pattern: RegExp): boolean {
  pattern.lastIndex = reader.at;
  const found = pattern.test(reader.text);
  if (found) reader.at = pattern.lastIndex;
  return found;
}

function skipSpace(reader: Reader): void {
  const { text } = reader;
  let { at } = reader;
  for (; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char !== SPACE && char !== LINE_FEED && char !== RETURN && char !== TAB) break;
  }
  reader.at = at;
}

/** Steps over the string that opens here; where it is broken, stops at the character that breaks it. */
function skipString(reader: Reader): boolean {
  const { text } = reader;
  for (let at = reader.at + 1; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char !== QUOTE && char !== BACKSLASH && char >= SPACE) continue;
    reader.at = char === QUOTE ? at + 1 : at;
    if (char === QUOTE) return true;
    if (char !== BACKSLASH || !skipEscape(reader)) return false;
    at = reader.at - 1;
  }
  reader.at = text.length;
  return false;
}

// Most escapes are two characters, which are told apart at a fraction of what a pattern costs.
function skipEscape(reader: Reader): boolean {
  const char = reader.text.charCodeAt(reader.at + 1);
  if (char !== QUOTE && char !== BACKSLASH && char !== LETTER_N) return skip(reader, ESCAPE);
  reader.at += 2;
  return true;
}

function faultAt(reader: Reader, kind: JsonFault['kind'], wanted: Wanted): JsonFault {
  const close = reader.open.at(-1);
  const words: Record<Wanted, string> = {
    value: 'a value',
    'value-or-]': 'a value or "]"',
    name: 'a name in double quotes',
    'name-or-}': 'a name in double quotes or "}"',
    colon: '":"',
    more: `"," or "${close === undefined ? '' : String.fromCharCode(close)}"`,
    end: 'nothing more',
  };
  const { text, at } = reader;
  const found = at >= text.length ? 'the end' : JSON.stringify(text.slice(at, at + 1));
  let line = 1;
  let lineStart = 0;
  for (let before = 0; before < at; before += 1) {
    if (text.charCodeAt(before) !== LINE_FEED) continue;
    line += 1;
    lineStart = before + 1;
  }
  return {
    kind,
    offset: at,
    line,
    column: at - lineStart + 1,
    expected: `expected ${words[wanted]}, found ${found}`,
  };
}
