export const tabNames = [
  'play',
  'presets',
  'timeline',
  'record',
  'controllers',
  'activity',
  'setup',
  'health',
] as const;
export type TabName = (typeof tabNames)[number];

/** Where one is on this page: kept for as long as the browser's tab is open, over a reload and a sign-in. */
export interface Place {
  readonly tab: TabName;
  /** Whose picture is shown; null is what the audience sees. */
  readonly viewed: string | null;
}

/** What the browser keeps for its tab. */
interface Store {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
}

const KEY = 'place';
const start: Place = { tab: 'play', viewed: null };

/** Where one was; the start where nothing is kept, or the browser keeps nothing. */
export function placeIn(store: () => Store): Place {
  try {
    const kept: unknown = JSON.parse(store().getItem(KEY) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('tab' in kept) || !('viewed' in kept)) return start;
    const tab = tabNames.find((name) => name === kept.tab) ?? start.tab;
    return { tab, viewed: typeof kept.viewed === 'string' ? kept.viewed : null };
  } catch {
    return start;
  }
}

export function keepPlace(store: () => Store, place: Place): void {
  try {
    store().setItem(KEY, JSON.stringify(place));
  } catch {
    // A browser that keeps nothing: the page then begins at its start.
  }
}
