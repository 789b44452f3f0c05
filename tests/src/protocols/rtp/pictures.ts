/** A VP8 frame as far as RTP looks into it: the bit that says key, and the start code of key frames (RFC 6386 §9.1). */
export function vp8Frame(key: boolean, body: Uint8Array): Uint8Array {
  const head = key ? [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0, 2, 0, 2] : [0x11, 0, 0];
  return Uint8Array.from([...head, ...body]);
}

/** A NAL unit: importance 3, its type, a slice that begins the picture, and bytes that hold no start code. */
export function nalUnit(type: number, body: Uint8Array): Uint8Array {
  return Uint8Array.from([0x60 | type, 0x88, ...body.map((byte) => byte | 1)]);
}

export function annexB(units: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(units.flatMap((unit) => [0, 0, 0, 1, ...unit]));
}
