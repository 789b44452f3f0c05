import {
  newBindingSchema,
  type Binding,
  type ControlOutput,
  type NewBindingInput,
} from '../../../../src/contract/binding.ts';
import { eventAddress, type ControlSource } from '../../../../src/contract/control-event.ts';
import type { ShowDeps } from '../../../../src/show/show.ts';
import { rig, type Rig } from '../rig.ts';

export const fader: ControlSource = {
  protocol: 'midi',
  device: 'nano KONTROL/2',
  kind: 'cc',
  channel: 1,
  number: 7,
};
export const pad: ControlSource = { ...fader, kind: 'note', number: 36 };
export const knob: ControlSource = { ...fader, number: 20 };
export const dmx: ControlSource = { protocol: 'artnet', device: '0', kind: 'dmx', channel: 0, number: 1 };

type Rest = Omit<NewBindingInput, 'source' | 'target'>;

/** A show with a controller before it. Stands in for devices and their adapters. */
export class Surface {
  readonly rig: Rig;
  readonly shown: ControlOutput[] = [];

  constructor(here: Rig) {
    this.rig = here;
  }

  static async open(given: Parameters<typeof rig>[0] & Partial<ShowDeps> = {}): Promise<Surface> {
    return new Surface(await rig(given));
  }

  /** Binds an address, or what `rest` has as its target. */
  bind(source: ControlSource, address: string, rest: Rest = {}): Binding {
    const target = { kind: 'address', address } as const;
    return this.rig.show.bindings.add(newBindingSchema.parse({ source, target, ...rest }));
  }

  /** Raw values of one control, one after another. */
  move(source: ControlSource, ...raws: readonly number[]): void {
    const sender = source.protocol === 'midi' ? `midi:${source.device}` : 'artnet:127.0.0.1';
    for (const raw of raws) this.rig.show.play([{ address: eventAddress(source), args: [raw], sender }]);
  }

  value(address: string): unknown {
    return this.rig.show.parameter(address)?.value;
  }

  bursts(): number | undefined {
    return this.rig.show.sample('main', this.rig.time.us, 'text').triggers['burst'];
  }

  /** Follows what controllers are to show. */
  watch(): void {
    this.rig.show.bindings.onOutput((outputs) => this.shown.push(...outputs));
  }

  /** What was shown since the last look, as `kind number value`, a moment later. */
  async looks(): Promise<string[]> {
    await this.rig.time.pass(0.05);
    return this.shown.splice(0).map(({ kind, number, value }) => `${kind} ${number} ${value}`);
  }
}
