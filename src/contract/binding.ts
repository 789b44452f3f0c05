import { z } from 'zod';
import { bindingModes, commandSchema, curves } from './command.ts';
import type { ControlSource } from './control-event.ts';
import type { ErrorReport } from './error.ts';
import type { JsonValue } from './json.ts';

/** Banks of the show: a binding in a bank plays only while `/bank` has its number. */
export const MOST_BANKS = 16;
export const MOST_BINDINGS = 1000;

export const relativeEncodings = ['twos-complement', 'binary-offset', 'sign-magnitude'] as const;
export type RelativeEncoding = (typeof relativeEncodings)[number];

export const colorComponents = ['hue', 'saturation', 'brightness', 'red', 'green', 'blue'] as const;
export type ColorComponent = (typeof colorComponents)[number];

/** Highest number of each kind of MIDI message. */
const midiNumbers: Readonly<Record<string, number>> = {
  note: 127,
  poly: 127,
  cc: 127,
  cc14: 31,
  nrpn: 16_383,
  rpn: 16_383,
  pitch: 0,
  pressure: 0,
  program: 0,
};
const dmxNumbers: Readonly<Record<string, number>> = { dmx: 512, dmx16: 511 };

/** See control-event.ts for the kinds and their raw ranges. */
export const controlSourceSchema = z
  .strictObject({
    protocol: z
      .string()
      .regex(/^[a-z]{1,16}$/)
      .describe('midi or artnet'),
    device: z.string().min(1).max(200).describe('Name of the MIDI device, or number of the universe'),
    kind: z
      .string()
      .regex(/^[a-z0-9]{1,16}$/)
      .describe('note, poly, cc, cc14, nrpn, rpn, pitch, pressure, program, dmx, dmx16'),
    channel: z.int().min(0).max(16).describe('MIDI channel, 1 to 16; 0 where there is none'),
    number: z.int().min(0).max(16_383).describe('Note, controller or DMX channel; 0 where there is none'),
  })
  .superRefine((source, context) => {
    const wrong = sourceFault(source);
    if (wrong !== null) context.addIssue({ code: 'custom', path: [wrong.field], message: wrong.message });
  }) satisfies z.ZodType<ControlSource>;

/** What no controller of this protocol could send; other protocols than these two have their own kinds. */
function sourceFault({
  protocol,
  device,
  kind,
  channel,
  number,
}: ControlSource): { readonly field: keyof ControlSource; readonly message: string } | null {
  const isMidi = protocol === 'midi';
  if (!isMidi && protocol !== 'artnet') return null;
  const numbers = isMidi ? midiNumbers : dmxNumbers;
  const most = numbers[kind];
  if (most === undefined) return { field: 'kind', message: `one of ${Object.keys(numbers).join(', ')}` };
  if (isMidi ? channel === 0 : channel !== 0)
    return { field: 'channel', message: isMidi ? '1 to 16' : '0, as DMX has none' };
  if (number > most || (!isMidi && number === 0))
    return {
      field: 'number',
      message: most === 0 ? `0, as ${kind} has none` : `${isMidi ? 0 : 1} to ${most}`,
    };
  const universe = /^\d{1,5}$/.test(device) ? Number(device) : Infinity;
  return isMidi || universe <= 32_767 ? null : { field: 'device', message: 'a universe, 0 to 32767' };
}

const address = z.string().min(2).max(200).startsWith('/');

export const bindingTargetSchema = z.discriminatedUnion('kind', [
  /** A value, or a trigger, which fires on every press. `/strength` is the first stage that has it. */
  z.strictObject({ kind: z.literal('address'), address }),
  /** Commands that a press runs together, all or none: a prompt, a value with ramp and time, a recall. */
  z.strictObject({ kind: z.literal('commands'), commands: z.array(commandSchema).min(1).max(16) }),
]);

export type BindingTarget = z.infer<typeof bindingTargetSchema>;

const lamp = z.int().min(0).max(16_383).nullable().default(null);

export const bindingFeedbackSchema = z.strictObject({
  on: z.boolean().default(true).describe('Tell the controller when the value changes'),
  lit: lamp.describe('Raw value that lights the LED; null is the highest'),
  dark: lamp.describe('Raw value that puts it out; null is 0'),
  to: z
    .strictObject({
      kind: z.enum(['note', 'poly', 'cc', 'cc14', 'nrpn', 'rpn', 'pitch', 'pressure', 'program']),
      channel: z.int().min(1).max(16),
      number: z.int().min(0).max(16_383),
    })
    .refine(({ kind, number }) => number <= (midiNumbers[kind] ?? 0), {
      path: ['number'],
      message: 'no message of this kind has such a number',
    })
    .nullable()
    .default(null)
    .describe('Where LED or ring listens, where that is not where the control sends'),
});

const number = z.number().min(-1e12).max(1e12).nullable().default(null);

const facts = {
  source: controlSourceSchema,
  only: z
    .int()
    .min(0)
    .max(65_535)
    .nullable()
    .default(null)
    .describe('Only this raw value counts, and is a press: the number of a program change'),
  bank: z.int().min(1).max(MOST_BANKS).nullable().default(null).describe('Null: in every bank'),
  target: bindingTargetSchema,
  mode: z
    .enum(bindingModes)
    .default('absolute')
    .describe(
      'absolute: the control is the value. toggle: each press turns it over. momentary: on while held. trigger: each press fires. step: each press goes on by `step`, around the end. relative: an endless encoder.',
    ),
  minimum: number.describe('Value at the low end, in units of the parameter; null is its own'),
  maximum: number.describe('Value at the high end, in units of the parameter; null is its own'),
  curve: z.enum(curves).default('linear').describe('How the way of the control becomes the way of the value'),
  invert: z.boolean().default(false),
  component: z.enum(colorComponents).default('hue').describe('What of a colour is played'),
  pickup: z
    .boolean()
    .default(false)
    .describe('Nothing moves until the control crosses the value or comes within 2 % of it'),
  velocity: z
    .boolean()
    .default(false)
    .describe('How hard a note is struck is the value; letting go does nothing'),
  encoding: z
    .enum(relativeEncodings)
    .default('twos-complement')
    .describe('How an encoder says "one back": 127, 63 or 65'),
  step: number.describe(
    'Way of one click of an encoder or one press, in units of the parameter; null is a hundredth of the range, or one choice',
  ),
  acceleration: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe('How much further a fast turn goes: 1 makes a message of three clicks count nine'),
  feedback: bindingFeedbackSchema.prefault({}),
  label: z.string().max(100).default(''),
};

/** A binding without its name, as one makes it; ids are given by the show. */
export const newBindingSchema = z.strictObject(facts);
export type NewBinding = z.infer<typeof newBindingSchema>;
export type NewBindingInput = z.input<typeof newBindingSchema>;

const bindingId = z.string().regex(/^b\d{1,9}$/);

/** One event of a controller mapped to one target. Several bindings may share a source. Kept in the show file. */
export const bindingSchema = z.strictObject({ id: bindingId, ...facts });
export type Binding = z.infer<typeof bindingSchema>;

/** Bindings as they are shared from show to show: a controller's map. */
export const bindingMapSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(100),
  /** Page that its numbers come from, where it describes a controller. */
  page: z.url().nullable().default(null),
  bindings: z.array(newBindingSchema).max(MOST_BINDINGS),
});
export type BindingMap = z.infer<typeof bindingMapSchema>;

/** What to bind to the next thing that moves. */
export const learnRequestSchema = z.strictObject({
  target: bindingTargetSchema,
  /** Left out: what suits the control that moved and the target. */
  mode: z.enum(bindingModes).optional(),
  bank: facts.bank,
  seconds: z.number().min(1).max(600).default(20).describe('How long it listens'),
  taken: z
    .enum(['ask', 'replace', 'add'])
    .default('ask')
    .describe('What becomes of other bindings of the control that moved, in the same bank'),
});
export type LearnRequest = z.infer<typeof learnRequestSchema>;
export type LearnRequestInput = z.input<typeof learnRequestSchema>;

/** How learning stands, or how it last ended. Every change of it is announced. */
export type LearnState =
  | { readonly state: 'idle' }
  | {
      readonly state: 'listening';
      readonly target: BindingTarget;
      /** Wall-clock milliseconds. */
      readonly endsAt: number;
      /** The last that moved but did not yet say clearly what it is. */
      readonly heard: ControlSource | null;
    }
  /** The control that moved plays something else already: replace that, add to it, or cancel. */
  | {
      readonly state: 'asking';
      readonly target: BindingTarget;
      readonly endsAt: number;
      readonly source: ControlSource;
      readonly taken: readonly Binding[];
    }
  | { readonly state: 'bound'; readonly binding: Binding; readonly replaced: readonly Binding[] }
  | { readonly state: 'cancelled'; readonly target: BindingTarget }
  | { readonly state: 'timed-out'; readonly target: BindingTarget }
  | { readonly state: 'failed'; readonly target: BindingTarget; readonly error: ErrorReport };

export interface BindingState extends Binding {
  /** What it plays now; null where nothing is there, as its node or pipeline is gone. It plays again when that is back. */
  readonly address: string | null;
  readonly value: JsonValue;
  /** Whether its bank is the present one. */
  readonly active: boolean;
  /** A fader that has to be fetched: where it stands against the value, 0..1 each. Null while it plays. */
  readonly waiting: { readonly control: number | null; readonly value: number } | null;
  /** How often it played, and how often that was refused. */
  readonly played: number;
  readonly refused: number;
}

export interface BindingReport {
  readonly bank: number;
  readonly bindings: readonly BindingState[];
  readonly learn: LearnState;
  /** Events of controllers that nothing is bound to: how many, and the last. */
  readonly unbound: { readonly count: number; readonly last: ControlSource | null };
}

/** A raw value for a controller: an LED, a ring, a motor fader. */
export interface ControlOutput extends ControlSource {
  readonly value: number;
}

/** The bindings of the show. What is not right throws a coded error and changes nothing. */
export interface BindingApi {
  report(): BindingReport;
  list(): readonly Binding[];
  add(binding: NewBinding): Binding;
  /** Other fields for one binding. Throws `E_BINDING_UNKNOWN`, `E_BINDING_INVALID`. */
  change(id: string, fields: Readonly<Record<string, unknown>>): Binding;
  remove(id: string): void;
  /** All others go. */
  replace(bindings: readonly NewBinding[]): readonly Binding[];
  /**
   * Takes a map as text. `add` leaves the others in place, but for those of the same source, bank and target; `device` stands
   * in for the device that the map names. Throws `E_BINDING_MAP` with line and field.
   */
  load(text: string, how: 'replace' | 'add', device: string | null): readonly Binding[];
  /** The bindings as a map that `load` takes. */
  map(name: string): BindingMap;
  /** Binds the next control that moves. A learning under way is replaced. */
  learn(request: LearnRequest): LearnState;
  /** Throws `E_BINDING_LEARN` where nothing was asked. */
  answerLearn(answer: 'replace' | 'add'): LearnState;
  cancelLearn(): LearnState;
  learning(): LearnState;
  onLearn(listener: (state: LearnState) => void): () => void;
  /** The bindings are other ones. */
  onChange(listener: () => void): () => void;
  /** What controllers are to show: changed values at most 60 times a second, all of a device after `refresh`. */
  onOutput(listener: (outputs: readonly ControlOutput[]) => void): () => void;
  /** A device has come, and shows nothing of what it should. */
  refresh(protocol: string, device: string): void;
  /** A device, or all of a protocol, will not say any more what is let go: keys and buttons that are held are, now. */
  release(protocol: string, device: string | null): void;
}
