/** `#rrggbb` to three numbers 0..1, sRGB. */
export function fromHex(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

/** Rec. 709 weights on gamma-coded values; near enough for exposure. */
export function luminance(r: number, g: number, b: number): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** A list of hex colours as one flat row of numbers. */
export function fromHexes(list: string): number[] {
  return list.split(' ').flatMap(fromHex);
}

/** Lighter or darker (light -1..1) and greyer or stronger (colour 0..), in place, for `count` colours from the start of `row`. */
export function shiftTone(row: Float32Array, count: number, light: number, colour: number): void {
  for (let i = 0; i < count * 3; i += 3) {
    const [r, g, b] = [row[i] ?? 0, row[i + 1] ?? 0, row[i + 2] ?? 0];
    const grey = luminance(r, g, b);
    [r, g, b].forEach((channel, k) => {
      const strong = grey + (channel - grey) * colour;
      const lit = light < 0 ? strong * (1 + light) : strong + (1 - strong) * light;
      row[i + k] = Math.min(1, Math.max(0, lit));
    });
  }
}
