import type { Terminal } from './terminal.ts';

/** The link for another device under each address: opening it signs that device in. */
export function linkLines(addresses: readonly string[], token: string, terminal: Terminal): string[] {
  return addresses.map((address) => `link  ${terminal.strong(`${address}/#token=${token}`)}`);
}
