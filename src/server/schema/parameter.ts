import { z } from 'zod';
import type { CommandResult, ParameterState, SetResult } from '../../contract/command.ts';
import { commandSchema } from '../../contract/command.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { ParameterUi } from '../../contract/parameter.ts';
import { parameterTypes } from '../../contract/parameter-type.ts';
import { errorBody, errorReport } from './error.ts';

const parameterUi: z.ZodType<ParameterUi> = z.object({
  label: z.string(),
  order: z.number(),
  modes: z
    .array(z.enum(['text', 'video']))
    .nullable()
    .describe('Modes in which it does something; null is all'),
  category: z.string(),
  component: z.string().nullable(),
  load: z.boolean().describe('Changing it reloads the pipeline'),
  modulatable: z.boolean(),
  unit: z.string().nullable(),
});

export const parameterState: z.ZodType<ParameterState> = z
  .object({
    address: z.string(),
    node: z.string().nullable().describe('Null for what concerns the whole show'),
    key: z.string(),
    type: z.enum(parameterTypes),
    value: z
      .json()
      .describe('What it is at this moment, ramps included; of a modulated one, what the wave is laid on'),
    played: z.json().exactOptional().describe('What calls are played with, while a wave modulates it'),
    default: z.json(),
    minimum: z.number().nullable(),
    maximum: z.number().nullable(),
    choices: z.array(z.string()).nullable(),
    maxLength: z.int().nullable(),
    description: z.string(),
    readOnly: z
      .literal(true)
      .exactOptional()
      .describe('It tells how something outside is, and cannot be set'),
    example: z.json().exactOptional().describe('Something it takes, where its other fields do not show that'),
    setBy: z.string().nullable().describe('Sender of the last change, or null while it is the default'),
    ui: parameterUi,
  })
  .meta({ id: 'Parameter' });

export const parameterList = z.object({ parameters: z.array(parameterState).readonly() });

/** More addresses than any show has; keeps one request from holding the event loop. */
const MOST_ADDRESSES = 500;
const MOST_COMMANDS = 256;
const LONGEST_ADDRESS = 200;

/**
 * Values by address. The body was parsed from JSON, so its values cannot be anything else; a record of JSON schemas would look
 * at each of thousands before it is known that they are too many.
 */
export const valuesByAddress = z
  .custom<Readonly<Record<string, JsonValue>>>(
    (values) => typeof values === 'object' && values !== null && !Array.isArray(values),
    'an object with values by address',
  )
  .refine(
    (values) => Object.keys(values).length <= MOST_ADDRESSES,
    `at most ${MOST_ADDRESSES} addresses at once`,
  )
  .refine(
    (values) => Object.keys(values).every((address) => address.length <= LONGEST_ADDRESS),
    `no address is longer than ${LONGEST_ADDRESS} characters`,
  )
  .meta({
    description: 'Values by address: `{ "/main/strength": 0.4 }`',
    type: 'object',
    additionalProperties: {},
  });

const applied = z.object({ address: z.string(), value: z.json() });
const scheduled = z.object({ address: z.string(), id: z.string(), atUs: z.number() });
const rejected = z.object({ address: z.string(), error: errorReport });

export const setFields = {
  applied: z.array(applied),
  scheduled: z.array(scheduled),
  rejected: z.array(rejected),
};

export const setResult: z.ZodType<SetResult> = z
  .object(setFields)
  .meta({ id: 'SetResult', description: 'Each address succeeds or fails by itself' });

/** All addresses were refused: the result, and the first refusal as the error. */
export const setRefused = errorBody
  .extend({
    applied: z.array(applied).readonly(),
    scheduled: z.array(scheduled).readonly(),
    rejected: z.array(rejected).readonly(),
  })
  .meta({ id: 'SetRefused' });

export const commandResult: z.ZodType<CommandResult> = z
  .discriminatedUnion('result', [
    applied.extend({ result: z.literal('applied') }),
    scheduled.extend({ result: z.literal('scheduled') }),
    rejected.extend({ result: z.literal('rejected') }),
  ])
  .meta({ id: 'CommandResult' });

export const commandList = z
  .array(commandSchema)
  .min(1)
  .max(MOST_COMMANDS)
  .describe('Applied together, or, where one is rejected, not at all');
