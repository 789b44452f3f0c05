import { failure } from '../../contract/error.ts';
import { presetFileSchema, type Preset } from '../../contract/preset.ts';
import { readJson } from '../../contract/read-json.ts';

const limits = { depth: 32, values: 100_000 };

/** The presets in a text. Throws E_PRESET_FILE with line and field of the first thing that is wrong. */
export function readPresets(text: string): readonly Preset[] {
  const { value, fault } = readJson(text, presetFileSchema, limits);
  if (fault === null) return value.presets;
  const { line, column, field, message } = fault;
  throw failure('E_PRESET_FILE', `The presets were not taken: ${message}`, { line, column, field });
}

export function printPresets(presets: readonly Preset[]): string {
  return `${JSON.stringify({ reverie: 'presets', version: 1, presets }, null, 2)}\n`;
}
