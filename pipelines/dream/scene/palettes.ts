import { fromHexes } from './colour.ts';
import { COLOURS, type Scene } from './layout.ts';

/** Palettes by name: five anchors and two accents. `prompt` takes the prompt's own colours. */
const hexes = {
  ember: '#080100 #4a0a02 #c03a06 #ffa02a #fff0b0 #ffc050 #ffe0a0',
  lagoon: '#01161e #064a5a #12969c #7ce0c8 #f4ffe8 #c8fff0 #ffffff',
  aurora: '#020612 #06284a #0a7a62 #48e890 #e0ffc0 #c0ffd8 #90d0ff',
  orchid: '#12041e #4a1266 #a83aa0 #f088b8 #ffeaf0 #ffb0e0 #ffe0f0',
  citrus: '#1c1002 #7a5206 #d8a414 #f4e050 #fcffe0 #fff490 #e0ff90',
  forest: '#040c06 #143418 #3c6e2c #96b458 #f0f4c8 #c0dc78 #f8f0b0',
  ice: '#0a1c30 #2a6490 #78b4d8 #c8e8f6 #ffffff #e8f8ff #ffffff',
  rose: '#1c0410 #6a1434 #c8465c #f4a090 #fff0e4 #ffa8a8 #ffe8d8',
  dusk: '#100a2c #402464 #9c4478 #ec8858 #ffdc9c #ffc890 #ffb0b0',
  neon: '#05010f #2a0a5a #8a10b0 #f0208a #30e8ff #ff3fb4 #2ff3ff',
  sand: '#2c1408 #84502c #c8905c #ecc898 #fff4dc #ffe4b8 #fff4e0',
  mono: '#030304 #24262a #6c7076 #bcc0c4 #ffffff #ffffff #ffffff',
} as const;

/** 21 numbers each, laid out like the colours of a scene. */
export const palettes: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries(hexes).map(([name, list]) => [name, fromHexes(list)]),
);

/** How fast a new palette comes in, 1/s. */
const GLIDE = 6;

/** Puts a named palette over a scene's own colours, and glides when another is chosen. */
export class PaletteGlide {
  readonly #colours = new Float32Array(COLOURS);
  /** How much the named palette covers the prompt's colours, 0..1. */
  #cover = 0;
  #begun = false;

  apply(scene: Scene, name: string, seconds: number): void {
    const wanted = palettes.get(name);
    const step = this.#begun ? 1 - Math.exp(-GLIDE * seconds) : 1;
    this.#begun = true;
    if (wanted !== undefined) {
      // From the prompt's colours the named ones only fade in; from other named ones they also turn.
      const turn = this.#cover < 0.01 ? 1 : step;
      for (let i = 0; i < COLOURS; i += 1) this.#colours[i]! += ((wanted[i] ?? 0) - this.#colours[i]!) * turn;
    }
    this.#cover += ((wanted === undefined ? 0 : 1) - this.#cover) * step;
    if (this.#cover < 0.002) return;
    for (let i = 0; i < COLOURS; i += 1) scene[i]! += (this.#colours[i]! - scene[i]!) * this.#cover;
  }
}
