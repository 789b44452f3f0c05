import type { ControlMessage } from '../../src/contract/adapter.ts';
import { eventAddress } from '../../src/contract/control-event.ts';
import type { MidiEvent, MidiKind } from '../../src/protocols/midi/event.ts';

/** A hand that presses or bends says hundreds of values a second, and only where it is counts. A controller may be an encoder, whose every click counts. */
const live: ReadonlySet<MidiKind> = new Set(['pitch', 'pressure', 'poly']);

/** What a device did, as control-event.ts names it. `timeUs` is when it came, which a clock is nothing without. */
export function controlMessage(device: string, event: MidiEvent, timeUs: number): ControlMessage {
  const sender = `midi:${device}`;
  if (event.kind === 'clock') {
    const address = eventAddress({ protocol: 'midi', device, kind: 'clock', channel: 0, number: 0 });
    const position = event.what === 'position' ? [event.sixteenths] : [];
    return { address, args: [event.what, timeUs, ...position], sender };
  }
  const { kind, channel, number, value, bank } = event;
  const address = eventAddress({ protocol: 'midi', device, kind, channel, number });
  const args = bank === null ? [value] : [value, bank];
  return live.has(kind) ? { address, args, sender, live: true } : { address, args, sender };
}
