/** A sender of the network, as NDI lists it. */
export interface Sender {
  /** `MACHINE (NAME)` */
  readonly name: string;
  readonly address: string | null;
}

/** What stands in the brackets of `MACHINE (NAME)`; all of it where there are none. */
export function shortName(name: string): string {
  const start = name.indexOf(' (');
  return start > 0 && name.endsWith(')') ? name.slice(start + 2, -1) : name;
}

/**
 * The sender that a person means: by its whole name, else by its own part of it, capitals first as written and then as they
 * may be; by nothing, the first. Null where there is none. The list is in the order of names, so that the answer is the same each time.
 */
export function pick(wanted: string, senders: readonly Sender[]): Sender | null {
  const sorted = [...senders].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (wanted === '') return sorted[0] ?? null;
  const small = wanted.toLowerCase();
  const tests: readonly ((name: string) => boolean)[] = [
    (name) => name === wanted,
    (name) => shortName(name) === wanted,
    (name) => name.toLowerCase() === small,
    (name) => shortName(name).toLowerCase() === small,
  ];
  for (const fits of tests) {
    const found = sorted.find(({ name }) => fits(name));
    if (found !== undefined) return found;
  }
  return null;
}
