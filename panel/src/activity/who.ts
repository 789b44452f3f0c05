import { isEventAddress, readEventAddress, type ControlSource } from '../../../src/contract/control-event.ts';

const protocols: Readonly<Record<string, string>> = {
  osc: 'OSC',
  ws: 'WebSocket',
  rest: 'REST',
  midi: 'MIDI',
  artnet: 'Art-Net',
  webrtc: 'WebRTC',
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
  const source = isEventAddress(address) ? readEventAddress(address) : null;
  return source === null ? address : `${controlWords(source)} · ${deviceWords(source)}`;
}
