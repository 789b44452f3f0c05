/**
 * Packets written down byte by byte from the field tables of the Art-Net 4 specification, apart from our codec.
 */
const header = [0x41, 0x72, 0x74, 0x2d, 0x4e, 0x65, 0x74, 0x00];

export function artDmx(universe: number, levels: readonly number[], sequence = 0): Uint8Array {
  const length = [Math.floor(levels.length / 256), levels.length % 256];
  const [net, sub] = [Math.floor(universe / 256), universe % 256];
  return Uint8Array.from([...header, 0x00, 0x50, 0, 14, sequence, 0, sub, net, ...length, ...levels]);
}

export function artPoll(...targeted: readonly number[]): Uint8Array {
  const flags = targeted.length > 0 ? 0x20 : 0;
  return Uint8Array.from([...header, 0x00, 0x20, 0, 14, flags, 0, ...targeted]);
}
