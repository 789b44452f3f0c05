/**
 * A knob, pad, key or DMX channel of a controller that knows no addresses. Control adapters send what it does as a control item
 * whose address is its name here, with one integer argument: the raw value. Bindings turn those into commands.
 */
export interface ControlSource {
  /** `midi`, `artnet`. */
  readonly protocol: string;
  /** Name of the device or universe; `nanoKONTROL2#2` is the second of that name. */
  readonly device: string;
  /** What kind of message: `note`, `cc`, `cc14`, `nrpn`, `pitch`, … */
  readonly kind: string;
  /** MIDI channel 1..16; 0 where there is none. */
  readonly channel: number;
  /** Note, controller or DMX channel; 0 where there is none. */
  readonly number: number;
}

/** `~midi/nanoKONTROL2/cc/1/74`. No address of the show starts with `~`. */
export function eventAddress({ protocol, device, kind, channel, number }: ControlSource): string {
  return `~${protocol}/${encodeURIComponent(device)}/${kind}/${channel}/${number}`;
}

export function isEventAddress(address: string): boolean {
  return address.startsWith('~');
}

/** Null where it is none. */
export function readEventAddress(address: string): ControlSource | null {
  const parts = /^~([a-z]+)\/([^/]+)\/([a-z0-9]+)\/(\d{1,5})\/(\d{1,5})$/.exec(address);
  if (parts === null) return null;
  const [, protocol = '', device = '', kind = '', channel, number] = parts;
  try {
    return {
      protocol,
      device: decodeURIComponent(device),
      kind,
      channel: Number(channel),
      number: Number(number),
    };
  } catch {
    return null;
  }
}
