/** Where in a text something stands, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

type Path = readonly PropertyKey[];

/**
 * The place of a value in JSON text, by its path (`['presets', 0, 'name']`); where the path goes on into what is not there, of the
 * last value that is. The text must be valid JSON. Does not recurse, and looks at each character once.
 */
export function placeOf(text: string, path: Path): Place {
  let at = skipSpace(text, 0);
  for (const key of path) {
    const found =
      text[at] === '{' ? memberOf(text, at, key) : text[at] === '[' ? itemOf(text, at, key) : null;
    if (found === null) break;
    at = found;
  }
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}

// Offset of a member's value. Of two members of one name the last counts, as for JSON.parse.
function memberOf(text: string, open: number, key: PropertyKey): number | null {
  let found: number | null = null;
  let at = skipSpace(text, open + 1);
  while (text[at] === '"') {
    const end = skipString(text, at);
    const name: unknown = JSON.parse(text.slice(at, end));
    const value = skipSpace(text, skipSpace(text, end) + 1);
    if (name === String(key)) found = value;
    at = skipSpace(text, skipValue(text, value));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

function itemOf(text: string, open: number, key: PropertyKey): number | null {
  let at = skipSpace(text, open + 1);
  for (let index = 0; at < text.length && text[at] !== ']'; index += 1) {
    if (index === Number(key)) return at;
    at = skipSpace(text, skipValue(text, at));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return null;
}

function skipValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length;) {
    const char = text[at];
    if (char === '"') at = skipString(text, at);
    else if (depth === 0 && (char === ',' || char === '}' || char === ']')) return at;
    else {
      if (char === '{' || char === '[') depth += 1;
      if (char === '}' || char === ']') depth -= 1;
      at += 1;
    }
    if (depth === 0 && (char === '"' || char === '}' || char === ']')) return at;
  }
  return text.length;
}

function skipString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && ' \n\r\t'.includes(text[at] ?? '')) at += 1;
  return at;
}
