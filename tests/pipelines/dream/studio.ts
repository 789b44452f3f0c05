import { resolve } from 'node:path';
import { Player, type Moment, type PlayerParts } from '../../../pipelines/dream/player.ts';
import { loadParts } from '../../../pipelines/dream/run.ts';
import { embed } from '../../../pipelines/dream/scene/embed.ts';
import { readSettings } from '../../../pipelines/dream/settings.ts';
import { frameBytes, type Size } from '../../../src/contract/frame.ts';
import type { JsonValue } from '../../../src/contract/json.ts';
import type { PromptMix } from '../../../src/contract/prompt.ts';

/** Small enough that a whole lexicon is drawn in seconds, large enough that every actor has pixels. */
export const SIZE = 96;

/** What a frame is made with; what is left out is the default. */
export interface Take {
  readonly prompt: string | PromptMix;
  readonly values?: Readonly<Record<string, JsonValue>>;
  /** As large as the picture; video mode where it is given. */
  readonly source?: Uint8Array;
  readonly pulses?: number;
}

/** A player of its own, over sessions that all players of a test file share. */
export class Playing {
  readonly #player: Player;
  readonly #size: Size;
  readonly #out: Uint8Array;
  #timeUs = 0;

  constructor(parts: PlayerParts) {
    this.#player = new Player(parts);
    this.#size = parts.size;
    this.#out = new Uint8Array(frameBytes(parts.size));
  }

  /** How long it has played. */
  get seconds(): number {
    return this.#timeUs / 1e6;
  }

  /** Writes a frame into memory of the caller's. */
  async renderInto(out: Uint8Array): Promise<void> {
    const settings = readSettings({});
    await this.#player.render({
      prompt: promptOf('gold'),
      settings,
      mode: 'text',
      timeUs: 0,
      pulses: 0,
      source: null,
      out,
    });
  }

  /** The next frame, `after` seconds on. The pixels are a copy. */
  async frame({ prompt, values = {}, source, pulses = 0 }: Take, after = 1 / 30): Promise<Uint8Array> {
    this.#timeUs += after * 1e6;
    const moment: Moment = {
      prompt: typeof prompt === 'string' ? promptOf(prompt) : prompt,
      settings: readSettings(values),
      mode: source === undefined ? 'text' : 'video',
      timeUs: this.#timeUs,
      pulses,
      source: source === undefined ? null : { ...this.#size, data: source },
      out: this.#out,
    };
    await this.#player.render(moment);
    return Uint8Array.from(this.#out);
  }
}

export interface Studio {
  readonly parts: PlayerParts;
  /** A fresh player: same prompt, same seed, same time, same picture. */
  take(): Playing;
  /** The picture of a prompt a quarter of a second after a cold start. */
  still(take: Take): Promise<Uint8Array>;
}

export async function openStudio(
  values: Readonly<Record<string, JsonValue>> = {},
  encode: PlayerParts['encode'] = embed,
): Promise<Studio> {
  // Shared by the test files, so that the tables are drawn once; its names carry a key of the code that draws them.
  const cacheDir = resolve('node_modules/.cache/reverie-dream-tables');
  const quiet = (): void => undefined;
  const context = { cacheDir, providers: ['cpu'], log: quiet, busy: quiet };
  const loaded = await loadParts(context, { width: SIZE, height: SIZE, quality: 'standard', ...values });
  const parts = { ...loaded, encode };
  const take = (): Playing => new Playing(parts);
  return {
    parts,
    take,
    still: async (call) => {
      const player = take();
      await player.frame(call, 0);
      return player.frame(call, 0.25);
    },
  };
}

export function promptOf(text: string): PromptMix {
  return { texts: text === '' ? [] : [{ text, weight: 1 }], interpolation: 'linear', blend: null };
}

export async function closeStudio({ parts }: Studio): Promise<void> {
  for (const session of [parts.structure.text, parts.structure.video]) await session.close();
}
