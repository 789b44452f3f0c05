/** Where and why text is not JSON. */
export interface JsonFault {
  /** UTF-16 units from the start. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** In plain words: `expected a value, found "}"`. */
  readonly expected: string;
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE_CODE = 0x20;
const SPACE = /[ \t\n\r]*/y;

/**
 * Finds the place in text that `JSON.parse` has refused (RFC 8259). Node's own message leaves the offset out for most
 * mistakes, and its wording changes between versions. Does not recurse.
 */
export function jsonFault(text: string): JsonFault {
  const reader = { text, at: 0 };
  const open: ('}' | ']')[] = [];
  let wanted: Wanted = 'value';
  for (;;) {
    skip(reader, SPACE);
    const step = next(reader, wanted, open);
    if (step === null) return faultAt(reader, wanted, open.at(-1));
    wanted = step;
  }
}

type Wanted = 'value' | 'value-or-]' | 'name' | 'name-or-}' | 'colon' | 'more' | 'end';
interface Reader {
  readonly text: string;
  at: number;
}

/** Reads one token where it is what is wanted, and says what may follow; null where it is not. */
function next(reader: Reader, wanted: Wanted, open: ('}' | ']')[]): Wanted | null {
  const char = reader.text[reader.at];
  const after = (): Wanted => (open.length === 0 ? 'end' : 'more');
  const closes =
    wanted === 'more' ||
    (wanted === 'name-or-}' && char === '}') ||
    (wanted === 'value-or-]' && char === ']');
  if (closes && char !== undefined && char === open.at(-1)) {
    reader.at += 1;
    open.pop();
    return after();
  }
  switch (wanted) {
    case 'end':
      return null;
    case 'colon':
      return char === ':' ? pass(reader, 'value') : null;
    case 'more':
      return char === ',' ? pass(reader, open.at(-1) === '}' ? 'name' : 'value') : null;
    case 'name':
    case 'name-or-}':
      return skipString(reader) ? 'colon' : null;
    case 'value':
    case 'value-or-]':
      if (char === '{') return opened(reader, open, '}', 'name-or-}');
      if (char === '[') return opened(reader, open, ']', 'value-or-]');
      return skipString(reader) || skip(reader, SCALAR) ? after() : null;
  }
}

function pass(reader: Reader, wanted: Wanted): Wanted {
  reader.at += 1;
  return wanted;
}

function opened(reader: Reader, open: ('}' | ']')[], close: '}' | ']', wanted: Wanted): Wanted {
  open.push(close);
  return pass(reader, wanted);
}

function skip(reader: Reader, pattern: RegExp): boolean {
  pattern.lastIndex = reader.at;
  const found = pattern.test(reader.text);
  if (found) reader.at = pattern.lastIndex;
  return found;
}

/** Steps over a string; where it is broken, stays at the character that breaks it. */
function skipString(reader: Reader): boolean {
  const { text } = reader;
  if (text[reader.at] !== '"') return false;
  reader.at += 1;
  while (reader.at < text.length) {
    const char = text.charCodeAt(reader.at);
    if (char === QUOTE) return skip(reader, /"/y);
    if (char < SPACE_CODE || (char === BACKSLASH && !skip(reader, ESCAPE))) return false;
    if (char !== BACKSLASH) reader.at += 1;
  }
  return false;
}

function faultAt(reader: Reader, wanted: Wanted, close: string | undefined): JsonFault {
  const words: Record<Wanted, string> = {
    value: 'a value',
    'value-or-]': 'a value or "]"',
    name: 'a name in double quotes',
    'name-or-}': 'a name in double quotes or "}"',
    colon: '":"',
    more: `"," or "${close ?? ''}"`,
    end: 'nothing more',
  };
  const { text, at } = reader;
  const found = at >= text.length ? 'the end' : JSON.stringify(text.slice(at, at + 1));
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return {
    offset: at,
    line,
    column: at - before.lastIndexOf('\n'),
    expected: `expected ${words[wanted]}, found ${found}`,
  };
}
