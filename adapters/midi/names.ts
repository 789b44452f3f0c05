/**
 * One name for a device wherever it is plugged in, whatever the system calls its ports:
 *
 * | system   | port                                                 | name                   |
 * | -------- | ---------------------------------------------------- | ---------------------- |
 * | ALSA     | `LPD8:LPD8 MIDI 1 20:0`                              | `LPD8`                 |
 * | ALSA     | `Launchpad Pro:Launchpad Pro MIDI 2 24:1`            | `Launchpad Pro MIDI 2` |
 * | ALSA     | `nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTR 28:0`  | `nanoKONTROL2`         |
 * | ALSA     | `APC mini mk2:APC mini mk2 APC mini mk2 Contro 24:0` | `APC mini mk2`         |
 * | CoreMIDI | `nanoKONTROL2 SLIDER/KNOB`, `nanoKONTROL2 CTRL`      | `nanoKONTROL2`         |
 * | WinMM    | `MIDIIN2 (Launchpad Pro)`, `MIDIOUT2 (…)`            | `Launchpad Pro MIDI 2` |
 * | WinMM    | `2- LPD8`                                            | `LPD8`                 |
 *
 * ALSA's client and port numbers and the number that Windows puts in front change with every plugging. Korg calls input and
 * output of one device by two names; Akai adds one to that port of the APC mini mk2 that is its surface, but not on Windows.
 */
export function deviceName(port: string): string {
  const name = withoutClient(port.replace(/ \d+:\d+$/, ''))
    .replace(/^\d+- /, '')
    .replace(/^MIDI(?:IN|OUT)(\d+) \((.+)\)$/, '$2 MIDI $1')
    .replace(/ MIDI 1$/, '')
    .replace(/^APC mini mk2 Contro.*$/i, 'APC mini mk2')
    .replace(/(?: 1| _)? (?:SLIDER\/KNOB|SLI[DER/KNO]*|CTRL?)$/, '')
    .trim();
  return name === '' ? 'MIDI' : name;
}

/** RtMidi's ports are seen by RtMidi: our own outputs would be inputs, and all that goes out would come in. */
export function isOwnPort(port: string): boolean {
  return /^RtMidi (?:In|Out)put Client/.test(port);
}

/** ALSA's loop-back: what is sent to it comes back. It is played only where somebody asks for it. */
export function isLoop(name: string): boolean {
  return name.startsWith('Midi Through');
}

/** Whether one of these names, or beginnings of names, is meant; `*` means all. */
export function isNamed(name: string, wanted: readonly string[]): boolean {
  const low = name.toLowerCase();
  return wanted.some((each) => each === '*' || (each !== '' && low.startsWith(each.toLowerCase())));
}

/** `Client:Client Port` is what ALSA and JACK say, the port often with the client's name in front, sometimes twice. */
function withoutClient(port: string): string {
  const colon = port.indexOf(':');
  if (colon <= 0) return port;
  // JACK numbers clients of one name.
  const client = port.slice(0, colon).replace(/-\d\d$/, '');
  const rest = port.slice(colon + 1).trim();
  const twice = `${client} ${client} `;
  if (rest.startsWith(twice)) return rest.slice(client.length + 1);
  return rest.startsWith(client) ? rest : `${client} ${rest}`;
}
