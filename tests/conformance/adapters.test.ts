import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  describeAdapter,
  type AdapterDefinition,
  type AdapterModule,
  type AdapterRole,
} from '../../src/contract/adapter.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { ControlDouble, playSource, SinkDouble, SourceDouble, until } from './contexts.ts';
import { fillResidue, rowsUnwritten } from '../../src/testing/residue.ts';

/**
 * One suite over every folder of adapters/. What an adapter cannot do with its defaults alone (a file needs a file), it brings
 * in tests/adapters/<id>/conformance.ts: `config(role)` answers `{ config, clean }`, or null where it cannot be tried here.
 */
interface Trial {
  /** False where it plays on a machine that its probe says no to, and is therefore tried on every one. */
  readonly needsProbe?: boolean;
  readonly config: JsonObject;
  readonly clean: () => Promise<void>;
  /** Its own loops over a double, where the machine can never have what it connects to. */
  readonly play?: Pick<AdapterModule, 'source' | 'sink'>;
}

const root = new URL('../../adapters/', import.meta.url);
const ids = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const ABORT_WITHIN_MS = 1000;

async function definitionOf(id: string): Promise<AdapterDefinition> {
  const { default: definition } = (await import(new URL(`${id}/index.ts`, root).href)) as {
    default: AdapterDefinition;
  };
  return definition;
}

async function trialOf(
  id: string,
  definition: AdapterDefinition,
  role: AdapterRole | null,
): Promise<Trial | null> {
  const own = new URL(`../adapters/${id}/conformance.ts`, import.meta.url);
  if (existsSync(own)) {
    const { config } = (await import(own.href)) as {
      config: (role: AdapterRole | null) => Promise<Trial | null>;
    };
    const trial = await config(role);
    return trial === null ? null : { ...trial, config: parsed(definition, trial.config) };
  }
  // A key called `port` is tried with 0, a free one, so that the suite disturbs nobody.
  const config = 'port' in definition.config.shape ? { port: 0 } : {};
  return { config: parsed(definition, config), clean: async () => {} };
}

const parsed = (definition: AdapterDefinition, config: JsonObject): JsonObject =>
  definition.config.parse(config) as JsonObject;

test('there are adapters to look at', () => {
  expect(ids.length).toBeGreaterThan(2);
});

const definitions = await Promise.all(ids.map(async (id) => ({ id, definition: await definitionOf(id) })));

const playing = (role: 'source' | 'sink' | 'control') =>
  definitions.filter(({ definition }) => definition.roles.includes(role));

/** Loads the code of an adapter and what it is tried with in a role, for the tests of one `describe`. */
function setUp({ id, definition }: { id: string; definition: AdapterDefinition }, role: AdapterRole | null) {
  let module: AdapterModule;
  let trial: Trial | null = null;
  let usable = false;
  beforeAll(async () => {
    module = await definition.load();
    trial = await trialOf(id, definition, role);
    usable = trial?.needsProbe === false || (await module.probe()).available;
  });
  afterAll(() => trial?.clean());
  return {
    module: (): AdapterModule => module,
    config: (): JsonObject => trial?.config ?? {},
    /** Leaves a test out, with the reason, where the adapter cannot play on this machine. */
    need: (skip: (why: string) => never): { readonly config: JsonObject; readonly module: AdapterModule } => {
      if (usable && trial !== null) return { config: trial.config, module: { ...module, ...trial.play } };
      if (process.env['CI']) throw new Error(`${id} cannot be tried; in CI nothing is skipped`);
      return skip('cannot be tried on this machine');
    },
  };
}

describe.each(definitions)('adapter $id', ({ id, definition }) => {
  const { module, config } = setUp({ id, definition }, null);

  test('is described: id, name, roles, locator, and words for every field', () => {
    expect(definition.id).toBe(id);
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(definition.name.length).toBeGreaterThan(1);
    expect(definition.description.length).toBeGreaterThan(20);
    expect(new Set(definition.roles).size).toBe(definition.roles.length);
    expect(definition.roles.length).toBeGreaterThan(0);
    const { schema, locator } = describeAdapter(definition);
    const fields = Object.entries(schema['properties'] as Record<string, JsonObject>);
    if (locator !== null) expect(fields.map(([key]) => key)).toContain(locator);
    for (const [key, field] of fields)
      expect(field['description'], `description of ${key}`).toEqual(expect.any(String));
  });

  test('has a schema that survives JSON and accepts what the adapter accepts', () => {
    const descriptor = describeAdapter(definition);
    const copy = JSON.parse(JSON.stringify(descriptor)) as typeof descriptor;
    expect(copy).toEqual(descriptor);
    const everything = config();
    const input = Object.fromEntries(
      Object.entries(everything).filter(([key]) => requiredOf(copy.schema).includes(key)),
    );
    expect(z.fromJSONSchema(copy.schema as Parameters<typeof z.fromJSONSchema>[0]).parse(input)).toEqual(
      definition.config.parse(input),
    );
  });

  test('has the code for the roles it names, and no others', () => {
    const roles = (['source', 'sink', 'control'] as const).filter((role) => module()[role] !== undefined);
    expect([...definition.roles].sort()).toEqual(roles.sort());
  });

  test('says whether it can work here, and if not, why and what to do', async () => {
    const probe = await module().probe();
    if (probe.available)
      expect([null, 'string']).toContain(probe.version === null ? null : typeof probe.version);
    else expect([probe.reason.length > 5, probe.remedy.length > 5]).toEqual([true, true]);
  });

  test('has a README that names every field of its configuration', async () => {
    const readme = await readFile(new URL(`${id}/README.md`, root), 'utf8');
    expect(readme).toMatch(/^# /);
    for (const key of Object.keys(definition.config.shape))
      expect(readme, `${key} in README.md`).toMatch(new RegExp(`\\b${key}\\b`));
  });
});

describe.each(playing('source'))('source $id', ({ id, definition }) => {
  const { need } = setUp({ id, definition }, 'source');

  test('sequence and time only go forward, and every row is written', async ({ skip }) => {
    const { config, module } = need(skip);
    const { frames } = await playSource(module, { config }, 6);
    expect(frames).toHaveLength(6);
    frames.forEach((frame, index) => {
      const before = frames[index - 1];
      expect(frame.sequence).toBe(index);
      expect(rowsUnwritten(frame.data, frame)).toBe(0);
      if (before === undefined) return;
      expect(frame.ptsUs).toBeGreaterThan(before.ptsUs);
      expect(frame.captureUs).toBeGreaterThanOrEqual(before.captureUs);
    });
  });

  test('delivers the wanted size, also a new one, or keeps its own where its README says that it is fixed', async ({
    skip,
  }) => {
    const { config, module } = need(skip);
    const readme = await readFile(new URL(`${id}/README.md`, root), 'utf8');
    let changed = false;
    const { frames } = await playSource(
      module,
      {
        config,
        wanted: { width: 97, height: 61 },
        onFrame: (frame, context) => {
          if (frame.sequence !== 1 || changed) return;
          changed = true;
          context.want({ width: 64, height: 130 });
        },
      },
      8,
    );
    const sizes = frames.map(({ width, height }) => ({ width, height }));
    if (/fixed size/i.test(readme)) {
      expect(sizes).toEqual(sizes.map(() => sizes[0]));
      return;
    }
    expect(sizes[0]).toEqual({ width: 97, height: 61 });
    expect(sizes.at(-1)).toEqual({ width: 64, height: 130 });
  });

  test('ends within a second of being aborted, while playing, while waiting for a slot, and before it began', async ({
    skip,
  }) => {
    const { config, module } = need(skip);
    for (const state of ['playing', 'waiting', 'before'] as const) {
      let shown = 0;
      const context = new SourceDouble({ config, full: state === 'waiting', onFrame: () => (shown += 1) });
      if (state === 'before') context.controller.abort();
      let ended = false;
      const run = module.source?.run(context).catch((error: unknown) => {
        if (!context.signal.aborted) throw error;
      });
      void run?.finally(() => (ended = true));
      await until(() => state === 'before' || (state === 'playing' ? shown > 1 : context.asked > 0));
      context.controller.abort();
      await until(() => ended, ABORT_WITHIN_MS);
      await run;
      expect(ended).toBe(true);
    }
  });
});

describe.each(playing('sink'))('sink $id', ({ id, definition }) => {
  const { need } = setUp({ id, definition }, 'sink');

  test('takes frames of changing size, repeats, and a frame that is wiped afterwards', async ({ skip }) => {
    const { config, module } = need(skip);
    const context = new SinkDouble(config);
    const run = module.sink?.run(context);
    await context.presenting();
    for (const size of [
      { width: 64, height: 48 },
      { width: 1, height: 1 },
      { width: 333, height: 77 },
    ]) {
      const pixels = new Uint8Array(size.width * size.height * 4);
      fillResidue(pixels);
      await context.show(size, pixels);
      await context.show(size, pixels, true);
      await context.show(size, pixels);
    }
    context.controller.abort();
    await expect(run).resolves.toBeUndefined();
  });

  test('ends within a second of being aborted, also before the first frame', async ({ skip }) => {
    const { config, module } = need(skip);
    const context = new SinkDouble(config);
    let ended = false;
    const run = module.sink?.run(context).finally(() => (ended = true));
    await context.presenting();
    context.controller.abort();
    await until(() => ended, ABORT_WITHIN_MS);
    await expect(run).resolves.toBeUndefined();
  });

  test('answers every request with JSON or a coded error', async ({ skip }) => {
    const { config, module } = need(skip);
    const context = new SinkDouble(config);
    const run = module.sink?.run(context);
    await context.presenting();
    for (const method of context.methods) {
      for (const params of [
        {},
        { on: true, format: 'nonsense', maxSide: -1, quality: 'x', rateHz: null },
      ] as JsonObject[]) {
        const answer = await context.request(method, params).catch((error: unknown): JsonValue => {
          expect(error).toMatchObject({ code: expect.stringMatching(/^E_/) });
          return null;
        });
        expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
      }
    }
    context.controller.abort();
    await run;
  });
});

describe.each(playing('control'))('control $id', ({ id, definition }) => {
  const { need } = setUp({ id, definition }, 'control');

  test('goes live, and ends within a second of being aborted', async ({ skip }) => {
    const { config, module } = need(skip);
    const context = new ControlDouble(config);
    let ended = false;
    const run = module.control?.run(context).finally(() => (ended = true));
    await until(() => context.alive);
    context.controller.abort();
    await until(() => ended, ABORT_WITHIN_MS);
    await expect(run).resolves.toBeUndefined();
  });
});

function requiredOf(schema: JsonObject): readonly JsonValue[] {
  return Array.isArray(schema['required']) ? schema['required'] : [];
}
