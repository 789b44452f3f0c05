/** Kinds of parameters. In a file of its own, as runners must not load the schema library that stands beside the rest. */
export const parameterTypes = [
  'number',
  'integer',
  'boolean',
  'string',
  'enum',
  'color',
  'list',
  'trigger',
] as const;

export type ParameterType = (typeof parameterTypes)[number];
