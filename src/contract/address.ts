/** Words that name something for the whole show; no node may be called so. */
export const reservedIds = [
  'prompt',
  'prompts',
  'transition',
  'paused',
  'tempo',
  'preset',
  'mode',
  'cue',
  'timeline',
  'bank',
  'record',
  'obs',
  'favourites',
] as const;

/** Keys that every stage has beside its pipeline's parameters; no pipeline parameter may be called so. */
export const stageKeys = ['prompt', 'prompts', 'transition', 'mode'] as const;

const nodeId = /^[a-z][a-z0-9-]{0,31}$/;

export function isNodeId(text: string): boolean {
  return nodeId.test(text) && !(reservedIds as readonly string[]).includes(text);
}

/** `/main/strength` → `['main', 'strength']`; null where the text is no address. */
export function splitAddress(address: string): string[] | null {
  if (!address.startsWith('/') || address.length > 200) return null;
  const parts = address.slice(1).split('/');
  return parts.every((part) => part.length > 0) ? parts : null;
}
