import type { Control } from './control.ts';
import type { Range } from './number.ts';

interface Facts {
  readonly key: string;
  readonly label: string;
  readonly range: Range;
  /** What a double click brings back. */
  readonly initial: number;
}

/** A number that is no parameter of the show, as a fader. */
export function localControl(
  { key, label, range, initial }: Facts,
  read: () => number,
  write: (value: number) => void,
): Control {
  return {
    spec: {
      key,
      type: 'number',
      default: initial,
      ...range,
      choices: null,
      maxLength: null,
      description: '',
      ui: {
        label,
        order: 0,
        modes: null,
        category: 'local',
        component: null,
        load: false,
        modulatable: false,
        unit: null,
      },
    },
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
