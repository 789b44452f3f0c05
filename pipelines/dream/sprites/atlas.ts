/** A small picture with a margin of one pixel, so that it can be drawn between pixels. `[side, side]`, 0..255. */
export interface Sprite {
  readonly side: number;
  /** Light, already multiplied with the cover. */
  readonly tone: Uint8Array;
  /** How much it hides; null for what only shines. */
  readonly cover: Uint8Array | null;
  /**
   * By row: the first column that is not clear, and the one behind the last, when the row is read between itself and the one
   * above it, and each column between itself and the one on its left. A streak of rain leaves most of its square untouched.
   */
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Light and cover of one point of a shape. x and y in units of its radius. */
export type Shape = (x: number, y: number, radius: number) => readonly [tone: number, cover: number];

export function drawSprite(radius: number, shape: Shape, covers: boolean): Sprite {
  const half = Math.ceil(radius) + 1;
  const side = half * 2 + 1;
  const tone = new Uint8Array(side * side);
  const cover = new Uint8Array(side * side);
  for (let y = 1; y < side - 1; y += 1) {
    for (let x = 1; x < side - 1; x += 1) {
      const [light, hide] = shape((x - half) / radius, (y - half) / radius, radius);
      tone[y * side + x] = Math.max(0, Math.min(255, Math.round(light * 255)));
      cover[y * side + x] = Math.max(0, Math.min(255, Math.round(hide * 255)));
    }
  }
  return { side, tone, cover: covers ? cover : null, ...extent(covers ? cover : tone, side) };
}

function extent(values: Uint8Array, side: number): Pick<Sprite, 'from' | 'to'> {
  const from = new Int32Array(side).fill(side);
  const to = new Int32Array(side);
  for (let y = 1; y < side; y += 1) {
    for (let x = 1; x < side; x += 1) {
      const at = y * side + x;
      if (values[at] === 0 && values[at - 1] === 0 && values[at - side] === 0 && values[at - side - 1] === 0)
        continue;
      from[y] = Math.min(from[y] ?? side, x);
      to[y] = x + 1;
    }
  }
  return { from, to };
}

/** Sprites of one kind: sizes x turns x tilts. A tilt shows the thing as it tumbles or flaps, from flat (0) to edge on (1). */
export interface Atlas {
  readonly sizes: number;
  readonly pick: (size: number, turn: number, tilt: number) => Sprite;
}

export interface AtlasPlan {
  /** Radii in pixels. */
  readonly radii: readonly number[];
  readonly turns: number;
  readonly tilts: number;
  readonly covers: boolean;
  readonly shape: (tilt: number) => Shape;
}

/** Draws a kind's sprites the first time each is used, so that a start does not pay for what no prompt shows. */
export function makeAtlas({ radii, turns, tilts, covers, shape }: AtlasPlan): Atlas {
  const drawn: (Sprite | undefined)[] = [];
  return {
    sizes: radii.length,
    // `turn` is in full turns, of any size; `tilt` runs from 0 to 1.
    pick: (size, turn, tilt) => {
      const turnIndex = Math.floor((turn - Math.floor(turn)) * turns) % turns;
      const tiltIndex = Math.min(tilts - 1, Math.floor(tilt * tilts));
      const index = (size * turns + turnIndex) * tilts + tiltIndex;
      return (drawn[index] ??= draw(size, turnIndex, tiltIndex));
    },
  };

  function draw(size: number, turnIndex: number, tiltIndex: number): Sprite {
    const angle = (turnIndex / turns) * 2 * Math.PI;
    const cosine = Math.cos(angle);
    const sine = Math.sin(angle);
    const upright = shape(tilts > 1 ? tiltIndex / (tilts - 1) : 0);
    const turned: Shape = (x, y, radius) => upright(cosine * x + sine * y, cosine * y - sine * x, radius);
    return drawSprite(radii[size] ?? 1, turned, covers);
  }
}
