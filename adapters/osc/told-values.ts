import type { FeedbackNumbers, FeedbackValues, ToldValue } from '../../src/contract/feedback.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { parameterTypes, type ParameterType } from '../../src/contract/parameter-type.ts';

const types: ReadonlySet<unknown> = new Set(parameterTypes);

/** What the daemon told, as it came over the wire. */
export function readValues({ all, values }: JsonObject): FeedbackValues {
  return {
    all: all === 'asked' || all === 'everybody' ? all : null,
    values: Array.isArray(values) ? values.flatMap(readValue) : [],
  };
}

export function readRuns({ runs }: JsonObject): FeedbackNumbers['runs'] {
  return Array.isArray(runs) ? runs.flatMap(readRun) : [];
}

function readRun(run: JsonValue): FeedbackNumbers['runs'] {
  if (!Array.isArray(run)) return [];
  const [setBy, packed] = run;
  return typeof packed === 'string' ? [[typeof setBy === 'string' ? setBy : null, packed]] : [];
}

function readValue(told: JsonValue): ToldValue[] {
  if (!Array.isArray(told)) return [];
  const [address, type, value, setBy] = told;
  if (typeof address !== 'string' || !isType(type) || value === undefined) return [];
  return [[address, type, value, typeof setBy === 'string' ? setBy : null]];
}

function isType(type: unknown): type is ParameterType {
  return types.has(type);
}
