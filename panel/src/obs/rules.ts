import type {
  ObsCollection,
  ObsMediaAction,
  ObsReport,
  ObsRule,
  ObsRuleKind,
  ObsRuleState,
} from '../../../src/contract/obs.ts';
import type { PresetSummary } from '../../../src/contract/preset.ts';

export const kinds: readonly { readonly value: ObsRuleKind; readonly label: string }[] = [
  { value: 'program-preset', label: 'Scene on air → preset' },
  { value: 'preset-scene', label: 'Preset → scene on air' },
  { value: 'preset-source', label: 'Preset → source' },
  { value: 'preset-filter', label: 'Preset → filter' },
  { value: 'preset-media', label: 'Preset → media' },
  { value: 'prompt-text', label: 'Prompt → text source' },
];

export const mediaActions: readonly { readonly value: ObsMediaAction; readonly label: string }[] = [
  { value: 'play', label: 'Play' },
  { value: 'pause', label: 'Pause' },
  { value: 'restart', label: 'From the start' },
  { value: 'stop', label: 'Stop' },
  { value: 'next', label: 'Next' },
  { value: 'previous', label: 'Previous' },
];

/** What rules can name here and now. */
export interface Offer {
  readonly presets: readonly PresetSummary[];
  readonly collection: ObsCollection;
}

/** A rule of a kind that names the first of everything, but what it named already. */
export function ruleOf(kind: ObsRuleKind, id: string, before: ObsRule | null, offer: Offer): ObsRule {
  const named = (key: string): string | null => {
    const value = before === null ? undefined : Object.entries(before).find(([each]) => each === key)?.[1];
    return typeof value === 'string' ? value : null;
  };
  const { scenes, inputs, filters } = offer.collection;
  const shared = { id, enabled: before?.enabled ?? true };
  const preset = named('preset') ?? offer.presets[0]?.name ?? 'Preset';
  const scene = named('scene') ?? scenes[0]?.name ?? 'Scene';
  const input = (wanted: RegExp): string =>
    named('input') ?? inputs.find((each) => wanted.test(each.kind))?.name ?? 'Source';
  switch (kind) {
    case 'program-preset':
      return { ...shared, kind, scene, preset, morph: null, warm: true };
    case 'preset-scene':
      return { ...shared, kind, scene, preset };
    case 'preset-source': {
      const source = named('source') ?? scenes.find(({ name }) => name === scene)?.sources[0] ?? 'Source';
      return { ...shared, kind, preset, scene, source, visible: true };
    }
    case 'preset-filter': {
      const source = Object.keys(filters)[0] ?? 'Source';
      return { ...shared, kind, preset, source, filter: filters[source]?.[0] ?? 'Filter', on: true };
    }
    case 'preset-media':
      return { ...shared, kind, preset, input: input(mediaKinds), action: 'restart' };
    case 'prompt-text':
      return { ...shared, kind, input: input(textKinds) };
  }
}

export const mediaKinds = /ffmpeg|vlc|slideshow/;
export const textKinds = /text/;

/** An id that no rule has. */
export function freeId(rules: readonly ObsRuleState[]): string {
  const taken = new Set(rules.map(({ rule }) => rule.id));
  for (let number = rules.length + 1; ; number += 1)
    if (!taken.has(`rule-${number}`)) return `rule-${number}`;
}

/** Names to choose from; one that is not there is offered too, as the rule names it. */
export function choices(
  names: readonly string[],
  present: string,
): { readonly value: string; readonly label: string }[] {
  const known = names.map((name) => ({ value: name, label: name }));
  return names.includes(present) ? known : [{ value: present, label: `${present} (not there)` }, ...known];
}

/** How OBS is, in one line. */
export function stateWords({ on, state, error }: ObsReport): string {
  if (!on) return 'Reverie was started without OBS.';
  if (state.connected) return `Joined with OBS ${state.version ?? ''}`.trim();
  return error?.message ?? 'OBS is looked for.';
}

/** What became of a rule, in one line. */
export function ruleWords({ problem, lastError, fired }: ObsRuleState): string {
  if (problem !== null) return problem.message;
  if (lastError !== null) return lastError.message;
  return fired === 0
    ? 'Not carried out yet'
    : fired === 1
      ? 'Carried out once'
      : `Carried out ${fired} times`;
}
