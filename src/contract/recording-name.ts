/** Where children find the folder of recordings: no show file can name one. */
export const RECORDINGS_VARIABLE = 'REVERIE_RECORDINGS_DIR';

export const DEFAULT_NAME = '{date} {time} {node}';

/** What a template's words stand for. */
export interface NameFields {
  readonly at: Date;
  readonly node: string;
  /** Null where none was recalled. */
  readonly preset: string | null;
}

/** File systems take 255 bytes; some room is for endings and numbers. */
const MAX_BYTES = 200;
const utf8 = new TextEncoder();
/** Names of devices, which Windows keeps for itself whatever ends them. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * The name that a template gives, safe on every file system: no separators, no controls, no leading dot, no name of a device.
 * `take` replaces `{take}`; where the template has none, takes after the first are numbered behind the name.
 */
export function fileName(template: string, fields: NameFields, take: number): string {
  const { at, node, preset } = fields;
  const two = (value: number): string => String(value).padStart(2, '0');
  const words: Readonly<Record<string, string>> = {
    date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}-${two(at.getMinutes())}-${two(at.getSeconds())}`,
    node,
    preset: preset ?? 'no preset',
    take: String(take).padStart(2, '0'),
  };
  const numbered = template.includes('{take}') || take === 1 ? template : `${template} ${take}`;
  const filled = numbered.replaceAll(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole);
  return safeName(filled);
}

/**
 * The name that a file gets by a person's wish: safe as above, with the ending that it had, whatever the wish ends with. `ending` is empty for
 * folders, else with its dot.
 */
export function renamed(wish: string, ending: string): string {
  const has = ending !== '' && wish.toLowerCase().endsWith(ending.toLowerCase());
  return `${safeName(has ? wish.slice(0, -ending.length) : wish)}${ending}`;
}

function safeName(text: string): string {
  const plain = text
    .normalize('NFC')
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u001f\u007f/\\:*?"<>|\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '-');
  const trimmed = cut(plain)
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '');
  if (trimmed === '') return 'recording';
  return DEVICES.test(trimmed.split('.')[0] ?? '') ? `_${trimmed}` : trimmed;
}

/** Whole characters, so that no half of one ends it. */
function cut(text: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += utf8.encode(character).length;
    if (bytes > MAX_BYTES) break;
    kept += character;
  }
  return kept;
}
