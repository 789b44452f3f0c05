const REMOVED = '[removed]';

/**
 * How secrets look wherever they turn up: in a link, a header, JSON (also JSON inside a JSON string, whose quotes are escaped), or
 * the user part of a URL. Each keeps what stands before the secret, so that a reader still sees what it was.
 */
const patterns: readonly RegExp[] = [
  /(\b(?:token|credential|password|passwd|passphrase|pwd|api[_-]?key|secret|authorization|cookie)=)[^\s"'\\&;,)]+/gi,
  /(\bBearer\s+)[^\s"'\\,]+/gi,
  /(\\*"(?:\w*token|credential|password|passphrase|secret|authorization|cookie|set-cookie)\\*"\s*:\s*\\*")(?:[^"\\]|\\[^"])+/gi,
  /(\b[a-z][a-z0-9+.-]*:(?:\/\/)?[^\s"'\\/:@]+:)[^\s"'\\/]+(?=@)/gi,
];

/** A log line without the secrets in it: those that are known by value, and whatever looks like one. */
export function redact(text: string, known: Iterable<string>): string {
  let clean = text;
  for (const secret of known) clean = clean.replaceAll(secret, REMOVED);
  for (const pattern of patterns) clean = clean.replace(pattern, `$1${REMOVED}`);
  return clean;
}
