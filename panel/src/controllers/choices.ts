import type { BindingState, RelativeEncoding } from '../../../src/contract/binding.ts';

interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

export const modes: readonly Choice<BindingState['mode']>[] = [
  { value: 'absolute', label: 'Follows the control' },
  { value: 'toggle', label: 'A press turns it over' },
  { value: 'momentary', label: 'On while held' },
  { value: 'trigger', label: 'A press fires it' },
  { value: 'step', label: 'A press goes one on' },
  { value: 'relative', label: 'Endless encoder' },
];

export const curves: readonly Choice<BindingState['curve']>[] = [
  { value: 'linear', label: 'Linear' },
  { value: 'ease-in', label: 'Ease in' },
  { value: 'ease-out', label: 'Ease out' },
  { value: 'ease-in-out', label: 'Ease in out' },
];

/** Encoders are told apart by what they send for one click back. */
export const encodings: readonly Choice<RelativeEncoding>[] = [
  { value: 'twos-complement', label: '127' },
  { value: 'binary-offset', label: '63' },
  { value: 'sign-magnitude', label: '65' },
];

export const components: readonly Choice<BindingState['component']>[] = [
  { value: 'hue', label: 'Hue' },
  { value: 'saturation', label: 'Saturation' },
  { value: 'brightness', label: 'Brightness' },
  { value: 'red', label: 'Red' },
  { value: 'green', label: 'Green' },
  { value: 'blue', label: 'Blue' },
];

/** There are as many banks of a show as there are MIDI channels. */
export const sixteen: readonly Choice<string>[] = Array.from({ length: 16 }, (_, index) => ({
  value: String(index + 1),
  label: String(index + 1),
}));

type Listens = NonNullable<BindingState['feedback']['to']>;

/** Where a LED or ring listens. */
export const lampKinds: readonly Choice<Listens['kind'] | 'same'>[] = [
  { value: 'same', label: 'The control itself' },
  { value: 'note', label: 'A note' },
  { value: 'cc', label: 'A CC' },
  { value: 'cc14', label: 'A CC (14 bit)' },
  { value: 'nrpn', label: 'An NRPN' },
  { value: 'rpn', label: 'An RPN' },
  { value: 'poly', label: 'Aftertouch of a note' },
  { value: 'pressure', label: 'Aftertouch' },
  { value: 'pitch', label: 'Pitch bend' },
  { value: 'program', label: 'A program' },
];
