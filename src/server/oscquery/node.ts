import type { ParameterState } from '../../contract/command.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { OSC_ROOT, oscForm } from '../../contract/osc-form.ts';

/** Access of OSCQuery: 0 nothing (a folder), 1 read only, 2 write only, 3 read and write. */
const FOLDER = 0;
const READ = 1;
const WRITE = 2;
const READ_WRITE = 3;

/** Our units in the words of OSCQuery (its units.md). */
const units: Readonly<Record<string, string>> = {
  s: 'time.second',
  seconds: 'time.second',
  ms: 'time.ms',
  Hz: 'time.hz',
  bpm: 'time.bpm',
  px: 'distance.pixels',
};

export const attributes = [
  'FULL_PATH',
  'CONTENTS',
  'TYPE',
  'ACCESS',
  'RANGE',
  'VALUE',
  'DESCRIPTION',
  'CLIPMODE',
  'UNIT',
  'TAGS',
] as const;

/**
 * A parameter as a node of OSCQuery (github.com/Vidvox/OSCQueryProposal), without what is below it. Everything in it comes from the
 * parameter's schema and live value.
 */
export function nodeOf(parameter: ParameterState): JsonObject {
  const { address, type, description, readOnly = false, ui } = parameter;
  const { tags, values } = oscForm(parameter);
  const unit = ui.unit === null ? undefined : units[ui.unit];
  return {
    FULL_PATH: OSC_ROOT + address,
    ...(description === '' ? {} : { DESCRIPTION: description }),
    ACCESS: readOnly ? READ : type === 'trigger' ? WRITE : READ_WRITE,
    ...(tags === '' ? {} : { TYPE: tags }),
    ...(values.length === 0 ? {} : { VALUE: [...values] }),
    ...rangeOf(parameter),
    ...(unit === undefined ? {} : { UNIT: [unit] }),
    TAGS: [ui.category],
  };
}

export function folder(path: string): JsonObject {
  return { FULL_PATH: path, ACCESS: FOLDER };
}

/** What lies outside is moved to the nearest bound, which is what OSCQuery calls `both`. */
function rangeOf({ type, minimum, maximum, choices }: ParameterState): JsonObject {
  if (type === 'enum' && choices !== null) return { RANGE: [{ VALS: [...choices] }] };
  if (type !== 'number' && type !== 'integer') return {};
  if (minimum === null && maximum === null) return {};
  const range: Record<string, JsonValue> = {};
  if (minimum !== null) range['MIN'] = minimum;
  if (maximum !== null) range['MAX'] = maximum;
  const clip = minimum === null ? 'high' : maximum === null ? 'low' : 'both';
  return { RANGE: [range], CLIPMODE: [clip] };
}
