import { z } from 'zod';
import { obsTallies, type ObsCollection, type ObsState } from '../../contract/obs.ts';

const name = z.string();
const live = z.object({
  version: z.string(),
  plugin: z.string(),
  program: name.nullable(),
  preview: name.nullable(),
  studioMode: z.boolean(),
  streaming: z.boolean(),
  recording: z.boolean(),
  virtualCamera: z.boolean().nullable(),
  tally: z.enum(obsTallies),
  ours: z.array(name),
});

const collection = z.object({
  scenes: z.array(z.object({ name, sources: z.array(name) })),
  inputs: z.array(z.object({ name, kind: z.string(), audio: z.boolean() })),
  filters: z.record(z.string(), z.array(name)),
});

const noCollection: ObsCollection = { scenes: [], inputs: [], filters: {} };

export const disconnected: ObsState = {
  connected: false,
  version: null,
  plugin: null,
  program: null,
  preview: null,
  studioMode: false,
  streaming: false,
  recording: false,
  virtualCamera: null,
  tally: 'off',
  ours: [],
  collection: noCollection,
};

/** What the adapter tells of what is on air; null where it is not of that shape. */
export function readLive(data: unknown): z.infer<typeof live> | null {
  return live.safeParse(data).data ?? null;
}

export function readCollection(data: unknown): ObsCollection | null {
  return collection.safeParse(data).data ?? null;
}
