/** The 75 % bars of the test pattern, from the left: grey, yellow, cyan, green, magenta, red, blue. */
export const colorBars: readonly (readonly number[])[] = [
  [191, 191, 191],
  [191, 191, 0],
  [0, 191, 191],
  [0, 191, 0],
  [191, 0, 191],
  [191, 0, 0],
  [0, 0, 191],
];

/** The most that a channel of a seen colour is away from its bar's, in levels; 999 where one is missing. */
export function farthestFromBars(seen: readonly (readonly number[])[]): number {
  const differences = colorBars.flatMap((color, bar) =>
    color.map((level, channel) => Math.abs(level - (seen[bar]?.[channel] ?? 999))),
  );
  return Math.max(...differences);
}
