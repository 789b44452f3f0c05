import { z } from 'zod';
import { bindingSchema, MOST_BINDINGS } from '../contract/binding.ts';
import { presetLimit, presetSchema } from '../contract/preset.ts';
import {
  markSchema,
  pointLimit,
  promptTrackLimit,
  promptTrackSchema,
  timelineFault,
  trackLimit,
  valueTrackSchema,
} from '../contract/timeline.ts';
import type { Pacer } from './pacer.ts';
import { showFileSchema, type ShowFile } from './show-file.ts';

const items = (most: number) => z.array(z.unknown()).max(most).default([]);

/** Where the long lists of a show are. */
const apart = z.looseObject({
  bindings: items(MOST_BINDINGS),
  presets: z.looseObject({ list: items(presetLimit) }).prefault({}),
  timeline: z
    .looseObject({
      tracks: items(trackLimit),
      prompts: items(promptTrackLimit),
      marks: z.unknown().optional(),
    })
    .prefault({}),
});

const marksSchema = z.array(markSchema).max(pointLimit);

/**
 * Shows as the schema has them, its fields in its order at every depth, read in slices. A part that was read before, the very same
 * object, is not read again.
 */
export class ShowReader {
  readonly #pacer: Pacer;
  readonly #bindings = new PartReader(bindingSchema);
  readonly #presets = new PartReader(presetSchema);
  readonly #tracks = new PartReader(valueTrackSchema);
  readonly #prompts = new PartReader(promptTrackSchema);
  readonly #marks = new PartReader(marksSchema);

  constructor(pacer: Pacer) {
    this.#pacer = pacer;
  }

  /** Null where something of it is wrong; reading it as a whole then says what. */
  async read(given: unknown): Promise<ShowFile | null> {
    this.#pacer.begin();
    // What was given was parsed in this very turn, often.
    await this.#pacer.next();
    const taken = apart.safeParse(given);
    if (!taken.success) return null;
    const { bindings, presets, timeline } = taken.data;
    const rest = showFileSchema.safeParse({
      ...taken.data,
      bindings: [],
      presets: { ...presets, list: [] },
      timeline: { ...timeline, tracks: [], prompts: [], marks: [] },
    });
    if (!rest.success) return null;
    const show = rest.data;
    const read = {
      bindings: await this.#all(this.#bindings, bindings),
      list: await this.#all(this.#presets, presets.list),
      tracks: await this.#all(this.#tracks, timeline.tracks),
      prompts: await this.#all(this.#prompts, timeline.prompts),
      marks: (await this.#all(this.#marks, [timeline.marks ?? []]))?.[0],
    };
    const { list, tracks, prompts, marks } = read;
    if (!read.bindings || !list || !tracks || !prompts || !marks) return null;
    const lanes = { ...show.timeline, tracks, prompts, marks };
    if (timelineFault(lanes) !== null) return null;
    return { ...show, bindings: read.bindings, presets: { ...show.presets, list }, timeline: lanes };
  }

  async #all<T>(reader: PartReader<T>, parts: readonly unknown[]): Promise<T[] | null> {
    const all: T[] = [];
    for (const part of parts) {
      if (!reader.knows(part)) await this.#pacer.next();
      const read = reader.read(part);
      if (read === null) return null;
      all.push(read.value);
    }
    return all;
  }
}

class PartReader<T> {
  readonly #schema: z.ZodType<T>;
  readonly #known = new WeakMap<object, { readonly value: T }>();

  constructor(schema: z.ZodType<T>) {
    this.#schema = schema;
  }

  knows(part: unknown): boolean {
    return typeof part === 'object' && part !== null && this.#known.has(part);
  }

  read(part: unknown): { readonly value: T } | null {
    if (typeof part !== 'object' || part === null) return null;
    const known = this.#known.get(part);
    if (known !== undefined) return known;
    const { success, data } = this.#schema.safeParse(part);
    if (!success) return null;
    const read = { value: data };
    this.#known.set(part, read);
    return read;
  }
}
