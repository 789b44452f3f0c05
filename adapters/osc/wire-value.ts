import type { JsonValue } from '../../src/contract/json.ts';
import type { ParameterType } from '../../src/contract/parameter.ts';
import type { OscArgument } from '../../src/protocols/osc/packet.ts';

/**
 * A value of the show as every OSC receiver takes it: `i`, `f` and `s` alone (Pd knows no `T`, liblo drops `r` and `[`). On and off
 * are 1 and 0, colours and choices text, lists several arguments; a trigger has none, as where it is played.
 */
export function wireValue(type: ParameterType, value: JsonValue): readonly OscArgument[] {
  if (type === 'trigger') return [];
  return Array.isArray(value) ? value.flatMap((part) => item(part, 'number')) : item(value, type);
}

function item(value: JsonValue, type: ParameterType): OscArgument[] {
  if (typeof value === 'boolean') return [{ type: 'i', value: value ? 1 : 0 }];
  if (typeof value === 'number') {
    const whole = type === 'integer' && Math.abs(value) < 2 ** 31;
    return [{ type: whole ? 'i' : 'f', value }];
  }
  if (typeof value === 'string') return [{ type: 's', value: value.replaceAll('\0', '') }];
  if (value === null) return [];
  // A prompt of the list: its text, then its weight, which is also how `/prompts` is played.
  return Object.values(value).flatMap((part) => item(part, 'number'));
}
