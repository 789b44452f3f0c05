import type { JsonValue } from '../../contract/json.ts';
import type { OscArgument } from './packet.ts';

/** Arguments from a type tag string and one value for each tag that has one; a value of another kind than its tag is left out. */
export function typedArguments(tags: string, values: readonly JsonValue[]): OscArgument[] {
  return [...tags].flatMap((tag, index) => {
    const argument = typed(tag, values[index]);
    return argument === null ? [] : [argument];
  });
}

function typed(tag: string, value: JsonValue | undefined): OscArgument | null {
  switch (tag) {
    case 'T':
    case 'F':
    case 'N':
    case 'I':
      return { type: tag };
    case 'i':
    case 'f':
      return typeof value === 'number' ? { type: tag, value } : null;
    case 's':
      return typeof value === 'string' ? { type: tag, value: value.replaceAll('\0', '') } : null;
    case 'r':
      return typeof value === 'string' ? { type: tag, value } : null;
    default:
      return null;
  }
}
