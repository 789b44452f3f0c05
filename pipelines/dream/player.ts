import type { Mode } from '../../src/contract/call.ts';
import { failure } from '../../src/contract/error.ts';
import { frameBytes, sameSize, type Size } from '../../src/contract/frame.ts';
import type { PromptMix } from '../../src/contract/prompt.ts';
import type { Session } from '../../src/inference/session.ts';
import type { Grid } from './graph/basis.ts';
import { Controls } from './graph/controls.ts';
import { setColours } from './host/colours.ts';
import { Composer } from './host/composer.ts';
import { fillControls, samplingOf, type Playing } from './host/controls.ts';
import type { FieldTable } from './host/field-mix.ts';
import { Feedback } from './host/feedback.ts';
import { LayerStack } from './host/layer-stack.ts';
import { Sampler } from './host/sampler.ts';
import { SmallLuma } from './host/small-luma.ts';
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
  readonly structure: Readonly<Record<Mode, Session>>;
  readonly fields: FieldTable;
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
  readonly #structure: Readonly<Record<Mode, Session>>;
  readonly #controls = new Controls();
  readonly #scene: Scene = new Float32Array(SCENE_LENGTH);
  readonly #mixer: SceneMixer;
  readonly #palette = new PaletteGlide();
  readonly #sampler: Sampler;
  readonly #luma: SmallLuma;
  readonly #composer: Composer;
  readonly #layers: LayerStack;
  readonly #cast: Cast;
  readonly #feedback: Feedback;
  readonly #phases: Phases = zeroPhases();
  #lastUs: number | null = null;
  #frames = 0;
  #seed: number | null = null;
  #pulses: number | null = null;
  #pulse = 0;

  constructor({ size, grid, structure, fields, noise, backdrops, encode }: PlayerParts) {
    this.#mixer = new SceneMixer(encode);
    this.#size = size;
    this.#structure = structure;
    this.#sampler = new Sampler(grid, noise, fields);
    this.#luma = new SmallLuma(size, grid);
    this.#composer = new Composer(size, grid);
    this.#layers = new LayerStack(this.#composer.layers, backdrops.layer);
    this.#cast = makeCast(size.width, size.height, backdrops);
    this.#feedback = new Feedback(size);
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
      // A call without a source, as before its first frame, is text.
      mode: moment.source === null ? ('text' as const) : mode,
    };
    if (mode === 'video' && moment.source !== null) this.#readSource(moment.source);
    await this.#light(playing);
    setColours(this.#composer, this.#scene, settings, playing.mode);
    this.#composer.compose(playing.mode, hashPair(this.#frames, settings.seed), out);
    // The share is per frame at 30 frames/s, so that a trail is as long at any rate.
    this.#feedback.apply(
      out,
      settings.feedback <= 0 ? 0 : Math.min(0.97, settings.feedback) ** (Math.max(0.005, seconds) * 30),
    );
  }

  /** Reads the structure and runs the graph that lights it. */
  async #light(playing: Playing): Promise<void> {
    const sampling = samplingOf(playing);
    this.#sampler.fields.follow(this.#scene);
    this.#sampler.sample(sampling);
    fillControls(this.#controls, playing, sampling);
    const { basis, sampled } = this.#sampler;
    const feeds = { controls: this.#controls.vector, basis, sampled };
    const fetches = { lit: this.#composer.lit };
    if (playing.mode === 'text') return this.#structure.text.run(feeds, fetches);
    return this.#structure.video.run({ ...feeds, luma: this.#luma.values }, fetches);
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
  }

  /** The engine delivers the size of our output; until a new size has gone round, the nearest pixels must do. */
  #readSource(source: Size & { readonly data: Uint8Array }): void {
    const { width, height } = this.#size;
    const fitted = this.#composer.source;
    if (sameSize(source, this.#size)) fitted.set(source.data);
    else
      for (let y = 0; y < height; y += 1) {
        const row = Math.floor((y * source.height) / height) * source.width;
        for (let x = 0; x < width; x += 1) {
          const from = (row + Math.floor((x * source.width) / width)) * 4;
          const to = (y * width + x) * 4;
          for (let channel = 0; channel < 4; channel += 1)
            fitted[to + channel] = source.data[from + channel]!;
        }
      }
    this.#luma.read(fitted);
  }
}
