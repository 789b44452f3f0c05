import { z } from 'zod';
import {
  bindingSchema,
  bindingTargetSchema,
  controlSourceSchema,
  newBindingSchema,
  type BindingReport,
  type BindingState,
  type LearnState,
} from '../../contract/binding.ts';
import { errorReport } from './error.ts';

export const binding = bindingSchema.meta({ id: 'Binding' });

const place = z.number().describe('0 to 1');

export const bindingState: z.ZodType<BindingState> = bindingSchema
  .extend({
    address: z
      .string()
      .nullable()
      .describe('What it plays now; null where nothing is there, or it runs commands that set nothing'),
    value: z.json(),
    active: z.boolean().describe('Its bank is the present one'),
    waiting: z
      .object({ control: place.nullable(), value: place })
      .nullable()
      .describe('A fader that has to be fetched: where it stands, and where the value is'),
    played: z.int(),
    refused: z.int(),
  })
  .meta({ id: 'BindingState' });

const endsAt = z.number().describe('Milliseconds since 1970');
const target = bindingTargetSchema;

export const learnState: z.ZodType<LearnState> = z
  .discriminatedUnion('state', [
    z.object({ state: z.literal('idle') }),
    z.object({
      state: z.literal('listening'),
      target,
      endsAt,
      heard: controlSourceSchema.nullable().describe('The last that moved, not yet clearly enough'),
    }),
    z.object({
      state: z.literal('asking'),
      target,
      endsAt,
      source: controlSourceSchema,
      taken: z.array(binding).describe('What the control that moved plays already'),
    }),
    z.object({ state: z.literal('bound'), binding, replaced: z.array(binding) }),
    z.object({ state: z.literal('cancelled'), target }),
    z.object({ state: z.literal('timed-out'), target }),
    z.object({ state: z.literal('failed'), target, error: errorReport }),
  ])
  .meta({ id: 'LearnState', description: 'How learning stands, or how it last ended' });

export const bindingReport: z.ZodType<BindingReport> = z
  .object({
    bank: z.int(),
    bindings: z.array(bindingState),
    learn: learnState,
    unbound: z.object({ count: z.int(), last: controlSourceSchema.nullable() }),
  })
  .meta({ id: 'Bindings' });

export const bindingList = z.object({ bindings: z.array(binding).readonly() });
export const newBindingList = z.strictObject({ bindings: z.array(newBindingSchema).max(1000) });

/** Checked with the binding it changes, whose other fields stay. */
export const bindingChange = z
  .custom<Readonly<Record<string, unknown>>>(
    (fields) => typeof fields === 'object' && fields !== null && !Array.isArray(fields),
    'an object with fields of a binding',
  )
  .meta({ description: 'Any fields of a binding', type: 'object', additionalProperties: {} });

export const mapLoading = z.object({
  how: z.enum(['add', 'replace']).default('add').describe('Whether the bindings that are there stay'),
  device: z
    .string()
    .min(1)
    .max(200)
    .exactOptional()
    .describe('Name of the device it is for, where that is not the one the map names'),
});
