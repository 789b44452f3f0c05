import { backdrops, planes, start, type Backdrop, type Scene } from '../scene/layout.ts';
import { sliceLayers, type Layers } from '../sprites/blit.ts';

/** The planes of a frame: still backdrops, mixed once and kept, with room for actors on top. */
export class LayerStack {
  readonly layers: Layers;
  readonly #still: Layers;
  readonly #pictures: (name: Backdrop) => Uint8Array;
  readonly #weights = new Float32Array(planes.length * backdrops.length);

  constructor(layers: Layers, pictures: (name: Backdrop) => Uint8Array) {
    this.layers = layers;
    this.#still = sliceLayers(layers, new Uint8Array(layers.all.length));
    this.#pictures = pictures;
  }

  /** Starts a frame: planes hold the backdrops of the scene and nothing else. */
  begin(scene: Scene): void {
    for (const [row, plane] of planes.entries()) {
      let changed = false;
      for (let i = 0; i < backdrops.length; i += 1) {
        const weight = Math.min(1.2, scene[start[plane] + i] ?? 0);
        const at = row * backdrops.length + i;
        // Steps that no eye sees are not worth a new mix.
        if (Math.abs((this.#weights[at] ?? 0) - weight) < 0.001 && weight !== 0) continue;
        if (this.#weights[at] === weight) continue;
        this.#weights[at] = weight;
        changed = true;
      }
      if (changed) this.#mix(this.#still[plane], row);
    }
    this.layers.all.set(this.#still.all);
  }

  #mix(plane: Uint8Array, row: number): void {
    plane.fill(0);
    backdrops.forEach((name, i) => {
      const weight = Math.round(256 * (this.#weights[row * backdrops.length + i] ?? 0));
      if (weight > 0) addScaled(plane, this.#pictures(name), weight);
    });
  }
}

function addScaled(plane: Uint8Array, picture: Uint8Array, weight: number): void {
  for (let i = 0; i < plane.length; i += 1) {
    const value = picture[i]!;
    if (value === 0) continue;
    const sum = plane[i]! + ((value * weight) >> 8);
    plane[i] = sum > 255 ? 255 : sum;
  }
}
