import { errorCatalogue } from '../../contract/error-catalogue.ts';
import type { ErrorReport } from '../../contract/error.ts';
import type { ObsCollection, ObsRule, ObsState } from '../../contract/obs.ts';

/** What a rule names that is not there, in words; null while all is there. OBS is judged while it is connected, and only then. */
export function problemOf(
  rule: ObsRule,
  state: ObsState,
  hasPreset: (preset: string) => boolean,
): ErrorReport | null {
  const words =
    ('preset' in rule && !hasPreset(rule.preset) ? `The show has no preset "${rule.preset}"` : null) ??
    (state.connected ? missingInObs(rule, state.collection) : null);
  if (words === null) return null;
  const { remedy } = errorCatalogue.E_OBS_MISSING;
  return { code: 'E_OBS_MISSING', message: words, remedy, details: { rule: rule.id } };
}

function missingInObs(rule: ObsRule, { scenes, inputs, filters }: ObsCollection): string | null {
  const scene = 'scene' in rule ? scenes.find(({ name }) => name === rule.scene) : undefined;
  if ('scene' in rule && scene === undefined) return `OBS has no scene "${rule.scene}"`;
  switch (rule.kind) {
    case 'program-preset':
    case 'preset-scene':
      return null;
    case 'preset-source':
      return scene?.sources.includes(rule.source) === true
        ? null
        : `Scene "${rule.scene}" of OBS has no source "${rule.source}"`;
    case 'preset-filter':
      return Object.hasOwn(filters, rule.source) && filters[rule.source]?.includes(rule.filter) === true
        ? null
        : `In OBS "${rule.source}" has no filter "${rule.filter}"`;
    case 'preset-media':
    case 'prompt-text':
      return inputs.some(({ name }) => name === rule.input) ? null : `OBS has no input "${rule.input}"`;
  }
}
