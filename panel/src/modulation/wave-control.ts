import type { ParameterSpec } from '../../../src/contract/parameter.ts';
import type { Control } from '../values/control.ts';

export const unitRange = { minimum: 0, maximum: 1 };

/** One setting of a wave, from 0 to 1, as a fader. */
export function waveControl(
  key: string,
  label: string,
  read: () => number,
  write: (value: number) => void,
): Control {
  const spec: ParameterSpec = {
    key,
    type: 'number',
    default: key === 'depth' ? 0.5 : 0,
    ...unitRange,
    choices: null,
    maxLength: null,
    description: '',
    ui: {
      label,
      order: 0,
      modes: null,
      category: 'wave',
      component: null,
      load: false,
      modulatable: false,
      unit: null,
    },
  };
  return {
    spec,
    get value() {
      return read();
    },
    refusal: null,
    waits: false,
    set: (value) => write(Number(value)),
    hold: () => undefined,
    letGo: () => undefined,
    fire: () => undefined,
  };
}
