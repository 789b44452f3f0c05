import type { ControlSource } from '../../../src/contract/control-event.ts';

const protocols: Readonly<Record<string, string>> = {
  osc: 'OSC',
  ws: 'WebSocket',
  rest: 'REST',
  midi: 'MIDI',
  artnet: 'Art-Net',
  webrtc: 'WebRTC',
  obs: 'OBS',
};

/** A sender as a person would name it: `osc:127.0.0.1:9000` is "OSC 127.0.0.1:9000". */
export function senderWords(sender: string): string {
  const [, protocol = '', rest = ''] = /^([^:]*):?(.*)$/s.exec(sender) ?? [];
  const known = protocols[protocol];
  if (known !== undefined) return `${known} ${rest}`.trim();
  return sender === 'show' ? 'The show itself' : sender;
}

const kinds: Readonly<Record<string, string>> = {
  note: 'Note',
  poly: 'Aftertouch of note',
  cc: 'CC',
  cc14: 'CC (14 bit)',
  nrpn: 'NRPN',
  rpn: 'RPN',
  pitch: 'Pitch bend',
  pressure: 'Aftertouch',
  program: 'Program',
  clock: 'Clock',
  dmx: 'DMX',
  dmx16: 'DMX (16 bit)',
};
/** Kinds of which a channel has only one. */
const alone = new Set(['pitch', 'pressure', 'program', 'clock']);

/** A control of a controller, short: "CC 74". */
export function controlWords({ kind, number }: ControlSource): string {
  const words = kinds[kind] ?? kind;
  return alone.has(kind) ? words : `${words} ${number}`;
}

/** With where it is: "nanoKONTROL2 · channel 1", "Universe 0". */
export function deviceWords({ protocol, device, channel }: ControlSource): string {
  if (protocol === 'artnet') return `Universe ${device}`;
  return channel === 0 ? device : `${device} · channel ${channel}`;
}

/** What something was sent to. */
export function addressWords(address: string): string {
  if (address === '') return 'A packet';
  const source = sourceIn(address);
  return source === null ? address : `${controlWords(source)} · ${deviceWords(source)}`;
}

/** `~midi/nanoKONTROL2/cc/1/74`, as src/contract/control-event.ts writes it; null where it is no control of a device. */
function sourceIn(address: string): ControlSource | null {
  const parts = /^~([a-z]+)\/([^/]+)\/([a-z0-9]+)\/(\d+)\/(\d+)$/.exec(address);
  if (parts === null) return null;
  const [, protocol = '', device = '', kind = '', channel, number] = parts;
  return { protocol, device: decoded(device), kind, channel: Number(channel), number: Number(number) };
}

/** Whoever sends may write what it likes. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
