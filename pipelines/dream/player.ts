import type { Mode } from '../../src/contract/call.ts';
import { failure } from '../../src/contract/error.ts';
import { frameBytes, sameSize, type Size } from '../../src/contract/frame.ts';
import type { PromptMix } from '../../src/contract/prompt.ts';
import type { Session } from '../../src/inference/session.ts';
import type { Grid } from './graph/basis.ts';
import { GRAIN_PLAY } from './graph/build.ts';
import { Controls } from './graph/controls.ts';
import { fillControls, samplingOf, type Playing } from './host/controls.ts';
import { FieldMix } from './host/field-mix.ts';
import { LayerStack } from './host/layer-stack.ts';
import { Sampler } from './host/sampler.ts';
import { Afterwork } from './post.ts';
import { hashPair } from './random.ts';
import { SCENE_LENGTH, type Scene } from './scene/layout.ts';
import { SceneMixer } from './scene/mix.ts';
import { PaletteGlide } from './scene/palettes.ts';
import type { DreamSettings } from './settings.ts';
import { makeCast, type Cast } from './sprites/cast.ts';
import { advance, zeroPhases, type Phases } from './sprites/phases.ts';
import type { Backdrops } from './tables/backdrops.ts';

export interface PlayerParts {
  readonly size: Size;
  /** The grid of the structure fields. */
  readonly grid: Grid;
  /** The graphs of graph/build.ts. */
  readonly premix: Session;
  readonly waves: Session;
  readonly picture: Readonly<Record<Mode, Session>>;
  readonly fields: Float32Array;
  /** The displacement noises. */
  readonly noise: Float32Array;
  readonly backdrops: Backdrops;
  /** Turns a text into a scene. */
  readonly encode: (text: string) => Scene;
}

/** One frame to make. */
export interface Moment {
  readonly prompt: PromptMix;
  readonly settings: DreamSettings;
  readonly mode: Mode;
  readonly timeUs: number;
  /** How often the pulse was fired since the show started. */
  readonly pulses: number;
  /** `[height, width, 4]`; null in text mode. */
  readonly source: (Size & { readonly data: Uint8Array }) | null;
  /** `[height, width, 4]`, written. */
  readonly out: Uint8Array;
}

/** After a pause or a jump of the clock the picture goes on from where it was. Seconds. */
const LONGEST_STEP = 0.25;
/** How fast a pulse dies away, 1/s. */
const PULSE_DECAY = 4;

/** Plays the graphs: holds the phases, draws the actors, and makes one frame per call. Allocates its buffers once. */
export class Player {
  readonly #size: Size;
  readonly #picture: Readonly<Record<Mode, Session>>;
  readonly #controls = new Controls();
  readonly #grainAt = new BigInt64Array(1);
  readonly #scene: Scene = new Float32Array(SCENE_LENGTH);
  readonly #mixer: SceneMixer;
  readonly #palette = new PaletteGlide();
  readonly #fields: FieldMix;
  readonly #waves: Session;
  readonly #waveWeights = new Float32Array(6 * 12);
  readonly #sampler: Sampler;
  readonly #luma: Uint8Array;
  readonly #layers: LayerStack;
  readonly #cast: Cast;
  readonly #afterwork: Afterwork;
  readonly #phases: Phases = zeroPhases();
  #lastUs: number | null = null;
  #frames = 0;
  #seed: number | null = null;
  #pulses: number | null = null;
  #pulse = 0;
  /** A source frame brought to the picture's size, where it came in another. */
  #fitted: Uint8Array | null = null;

  constructor({ size, grid, premix, waves, picture, fields, noise, backdrops, encode }: PlayerParts) {
    this.#mixer = new SceneMixer(encode);
    this.#size = size;
    this.#picture = picture;
    this.#waves = waves;
    this.#fields = new FieldMix(premix, fields);
    this.#sampler = new Sampler(grid, noise);
    this.#layers = new LayerStack(size, backdrops.layers);
    this.#luma = new Uint8Array(size.width * size.height);
    this.#cast = makeCast(size.width, size.height, backdrops);
    this.#afterwork = new Afterwork(size);
  }

  /** Throws E_PIPELINE_SIZE where the output is not of the size that was loaded. */
  async render(moment: Moment): Promise<void> {
    const { settings, mode, out } = moment;
    if (out.length !== frameBytes(this.#size))
      throw failure(
        'E_PIPELINE_SIZE',
        `output of ${out.length} bytes for ${this.#size.width}x${this.#size.height}`,
      );
    const seconds = this.#step(moment.timeUs);
    this.#follow(moment, seconds);
    this.#layers.begin(this.#scene);
    this.#cast.draw(this.#layers.layers, this.#scene, this.#phases);
    const playing = {
      scene: this.#scene,
      phases: this.#phases,
      settings,
      flash: this.#cast.flash(),
      pulse: this.#pulse,
      mode,
    };
    const source = mode === 'video' && moment.source !== null ? this.#fit(moment.source) : null;
    await this.#picturing(playing, source, out);
    if (source !== null && settings.strength < 1)
      this.#afterwork.mixSource(out, source, 1 - (1 - settings.strength) ** 1.6);
    // The share is per frame at 30 frames/s, so that a trail is as long at any rate.
    this.#afterwork.feedBack(
      out,
      settings.feedback <= 0 ? 0 : Math.min(0.97, settings.feedback) ** (Math.max(0.005, seconds) * 30),
    );
  }

  /** Reads the structure and runs the picture graph. */
  async #picturing(playing: Playing, source: Uint8Array | null, out: Uint8Array): Promise<void> {
    const sampling = samplingOf(playing, this.#waveWeights);
    await this.#waves.run({ waves: this.#waveWeights }, { rows: this.#sampler.waves });
    this.#sampler.sample(await this.#fields.mixed(this.#scene), sampling);
    fillControls(this.#controls, playing, sampling);
    const { basis, sampled } = this.#sampler;
    const { A, B, S, D } = this.#layers.layers;
    const feeds = { controls: this.#controls.vector, basis, sampled, A, B, S, D, grainAt: this.#grainAt };
    if (source === null) return this.#picture.text.run(feeds, { out });
    readLuma(source, this.#luma);
    return this.#picture.video.run({ ...feeds, luma: this.#luma }, { out });
  }

  /** Seconds since the last frame. */
  #step(timeUs: number): number {
    const passed = this.#lastUs === null ? 0 : (timeUs - this.#lastUs) / 1e6;
    this.#lastUs = timeUs;
    return Math.min(LONGEST_STEP, Math.max(0, passed));
  }

  /** Brings scene, phases, places and pulse to this moment. */
  #follow({ prompt, settings, pulses }: Moment, seconds: number): void {
    if (settings.seed !== this.#seed) {
      this.#seed = settings.seed;
      this.#cast.place(settings.seed);
    }
    this.#mixer.mix(prompt, this.#scene);
    this.#palette.apply(this.#scene, settings.palette, seconds);
    advance(this.#phases, this.#scene, seconds * settings.speed);
    if (this.#pulses !== null && pulses > this.#pulses) this.#pulse = 1;
    else this.#pulse *= Math.exp(-PULSE_DECAY * seconds);
    this.#pulses = pulses;
    this.#frames += 1;
    this.#grainAt[0] = BigInt(Math.floor(hashPair(this.#frames, settings.seed) * GRAIN_PLAY));
  }

  /** The engine delivers the size of our output; until a new size has gone round, the nearest pixels must do. */
  #fit(source: Size & { readonly data: Uint8Array }): Uint8Array {
    const { width, height } = this.#size;
    if (sameSize(source, this.#size)) return source.data;
    const fitted = (this.#fitted ??= new Uint8Array(frameBytes(this.#size)));
    for (let y = 0; y < height; y += 1) {
      const row = Math.floor((y * source.height) / height) * source.width;
      for (let x = 0; x < width; x += 1) {
        const from = (row + Math.floor((x * source.width) / width)) * 4;
        const to = (y * width + x) * 4;
        for (let channel = 0; channel < 4; channel += 1) fitted[to + channel] = source.data[from + channel]!;
      }
    }
    return fitted;
  }
}

/** Rec. 601 luma of what is already gamma-coded; alpha is ignored. */
function readLuma(pixels: Uint8Array, luma: Uint8Array): void {
  for (let i = 0, from = 0; i < luma.length; i += 1, from += 4) {
    luma[i] = (pixels[from]! * 77 + pixels[from + 1]! * 150 + pixels[from + 2]! * 29) >> 8;
  }
}
