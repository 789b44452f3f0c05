const MAX_LENGTH = 80;
/** Names of devices on Windows, with any ending. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * A name for an uploaded file that is safe in every file system and leads nowhere else: letters, digits and ` ._()-` of the last
 * part of what was asked for, and an ending that tells what is inside. The same name comes out as it is.
 */
export function safeName(asked: string, endings: readonly string[]): string {
  const last = asked.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const dot = last.lastIndexOf('.');
  const ending = dot === -1 ? '' : last.slice(dot + 1).toLowerCase();
  const kept = endings.includes(ending);
  const stem = tidied(kept ? last.slice(0, dot) : last);
  const suffix = `.${kept ? ending : (endings[0] ?? 'bin')}`;
  const short = Array.from(stem)
    .slice(0, MAX_LENGTH - suffix.length)
    .join('');
  const name = `${short.replace(/[ .]+$/, '') || 'file'}${suffix}`;
  return device.test(name) ? `_${name}` : name;
}

/** Whether a name can be one in the folder: what stands in a URL is looked up only then. */
export function isPlainName(name: string): boolean {
  return name.length <= 255 && name !== '' && !name.startsWith('.') && !/[/\\\p{Cc}]/u.test(name);
}

function tidied(stem: string): string {
  return stem
    .replaceAll(/[^\p{L}\p{M}\p{N} ._()-]+/gu, '_')
    .replaceAll(/ {2,}/g, ' ')
    .replace(/^[ .]+/, '');
}
