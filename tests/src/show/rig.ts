import { z } from 'zod';
import stills from '../../../adapters/stills/index.ts';
import testPattern from '../../../adapters/test-pattern/index.ts';
import { describeAdapter } from '../../../src/contract/adapter.ts';
import { readEndpoint, type EndpointPlace } from '../../../src/contract/endpoint.ts';
import { failure } from '../../../src/contract/error.ts';
import { graphSchema, type Graph } from '../../../src/contract/graph.ts';
import type { ControlChange } from '../../../src/contract/call.ts';
import type { Sender } from '../../../src/contract/command.ts';
import { color, trigger, ui } from '../../../src/contract/parameter.ts';
import {
  definePipeline,
  describePipeline,
  port,
  type PipelineDescriptor,
} from '../../../src/contract/pipeline.ts';
import { createShow, type Show, type ShowDeps, type ShowFiles, type Timers } from '../../../src/show/show.ts';

const ends = [testPattern, stills].map(describeAdapter);

/** What a URL stands for, with the two adapters that the catalog has. */
export const readPlace = (url: string): EndpointPlace => readEndpoint(url, ends);

// Stands in for the engine, the catalog, the disk and time. It cannot show that runners take the values, nor what a real
// file system does when power goes.

const code = (): Promise<never> => Promise.reject(new Error('never loaded here'));

const glow = describePipeline(
  definePipeline({
    id: 'glow',
    name: 'Glow',
    version: '1',
    description: 'For tests',
    supports: { prompts: true },
    modes: { text: { default: true, values: { warp: 0.9 } }, video: { values: { warp: 0.1, height: 256 } } },
    inputs: { video: port('video') },
    outputs: { video: port('video') },
    params: z.object({
      strength: z
        .number()
        .min(0)
        .max(1)
        .default(0.7)
        .describe('How much')
        .meta(ui({ order: 1 })),
      warp: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .meta(ui({ order: 2 })),
      steps: z
        .int()
        .min(1)
        .max(8)
        .default(4)
        .meta(ui({ order: 3 })),
      invert: z
        .boolean()
        .default(false)
        .meta(ui({ order: 4 })),
      palette: z
        .enum(['warm', 'cold', 'grey'])
        .default('warm')
        .meta(ui({ order: 5 })),
      tint: color('#000000').meta(ui({ order: 6 })),
      list: z
        .array(z.int().min(0).max(1000))
        .max(4)
        .default([700])
        .meta(ui({ order: 7 })),
      note: z
        .string()
        .max(10)
        .default('')
        .meta(ui({ order: 8 })),
      burst: trigger({ order: 9 }),
      level: z
        .int()
        .min(0)
        .max(10)
        .default(5)
        .meta(ui({ order: 12, modulatable: true })),
      width: z
        .int()
        .min(64)
        .max(2048)
        .multipleOf(8)
        .default(512)
        .meta(ui({ order: 10, load: true })),
      height: z
        .int()
        .min(64)
        .max(2048)
        .multipleOf(8)
        .default(512)
        .meta(ui({ order: 11, load: true })),
    }),
    load: code,
  }),
);
const plain = describePipeline(
  definePipeline({
    id: 'plain',
    name: 'Plain',
    version: '1',
    description: 'For tests',
    modes: { video: { default: true } },
    inputs: { video: port('video') },
    outputs: { video: port('video') },
    params: z.object({
      strength: z.number().min(0).max(0.5).default(0.2),
      steps: z.int().min(1).max(8).default(2),
      gain: z.number().min(0).max(4).default(1),
    }),
    load: code,
  }),
);

export const pipelines: Record<string, PipelineDescriptor> = { glow, plain };

export function graphOf(stages: Readonly<Record<string, string>> = { main: 'glow' }): Graph {
  const ids = Object.keys(stages);
  return graphSchema.parse({
    nodes: [
      { id: 'in', type: 'source', adapter: 'test-pattern' },
      ...ids.map((id) => ({ id, type: 'stage', pipeline: stages[id] })),
      { id: 'out', type: 'sink', adapter: 'stills' },
    ],
    links: ['in', ...ids].map((from, index) => ({ from, to: [...ids, 'out'][index] })),
  });
}

export const rest: Sender = { id: 'rest:127.0.0.1', strictness: 'reject' };
export const osc: Sender = { id: 'osc:127.0.0.1:9000', strictness: 'coerce' };

/** Time that stands still until told. */
export class Time {
  us = 5_000_000;
  readonly #waiting: { dueUs: number; run: () => void }[] = [];

  readonly clock = (): number => this.us;

  readonly timers: Timers = (delayMs, run) => {
    const timer = { dueUs: this.us + Math.max(0, delayMs) * 1e3, run };
    this.#waiting.push(timer);
    return () => {
      const index = this.#waiting.indexOf(timer);
      if (index >= 0) this.#waiting.splice(index, 1);
    };
  };

  get pending(): number {
    return this.#waiting.length;
  }

  /** Lets seconds pass and the timers in them ring, in order, with what they leave behind done. */
  async pass(seconds: number): Promise<void> {
    const endUs = this.us + seconds * 1e6;
    for (;;) {
      const next = this.#waiting.filter((timer) => timer.dueUs <= endUs).sort((a, b) => a.dueUs - b.dueUs)[0];
      if (next === undefined) break;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.us = Math.max(this.us, next.dueUs);
      next.run();
      await settled();
    }
    this.us = endUs;
    await settled();
  }
}

/** Lets promises that wait for nothing but each other come to their end. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class MemoryFiles implements ShowFiles {
  readonly texts = new Map<string, string>();
  writes: string[] = [];
  full = false;

  async read(path: string): Promise<string | null> {
    return Promise.resolve(this.texts.get(path) ?? null);
  }

  async replace(path: string, text: string): Promise<void> {
    if (this.full) throw new Error('ENOSPC: no space left on device');
    this.writes.push(path);
    this.texts.set(path, text);
    return Promise.resolve();
  }

  async remove(path: string): Promise<void> {
    this.texts.delete(path);
    return Promise.resolve();
  }

  async facts(path: string): Promise<{ bytes: number; changedAt: number } | null> {
    const text = this.texts.get(path);
    return Promise.resolve(text === undefined ? null : { bytes: Buffer.byteLength(text), changedAt: 1 });
  }

  async list(folder: string): Promise<readonly string[]> {
    const inside = [...this.texts.keys()].filter((path) => path.startsWith(`${folder}/`));
    return Promise.resolve(inside.map((path) => path.slice(folder.length + 1)));
  }
}

export interface Rig {
  readonly show: Show;
  readonly time: Time;
  readonly files: MemoryFiles;
  readonly applied: Graph[];
  readonly reloads: string[];
  readonly changes: ControlChange[];
  readonly lines: string[];
  /** Set to make the engine refuse graphs. */
  readonly engine: { refuses: ((graph: Graph) => boolean) | null };
}

export const file = '/home/show.json';

export async function rig(
  given: Partial<ShowDeps> & { time?: Time; refuses?: (graph: Graph) => boolean } = {},
): Promise<Rig> {
  const time = given.time ?? new Time();
  const files = given.files instanceof MemoryFiles ? given.files : new MemoryFiles();
  const { refuses, ...deps } = given;
  const engine: Rig['engine'] = { refuses: refuses ?? null };
  const parts = {
    applied: new Array<Graph>(),
    reloads: new Array<string>(),
    changes: new Array<ControlChange>(),
    lines: new Array<string>(),
  };
  const show = await createShow({
    file,
    catalog: {
      pipeline: (id) => pipelines[id] ?? null,
      pipelinePorts: (id) =>
        Object.hasOwn(pipelines, id) ? { inputs: ['video'], outputs: ['video'] } : null,
      adapterPlays: (id, role) => id === (role === 'source' ? 'test-pattern' : 'stills'),
      known: () => Promise.resolve(),
      configError: () => null,
      readEndpoint: readPlace,
    },
    async applyGraph(graph) {
      if (engine.refuses?.(graph) === true) throw failure('E_MEMORY_FULL', 'No memory for the links');
      parts.applied.push(graph);
      return Promise.resolve();
    },
    async reload(node) {
      parts.reloads.push(node);
      return Promise.resolve();
    },
    overrides: {},
    defaultGraph: graphOf(),
    clock: time.clock,
    wallClock: () => Date.UTC(2030, 0, 1) + time.us / 1e3,
    timers: time.timers,
    log: (line) => parts.lines.push(line),
    ...deps,
    files: given.files ?? files,
  });
  show.onControl((change) => parts.changes.push(change));
  await show.start();
  return { show, time, files, engine, ...parts };
}

/** A value as the next call of a stage gets it. */
export function played({ show, time }: Rig, key: string, node = 'main'): unknown {
  return show.sample(node, time.us, 'text').values[key];
}
