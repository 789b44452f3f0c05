import { encode } from 'uqr';

/** The dark squares of a QR code as one SVG path, a unit each, with the quiet zone that scanners need (ISO/IEC 18004: four units). */
export function qrPath(text: string): { readonly size: number; readonly d: string } {
  const { size, data } = encode(text, { ecc: 'M', border: 4 });
  const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')));
  return { size, d: squares.join('') };
}
